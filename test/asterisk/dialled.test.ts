import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LegId, PlaybackId, RoomId } from '../../server/core/kernel/ids.ts';
import { type FaultySwitch, FaultBed } from '../support/asterisk/fault-bed.ts';
import { hasTone, rms } from '../support/goertzel.ts';
import type { PeerCall } from '../support/peer-call.ts';

const TALK_HZ = 1500;
let bed: FaultBed;
let one: FaultySwitch;
beforeAll(async () => {
  bed = await FaultBed.open();
});
afterEach(() => bed.tidy());
afterAll(() => bed.close());

/** A number outside that has been dialled and has answered. */
async function answered(): Promise<{ legId: LegId; far: PeerCall }> {
  const carrier = await bed.carrier('answer');
  one = await bed.started();
  const legId = await bed.dial(one);
  await one.log.next('leg-answered', (event) => event.legId === legId);
  return { legId, far: await carrier.incoming() };
}

/** Asterisk's bridge that the channel of a leg is in, also one that ARI does not show. */
async function bridgeOf(legId: LegId): Promise<string> {
  const { name } = await bed.node.ari<{ name: string }>('GET', `/channels/${legId}`);
  const shown = await bed.node.atPrompt(`core show channel ${name}`);
  const [, bridge = ''] = /Bridge ID: (.*)/.exec(shown) ?? [];
  return bridge.trim();
}

async function hearsSomething({ rtp }: PeerCall): Promise<void> {
  const before = rtp.received.length;
  await expect.poll(() => rtp.received.length - before).toBeGreaterThan(10);
}

/**
 * Asterisk keeps what it has dialled in a bridge of its own after the answer, where a stop of silence or music can be lost: the
 * leg would hear that, and nobody, from then on. The race itself cannot be made to happen; that it cannot happen can be seen.
 */
describe('a leg that has been dialled and has answered', () => {
  it('is in no bridge when silence is made for it', async () => {
    const { legId, far } = await answered();
    await hearsSomething(far);
    expect(rms(await far.rtp.listen(300))).toBeLessThan(10);
    expect(await bridgeOf(legId)).toBe('(Not bridged)');
  });

  it('is in no bridge when it is given music before it has a place', async () => {
    const { legId, far } = await answered();
    await one.telephone.music(legId, true);
    await expect.poll(async () => rms(await far.rtp.listen(300))).toBeGreaterThan(100);
    expect(await bridgeOf(legId)).toBe('(Not bridged)');
  });

  it('is in no bridge when something is played to it before it has a place', async () => {
    const { legId, far } = await answered();
    const playbackId = bed.ids.next<PlaybackId>('play');
    const source = { kind: 'frequency', hz: TALK_HZ, ms: 5_000 } as const;
    await one.telephone.play({ playbackId, target: { leg: legId }, source });
    await expect.poll(async () => hasTone(await far.rtp.listen(300), TALK_HZ)).toBe(true);
    expect(await bridgeOf(legId)).toBe('(Not bridged)');
    await one.telephone.stopPlayback(playbackId);
    await one.log.next('playback-finished');
    await expect.poll(async () => rms(await far.rtp.listen(300))).toBeLessThan(10);
  });

  it.each([
    ['at once', 0],
    ['after some silence', 600],
  ])('hears a room that it comes into %s', async (_when, ms) => {
    const { legId, far } = await answered();
    const customer = await bed.caller(one);
    const room = bed.ids.next<RoomId>('room');
    await one.telephone.openRoom(room);
    await new Promise((done) => setTimeout(done, ms));
    for (const each of [legId, customer.legId]) await one.telephone.place(each, room, { kind: 'all' });
    customer.call.rtp.say(TALK_HZ);
    await expect.poll(async () => hasTone(await far.rtp.listen(300), TALK_HZ)).toBe(true);
    expect(await bridgeOf(legId)).toBe(room);
    await one.telephone.remove(legId);
    await expect.poll(async () => rms(await far.rtp.listen(300))).toBeLessThan(10);
    expect(await bridgeOf(legId)).toBe('(Not bridged)');
  });

  it('is in no bridge when another server makes silence for it that has taken it over', async () => {
    const { legId, far } = await answered();
    await one.telephone.stop();
    const two = await bed.started();
    expect(await two.telephone.legs()).toMatchObject([{ legId, state: 'answered' }]);
    await hearsSomething(far);
    expect(await bridgeOf(legId)).toBe('(Not bridged)');
  });
});

describe('a leg that still rings', () => {
  it('has music asked for it, and gets it with the answer', async () => {
    const carrier = await bed.carrier('ring');
    one = await bed.started();
    const legId = await bed.dial(one);
    await one.log.next('leg-ringing');
    await one.telephone.music(legId, true);
    const far = await carrier.incoming();
    far.answer();
    await one.log.next('leg-answered');
    await expect.poll(async () => rms(await far.rtp.listen(300))).toBeGreaterThan(100);
    expect(await bridgeOf(legId)).toBe('(Not bridged)');
  });
});
