import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type RoomId } from '../../server/core/kernel/ids.ts';
import type { Voice } from '../../server/core/ports/switch.ts';
import { rms, tonesIn } from '../support/goertzel.ts';
import { MediaFixture } from '../support/media.ts';
import type { RtpEndpoint } from '../support/rtp-endpoint.ts';

const ROOM = asId<RoomId>('room');
const ALL: Voice = { kind: 'all' };
const TONES = [440, 650, 1100];

let media: MediaFixture;

beforeEach(async () => {
  media = await MediaFixture.start();
  await media.child.openRoom(ROOM);
});

afterEach(() => media.stop());

type Phone = Awaited<ReturnType<MediaFixture['phone']>>;

/** Agent (440 Hz), customer (650 Hz) and leader (1100 Hz), the first two in the room. */
async function conversation(): Promise<[Phone, Phone, Phone]> {
  const phones: [Phone, Phone, Phone] = [
    await media.phone('agent'),
    await media.phone('customer', { codec: 'pcma' }),
    await media.phone('leader'),
  ];
  phones.forEach(({ phone }, index) => phone.say(TONES[index] ?? 0));
  await media.child.place(phones[0].legId, ROOM, ALL);
  await media.child.place(phones[1].legId, ROOM, ALL);
  return phones;
}

/** Which of the three tones each phone hears. */
async function whoHearsWhom(phones: readonly Phone[]): Promise<number[][]> {
  await Promise.all(phones.map(({ phone }) => phone.listen(250)));
  const heard = await Promise.all(phones.map(({ phone }) => phone.listen(500)));
  return heard.map((samples) => tonesIn(samples, TONES));
}

function expectContinuous(phone: RtpEndpoint): void {
  expect(new Set(phone.received.map(({ ssrc }) => ssrc)).size).toBe(1);
  const gaps = phone.received
    .slice(1)
    .map((packet, index) => (packet.sequence - (phone.received[index]?.sequence ?? 0)) & 0xffff);
  expect(gaps.every((gap) => gap === 1)).toBe(true);
}

test('three who talk to all hear the two others', async () => {
  const phones = await conversation();
  await media.child.place(phones[2].legId, ROOM, ALL);
  expect(await whoHearsWhom(phones)).toEqual([
    [650, 1100],
    [440, 1100],
    [440, 650],
  ]);
});

test('a listener hears both and is heard by nobody', async () => {
  const phones = await conversation();
  await media.child.place(phones[2].legId, ROOM, { kind: 'listen' });
  expect(await whoHearsWhom(phones)).toEqual([[650], [440], [440, 650]]);
});

test('a whisper reaches one only', async () => {
  const phones = await conversation();
  await media.child.place(phones[2].legId, ROOM, { kind: 'whisper', to: phones[0].legId });
  expect(await whoHearsWhom(phones)).toEqual([[650, 1100], [440], [440, 650]]);
});

test('a voice changes in place, and streams go on without a break from forwarding to the mix and back', async () => {
  const phones = await conversation();
  await media.child.place(phones[2].legId, ROOM, { kind: 'listen' });
  expect((await whoHearsWhom(phones))[1]).toEqual([440]);
  await media.child.place(phones[2].legId, ROOM, ALL);
  expect((await whoHearsWhom(phones))[1]).toEqual([440, 1100]);
  await media.child.remove(phones[2].legId);
  expect(await whoHearsWhom(phones)).toEqual([[650], [440], []]);
  for (const { phone } of phones) expectContinuous(phone);
});

test('who only listens in a room of two sends nothing to the other, who still gets a stream', async () => {
  const [agent, customer] = await conversation();
  await media.child.place(agent.legId, ROOM, { kind: 'listen' });
  expect(await whoHearsWhom([agent, customer])).toEqual([[650], []]);
  const from = customer.phone.received.length;
  await customer.phone.listen(400);
  expect(customer.phone.received.length - from).toBeGreaterThan(15);
});

test('a leg moves between rooms in one step', async () => {
  const phones = await conversation();
  const other = asId<RoomId>('other');
  await media.child.openRoom(other);
  await media.child.place(phones[2].legId, other, ALL);
  await media.child.place(phones[0].legId, other, ALL);
  expect(await whoHearsWhom(phones)).toEqual([[1100], [], [440]]);
  expect(await media.child.legs()).toContainEqual({ legId: phones[0].legId, roomId: other });
});

test('a closed room leaves its legs alone and alive', async () => {
  const phones = await conversation();
  await media.child.closeRoom(ROOM);
  expect(await whoHearsWhom(phones)).toEqual([[], [], []]);
  await expect(media.child.place(phones[0].legId, ROOM, ALL)).rejects.toMatchObject({ code: 'no-such-room' });
});

test('on hold the customer hears music and not the agent, the agent hears nothing, and after it they talk again', async () => {
  const [agent, customer] = await conversation();
  expect(await whoHearsWhom([agent, customer])).toEqual([[650], [440]]);
  await media.child.music(customer.legId, true);
  await agent.phone.listen(200);
  const [atAgent, atCustomer] = await Promise.all([agent.phone.listen(1200), customer.phone.listen(1200)]);
  expect(rms(atAgent)).toBeLessThan(20);
  expect(rms(atCustomer)).toBeGreaterThan(300);
  expect(tonesIn(atCustomer, [440], 2500)).toEqual([]);
  await media.child.music(customer.legId, false);
  expect(await whoHearsWhom([agent, customer])).toEqual([[650], [440]]);
  expectContinuous(customer.phone);
});

test('a digit in a mixed room reaches the phones that are mixed for', async () => {
  const phones = await conversation();
  await media.child.place(phones[2].legId, ROOM, ALL);
  await phones[0].phone.listen(200);
  await phones[0].phone.sendDigit('7');
  await phones[0].phone.listen(400);
  expect(phones[1].phone.digits()).toBe('7');
  expect(phones[0].phone.digits()).toBe('');
});
