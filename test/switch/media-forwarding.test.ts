import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type RoomId } from '../../server/core/kernel/ids.ts';
import { tonesIn } from '../support/goertzel.ts';
import { RTP_HEADER_BYTES, writeRtp } from '../../server/switch/embedded/media/rtp-packet.ts';
import { MediaFixture } from '../support/media.ts';
import type { ReceivedPacket } from '../support/rtp-endpoint.ts';

const ROOM = asId<RoomId>('room');
const ALL = { kind: 'all' } as const;
const TONES = [440, 650, 1100];

let media: MediaFixture;

beforeEach(async () => {
  media = await MediaFixture.start();
  await media.child.openRoom(ROOM);
});

afterEach(() => media.stop());

/** One SSRC, sequence numbers without hole or repeat. */
function expectContinuous(packets: readonly ReceivedPacket[]): void {
  expect(new Set(packets.map(({ ssrc }) => ssrc)).size).toBe(1);
  packets.reduce((before, packet) => {
    expect((packet.sequence - before.sequence) & 0xffff).toBe(1);
    return packet;
  });
}

test('two phones in a room hear each other and not themselves', async () => {
  const a = await media.phone('a');
  const b = await media.phone('b');
  a.phone.say(440);
  b.phone.say(650);
  await media.event('leg-connected', ({ legId }) => legId === a.legId);
  await media.event('leg-connected', ({ legId }) => legId === b.legId);
  await media.child.place(a.legId, ROOM, ALL);
  await media.child.place(b.legId, ROOM, ALL);
  await a.phone.listen(200);
  const [atA, atB] = await Promise.all([a.phone.listen(500), b.phone.listen(500)]);
  expect(tonesIn(atA, TONES)).toEqual([650]);
  expect(tonesIn(atB, TONES)).toEqual([440]);
});

test('a phone with A-law and one with µ-law understand each other', async () => {
  const a = await media.phone('a', { codec: 'pcma' });
  const b = await media.phone('b', { codec: 'pcmu' });
  a.phone.say(440);
  b.phone.say(650);
  await media.child.place(a.legId, ROOM, ALL);
  await media.child.place(b.legId, ROOM, ALL);
  await a.phone.listen(200);
  const [atA, atB] = await Promise.all([a.phone.listen(500), b.phone.listen(500)]);
  expect(tonesIn(atA, TONES)).toEqual([650]);
  expect(tonesIn(atB, TONES)).toEqual([440]);
  expect(a.phone.received.every(({ payloadType }) => payloadType === 8)).toBe(true);
  expect(b.phone.received.every(({ payloadType }) => payloadType === 0)).toBe(true);
});

test('the stream that a phone gets has no break when it is placed, taken out and placed again', async () => {
  const a = await media.phone('a');
  const b = await media.phone('b');
  b.phone.say(650);
  await a.phone.listen(200);
  await media.child.place(a.legId, ROOM, ALL);
  await media.child.place(b.legId, ROOM, ALL);
  await a.phone.listen(300);
  await media.child.remove(b.legId);
  const alone = await a.phone.listen(300);
  expect(tonesIn(alone.subarray(800), TONES)).toEqual([]);
  await media.child.place(b.legId, ROOM, ALL);
  await a.phone.listen(100);
  expect(tonesIn(await a.phone.listen(300), TONES)).toEqual([650]);
  expectContinuous(a.phone.received);
});

test('a leg outside rooms still gets silence at fifty packets a second', async () => {
  const { phone } = await media.phone('a');
  await phone.listen(200);
  const from = phone.received.length;
  const heard = await phone.listen(1000);
  const packets = phone.received.slice(from);
  const seconds = ((packets.at(-1)?.at ?? 0) - (packets[0]?.at ?? 0)) / 1000;
  expect((packets.length - 1) / seconds).toBeGreaterThan(43);
  expect((packets.length - 1) / seconds).toBeLessThan(57);
  expect(heard.every((sample) => Math.abs(sample) < 16)).toBe(true);
});

test('packets of strangers are ignored', async () => {
  const a = await media.phone('a');
  const b = await media.phone('b');
  await media.child.place(a.legId, ROOM, ALL);
  await media.child.place(b.legId, ROOM, ALL);
  b.phone.say(650);
  await a.phone.listen(200);
  const stranger = await media.phone('stranger');
  const target = b.phone.remote;
  if (target === null) throw new Error('the phone knows no far side');
  stranger.phone.connect(`c=IN IP4 ${target.address}\nm=audio ${target.port} RTP/AVP 0`);
  stranger.phone.say(1100);
  await a.phone.listen(100);
  expect(tonesIn(await a.phone.listen(400), TONES)).toEqual([650]);
});

test('the signalled address is believed also when another stream of its host was first', async () => {
  const { phone } = await media.phone('a');
  await media.event('leg-connected');
  phone.pause();
  const target = phone.remote;
  if (target === null) throw new Error('the phone knows no far side');
  // The leg follows a phone that sends from another port once it has been silent for a while (symmetric RTP).
  const stray = await media.phone('stray');
  stray.phone.connect(`c=IN IP4 ${target.address}\nm=audio ${target.port} RTP/AVP 0`);
  stray.phone.say(1100);
  await phone.listen(1200);
  expect(await phone.listen(300)).toHaveLength(0);
  phone.start();
  await phone.listen(100);
  expect((await phone.listen(300)).length).toBeGreaterThan(1600);
});

test('a phone that falls silent is told to be quiet, again while it lasts, and is kept', async () => {
  const { legId, phone } = await media.phone('a');
  await media.event('leg-connected');
  phone.pause();
  expect(await media.event('leg-quiet')).toEqual({ type: 'leg-quiet', legId });
  media.events.length = 0;
  await media.event('leg-quiet', () => true, 7_000);
  expect(await media.child.legs()).toHaveLength(1);
  phone.start();
  media.events.length = 0;
  await phone.listen(6_000);
  expect(media.events.map(({ type }) => type)).not.toContain('leg-quiet');
});

test('a phone that sends nothing but comfort noise is not quiet', async () => {
  const { phone } = await media.phone('a');
  await media.event('leg-connected');
  phone.pause();
  const noise = Buffer.alloc(RTP_HEADER_BYTES + 1, 70);
  const beat = setInterval(() => {
    writeRtp(noise, 13, false, (sequence += 1), 0, phone.ssrc);
    phone.sendRaw(noise);
  }, 1_000);
  let sequence = phone.sequence;
  await phone.listen(4_000);
  clearInterval(beat);
  expect(media.events.map(({ type }) => type)).not.toContain('leg-quiet');
});

test('a phone that put us on hold may be silent', async () => {
  const { legId, phone } = await media.phone('a');
  await media.event('leg-connected');
  const answer = await media.child.answerReoffer(legId, phone.description('sendonly'));
  expect(answer).toContain('a=recvonly');
  phone.pause();
  const from = phone.received.length;
  await phone.listen(2200);
  expect(media.events.some(({ type }) => type === 'leg-quiet')).toBe(false);
  expect(phone.received.length - from).toBeLessThan(5);
});

test('digits of one phone arrive as one event each and reach the other phone', async () => {
  const a = await media.phone('a');
  const b = await media.phone('b');
  await media.child.place(a.legId, ROOM, ALL);
  await media.child.place(b.legId, ROOM, ALL);
  await a.phone.listen(100);
  await a.phone.sendDigit('4', 100);
  await a.phone.sendDigit('#', 160);
  await expect.poll(() => b.phone.digits()).toBe('4#');
  await expect
    .poll(() => media.events.filter(({ type }) => type === 'digit'))
    .toEqual([
      { type: 'digit', legId: a.legId, digit: '4', durationMs: 100 },
      { type: 'digit', legId: a.legId, digit: '#', durationMs: 160 },
    ]);
  // Nothing more comes of them.
  await a.phone.listen(200);
  expect(media.events.filter(({ type }) => type === 'digit')).toHaveLength(2);
});

test('sends digits as telephone events', async () => {
  const { legId, phone } = await media.phone('a');
  await media.event('leg-connected');
  await media.child.sendDigits(legId, '19*');
  await expect.poll(() => phone.digits()).toBe('19*');
  await phone.listen(200);
  const events = phone.received.filter(({ payloadType }) => payloadType === 101);
  const first = events.filter(({ timestamp }) => timestamp === events[0]?.timestamp);
  expect(first.map(({ marker }) => marker)).toEqual([true, ...Array<boolean>(7).fill(false)]);
  expect(first.filter(({ payload }) => ((payload[1] ?? 0) & 0x80) !== 0)).toHaveLength(3);
  expectContinuous(phone.received);
});

test('says so when the far side takes no telephone events', async () => {
  const { legId } = await media.phone('a', { telephoneEvent: null });
  await expect(media.child.sendDigits(legId, '1')).rejects.toMatchObject({ code: 'no-telephone-event' });
});

test('a killed child is told as down and replaced by an empty one that works', async () => {
  await media.phone('a');
  const { pid } = media.child;
  if (pid === null) throw new Error('no child');
  const pending = media.child.legs();
  process.kill(pid, 'SIGKILL');
  await media.event('down');
  await pending.catch((error: unknown) => expect(error).toMatchObject({ code: 'down' }));
  await expect(media.child.openRoom(ROOM)).rejects.toMatchObject({ code: 'down' });
  await media.event('up');
  expect(await media.child.legs()).toEqual([]);
  await media.child.openRoom(ROOM);
  const a = await media.phone('a');
  const b = await media.phone('b');
  b.phone.say(650);
  await media.child.place(a.legId, ROOM, ALL);
  await media.child.place(b.legId, ROOM, ALL);
  await a.phone.listen(200);
  expect(tonesIn(await a.phone.listen(300), TONES)).toEqual([650]);
});
