import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LegId, PlaybackId, RoomId } from '../../server/core/kernel/ids.ts';
import type { PlayRequest } from '../../server/core/ports/switch.ts';
import { FaultBed } from '../support/asterisk/fault-bed.ts';
import { hasTone } from '../support/goertzel.ts';
import type { PeerCall } from '../support/peer-call.ts';

let bed: FaultBed;
beforeAll(async () => {
  bed = await FaultBed.open();
});
afterEach(() => bed.tidy());
afterAll(() => bed.close());

function tone(leg: LegId, hz: number): PlayRequest {
  const playbackId = bed.ids.next<PlaybackId>('play');
  return { playbackId, target: { leg }, source: { kind: 'frequency', hz, ms: 5_000 }, loop: true };
}

describe('a leg that is hung up while it is being dialled', () => {
  it('has ended, and its channel with it, however far that was', async () => {
    await bed.carrier('ring');
    const { telephone, log } = await bed.started();
    for (let round = 0; round < 10; round += 1) {
      const legId = bed.ids.next<LegId>('leg');
      const target = { kind: 'number', number: '13900139000' } as const;
      const dialling = telephone.dial({ legId, target, callerId: { number: '400100' }, ringMs: 10_000 });
      // Another moment each time.
      await new Promise((done) => setTimeout(done, round));
      await telephone.hangup(legId);
      await dialling;
      expect(await log.next('leg-ended', (event) => event.legId === legId)).toMatchObject({
        cause: 'cancelled',
        side: 'near',
      });
    }
    expect(await telephone.legs()).toEqual([]);
  });

  it('has ended also when it could not have been dialled at all', async () => {
    const one = await bed.started();
    const { endpointId, spec } = await bed.phone(one);
    await bed.node.ari('DELETE', `/asterisk/config/dynamic/res_pjsip/endpoint/${spec.username}`);
    const legId = bed.ids.next<LegId>('leg');
    const target = { kind: 'endpoint', endpointId } as const;
    const dialling = one.telephone.dial({ legId, target, callerId: { number: '400100' }, ringMs: 10_000 });
    await one.telephone.hangup(legId);
    await dialling;
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, cause: 'cancelled' });
    expect(one.log.count('leg-ended')).toBe(1);
  });
});

describe('a playback that is stopped', () => {
  it('as soon as it has begun, or before, is silent and over, once', async () => {
    const one = await bed.started();
    const { telephone, log } = one;
    const { legId, call } = await bed.caller(one);
    const asked: PlaybackId[] = [];
    for (let round = 0; round < 10; round += 1) {
      const request = tone(legId, 900);
      asked.push(request.playbackId);
      const playing = telephone.play(request);
      // The first rounds while it is being asked for, the later ones after the answer.
      if (round < 5) await new Promise((done) => setTimeout(done, round));
      else await playing;
      await telephone.stopPlayback(request.playbackId);
      await playing;
    }
    for (const id of asked) {
      await expect
        .poll(() => log.count('playback-finished', (each) => 'playbackId' in each && each.playbackId === id))
        .toBe(1);
    }
    await call.rtp.listen(200);
    expect(hasTone(await call.rtp.listen(400), 900)).toBe(false);
  });
});

describe('a coach', () => {
  it('who is taken over by another server is still heard by one alone', async () => {
    const one = await bed.started();
    const room = bed.ids.next<RoomId>('room');
    await one.telephone.openRoom(room);
    const [customer, agent, coach] = [await bed.caller(one), await bed.caller(one), await bed.caller(one)];
    for (const { legId } of [customer, agent]) await one.telephone.place(legId, room, { kind: 'all' });
    await one.telephone.place(coach.legId, room, { kind: 'whisper', to: agent.legId });
    await one.telephone.stop();

    const two = await bed.started();
    customer.call.rtp.say(600);
    coach.call.rtp.say(1500);
    const hears = async ({ call }: { call: PeerCall }): Promise<number[]> => {
      const samples = await call.rtp.listen(400);
      return [600, 1500].filter((hz) => hasTone(samples, hz));
    };
    await expect.poll(() => hears(agent), { timeout: 5_000 }).toEqual([600, 1500]);
    await expect.poll(() => hears(coach), { timeout: 5_000 }).toEqual([600]);
    expect(await hears(customer)).toEqual([]);
    expect(two.book.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
    await two.telephone.hangup(coach.legId);
    await two.log.next('leg-ended');
  });
});
