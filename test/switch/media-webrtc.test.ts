import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type LegId, type RoomId } from '../../server/core/kernel/ids.ts';
import { tonesIn } from '../support/goertzel.ts';
import { MediaFixture } from '../support/media.ts';
import { WebrtcPeer } from '../support/webrtc-peer.ts';

const ROOM = asId<RoomId>('room');
const BROWSER = asId<LegId>('browser');
const ALL = { kind: 'all' } as const;

let media: MediaFixture;
let peer: WebrtcPeer;

beforeEach(async () => {
  media = await MediaFixture.start();
  peer = new WebrtcPeer();
  await media.child.openRoom(ROOM);
});

afterEach(async () => {
  peer.kill();
  await media.stop();
});

/** The browser calls us. */
async function connectPeer(): Promise<string> {
  const answer = await media.child.answerOffer(BROWSER, 'webrtc', await peer.offer());
  peer.accept(answer);
  await Promise.all([media.event('leg-connected', ({ legId }) => legId === BROWSER), peer.opened()]);
  return answer;
}

async function expectTwoWays(phone: Awaited<ReturnType<MediaFixture['phone']>>): Promise<void> {
  phone.phone.say(440);
  peer.say(650);
  await phone.phone.listen(300);
  peer.forget();
  expect(tonesIn(await phone.phone.listen(500), [440, 650])).toEqual([650]);
  const [low = 0, high = 0] = (await peer.heard(440, 650)).tones;
  expect(low).toBeGreaterThan(5000);
  expect(high).toBeLessThan(200);
}

test('a browser and a phone hear each other over DTLS-SRTP', async () => {
  const phone = await media.phone('phone');
  const answer = await connectPeer();
  expect(answer).toContain('a=setup:passive');
  expect(answer).toMatch(/m=audio \d+ UDP\/TLS\/RTP\/SAVPF 0 126\r\n/);
  expect(answer).not.toMatch(/extmap|opus/i);
  await media.child.place(phone.legId, ROOM, ALL);
  await media.child.place(BROWSER, ROOM, ALL);
  await expectTwoWays(phone);
});

test('a browser that we call answers, and both hear each other', async () => {
  const phone = await media.phone('phone');
  const offer = await media.child.createOffer(BROWSER, 'webrtc');
  expect(offer).toContain('a=setup:actpass');
  const answer = await peer.answer(offer);
  await media.child.acceptAnswer(BROWSER, answer);
  // The 200 repeats the answer of the 183.
  await media.child.acceptAnswer(BROWSER, answer);
  await media.event('leg-connected', ({ legId }) => legId === BROWSER);
  await media.child.place(phone.legId, ROOM, ALL);
  await media.child.place(BROWSER, ROOM, ALL);
  await expectTwoWays(phone);
});

test('all browsers come in through one UDP port', async () => {
  const second = new WebrtcPeer();
  const other = asId<LegId>('other');
  try {
    const answer = await connectPeer();
    const otherAnswer = await media.child.answerOffer(other, 'webrtc', await second.offer());
    second.accept(otherAnswer);
    await media.event('leg-connected', ({ legId }) => legId === other);
    const port = /^m=audio (\d+)/m.exec(answer)?.[1];
    expect(/^m=audio (\d+)/m.exec(otherAnswer)?.[1]).toBe(port);
    await media.child.place(BROWSER, ROOM, ALL);
    await media.child.place(other, ROOM, ALL);
    second.say(1100);
    await second.heard(650);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await peer.heard(1100)).tones[0]).toBeGreaterThan(3000);
  } finally {
    second.kill();
  }
});

test('a hold and a resume of the browser keep the connection', async () => {
  const phone = await media.phone('phone');
  const offer = await peer.offer();
  peer.accept(await media.child.answerOffer(BROWSER, 'webrtc', offer));
  await media.event('leg-connected', ({ legId }) => legId === BROWSER);
  await media.child.place(phone.legId, ROOM, ALL);
  await media.child.place(BROWSER, ROOM, ALL);
  phone.phone.say(440);
  const held = await media.child.answerReoffer(BROWSER, offer.replace('a=sendrecv', 'a=sendonly'));
  expect(held).toContain('a=recvonly');
  await phone.phone.listen(100);
  peer.forget();
  await phone.phone.listen(300);
  expect((await peer.heard(440)).packets.length).toBeLessThan(3);
  const resumed = await media.child.answerReoffer(BROWSER, offer);
  expect(resumed).toContain('a=sendrecv');
  await expectTwoWays(phone);
});

test('an ICE restart makes a new connection and the leg stays in its room', async () => {
  const phone = await media.phone('phone');
  await connectPeer();
  await media.child.place(phone.legId, ROOM, ALL);
  await media.child.place(BROWSER, ROOM, ALL);
  await expectTwoWays(phone);
  const answer = await media.child.answerReoffer(BROWSER, await peer.offer());
  peer.accept(answer);
  await peer.opened();
  await expectTwoWays(phone);
  expect(media.events.some(({ type }) => type === 'leg-lost')).toBe(false);
});

test('a browser that crashes is lost by its silence', async () => {
  await connectPeer();
  peer.kill();
  const lost = await media.event('leg-lost');
  expect(lost.legId).toBe(BROWSER);
});

test('the browser gets RTCP reports', async () => {
  await connectPeer();
  await media.event('quality');
  await expect.poll(async () => (await peer.heard()).rtcp).toBeGreaterThan(0);
});

test('the announced address stands in the answer instead of the bound one', async () => {
  const behindNat = await MediaFixture.start({ announcedAddress: '203.0.113.7' });
  try {
    const answer = await behindNat.child.answerOffer(BROWSER, 'webrtc', await peer.offer());
    expect(answer).toMatch(/a=candidate:\S+ 1 UDP \d+ 203\.0\.113\.7 \d+ typ host/);
    expect(answer).toContain('c=IN IP4 203.0.113.7');
    expect(answer).not.toContain('127.0.0.1');
  } finally {
    await behindNat.stop();
  }
});

test.each([
  ['no audio', (sdp: string) => sdp.replace('m=audio', 'm=video')],
  ['no fingerprint', (sdp: string) => sdp.replace(/a=fingerprint.*\r\n/, '')],
  ['no ICE credentials', (sdp: string) => sdp.replace(/a=ice-pwd.*\r\n/, '')],
  ['no codec of ours', (sdp: string) => sdp.replace('PCMU/8000', 'G722/8000')],
  ['plain RTP', (sdp: string) => sdp.replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP')],
  ['nothing that is SDP', () => 'hello'],
])('refuses an offer with %s', async (_what, spoil) => {
  const offer = await peer.offer();
  await expect(media.child.answerOffer(BROWSER, 'webrtc', spoil(offer))).rejects.toMatchObject({
    code: 'not-acceptable',
  });
  expect(await media.child.legs()).toEqual([]);
});
