import { beforeEach, describe, expect, it } from 'vitest';
import type { PlaybackId } from '../../server/core/kernel/ids.ts';
import type { PlaySource } from '../../server/core/ports/switch.ts';
import { HIGH, LOW, THIRD, hearsSoon } from './suite-bed.ts';
import type { SuiteBed } from './suite-bed.ts';

const ALL = [LOW, HIGH, THIRD] as const;
const LONG: PlaySource = { kind: 'frequency', hz: THIRD, ms: 10_000 };

/** The part of the contract that is playing: to a leg and to a room, over what is heard there. */
export function describePlaying(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  const newPlayback = (): PlaybackId => bed.harness.ids.next<PlaybackId>('play');

  describe('what is played', () => {
    it('to a leg is heard, and its end is told', async () => {
      const { legId, far } = await bed.answeredCaller();
      const playbackId = newPlayback();
      const source = { kind: 'frequency', hz: THIRD, ms: 1_500 } as const;
      await bed.telephone.play({ playbackId, target: { leg: legId }, source });
      expect((await far.listen([THIRD])).tones).toEqual([THIRD]);
      expect(await bed.log.next('playback-finished')).toMatchObject({ playbackId, reason: 'completed' });
    });

    it('in a loop goes on until it is stopped', async () => {
      const { legId, far } = await bed.answeredCaller();
      const playbackId = newPlayback();
      const source = { kind: 'frequency', hz: THIRD, ms: 100 } as const;
      await bed.telephone.play({ playbackId, target: { leg: legId }, source, loop: true });
      expect((await far.listen([THIRD])).tones).toEqual([THIRD]);
      expect(bed.log.count('playback-finished')).toBe(0);
      await bed.telephone.stopPlayback(playbackId);
      expect(await bed.log.next('playback-finished')).toMatchObject({ playbackId, reason: 'stopped' });
    });

    it('to a leg in a room is heard by it alone, and then it hears the room again', async () => {
      const agent = await bed.talkTo(await bed.phone('anna'));
      const customer = await bed.answeredCaller();
      await bed.room(agent, customer);
      agent.far.say(LOW);
      customer.far.say(HIGH);
      await hearsSoon(agent.far, HIGH);
      const playbackId = newPlayback();
      await bed.telephone.play({ playbackId, target: { leg: agent.legId }, source: LONG });
      await hearsSoon(agent.far, THIRD);
      expect((await customer.far.listen(ALL)).tones).not.toContain(THIRD);
      await bed.telephone.stopPlayback(playbackId);
      await bed.log.next('playback-finished', (event) => event.playbackId === playbackId);
      expect((await agent.far.listen(ALL)).tones).toEqual([HIGH]);
      expect((await customer.far.listen(ALL)).tones).toEqual([LOW]);
    });

    it('beside what a leg hears is heard by it alone, together with the others, who hear it as ever', async () => {
      const agent = await bed.talkTo(await bed.phone('anna'));
      const customer = await bed.answeredCaller();
      await bed.room(agent, customer);
      agent.far.say(LOW);
      customer.far.say(HIGH);
      await hearsSoon(agent.far, HIGH);
      const [playbackId, other] = [newPlayback(), newPlayback()];
      const target = { leg: agent.legId };
      await bed.telephone.play({ playbackId, target, source: LONG, mixed: true });
      await expect
        .poll(async () => (await agent.far.listen(ALL)).tones, { timeout: 6_000 })
        .toEqual([HIGH, THIRD].toSorted((a, b) => a - b));
      expect((await customer.far.listen(ALL)).tones).toEqual([LOW]);
      // Something else is played meanwhile, and does not end it.
      const short = { kind: 'frequency', hz: LOW, ms: 200 } as const;
      await bed.telephone.play({ playbackId: other, target, source: short });
      await bed.log.next('playback-finished', (event) => event.playbackId === other);
      await hearsSoon(agent.far, THIRD);
      await bed.telephone.stopPlayback(playbackId);
      await bed.log.next('playback-finished', (event) => event.playbackId === playbackId);
      await expect.poll(async () => (await agent.far.listen(ALL)).tones).toEqual([HIGH]);
      expect((await customer.far.listen(ALL)).tones).toEqual([LOW]);
    });

    it('of the tone that somebody listens is heard by the leg alone', async () => {
      const agent = await bed.talkTo(await bed.phone('anna'));
      const customer = await bed.answeredCaller();
      await bed.room(agent, customer);
      const [atAgent, atCustomer] = [agent.far.trace(1400), customer.far.trace(1400)];
      const playbackId = newPlayback();
      const source = { kind: 'tone', tone: 'monitored' } as const;
      const target = { leg: agent.legId };
      await bed.telephone.play({ playbackId, target, source, loop: true, mixed: true });
      // It is too short to be met by listening for a while.
      if (!bed.harness.hasSound) await hearsSoon(agent.far, 1400);
      else await expect.poll(() => atAgent().heardAt.length, { timeout: 10_000 }).toBeGreaterThan(3);
      await bed.telephone.stopPlayback(playbackId);
      expect(atCustomer().heardAt).toEqual([]);
    });

    it('over music gives way to it again', async () => {
      const { legId, far } = await bed.answeredCaller();
      await bed.telephone.music(legId, true);
      const playbackId = newPlayback();
      const source = { kind: 'frequency', hz: THIRD, ms: 800 } as const;
      await bed.telephone.play({ playbackId, target: { leg: legId }, source });
      await hearsSoon(far, THIRD);
      await bed.log.next('playback-finished');
      expect(await far.listen([THIRD])).toMatchObject({ tones: [], silent: false });
    });

    it('to a room is heard by all who are in it', async () => {
      const agent = await bed.talkTo(await bed.phone('anna'));
      const customer = await bed.answeredCaller();
      const room = await bed.room(agent, customer);
      const playbackId = newPlayback();
      await bed.telephone.play({ playbackId, target: { room }, source: LONG });
      for (const { far } of [agent, customer]) {
        expect((await far.listen([THIRD])).tones).toEqual([THIRD]);
      }
      await bed.telephone.stopPlayback(playbackId);
      expect(await bed.log.next('playback-finished')).toMatchObject({ playbackId, reason: 'stopped' });
    });

    it('takes the place of what was played there before', async () => {
      const { legId, far } = await bed.answeredCaller();
      const [first, second] = [newPlayback(), newPlayback()];
      const low = { kind: 'frequency', hz: LOW, ms: 10_000 } as const;
      await bed.telephone.play({ playbackId: first, target: { leg: legId }, source: low, loop: true });
      await hearsSoon(far, LOW);
      await bed.telephone.play({ playbackId: second, target: { leg: legId }, source: LONG });
      const stopped = await bed.log.next('playback-finished');
      expect(stopped).toMatchObject({ playbackId: first, reason: 'stopped' });
      expect((await far.listen(ALL)).tones).toEqual([THIRD]);
      expect(bed.log.count('playback-finished')).toBe(1);
    });

    it('ends with its leg, and with its room', async () => {
      const one = await bed.answeredCaller('13800000001');
      const two = await bed.answeredCaller('13800000002');
      const room = await bed.room(two);
      const [toLeg, toRoom] = [newPlayback(), newPlayback()];
      await bed.telephone.play({ playbackId: toLeg, target: { leg: one.legId }, source: LONG, loop: true });
      await bed.telephone.play({ playbackId: toRoom, target: { room }, source: LONG, loop: true });
      await hearsSoon(one.far, THIRD);
      await one.far.hangup();
      const first = await bed.log.next('playback-finished', (event) => event.playbackId === toLeg);
      expect(first.reason).toBe('stopped');
      await bed.telephone.closeRoom(room);
      const second = await bed.log.next('playback-finished', (event) => event.playbackId === toRoom);
      expect(second.reason).toBe('stopped');
      // What comes too late changes nothing.
      await bed.telephone.stopPlayback(toLeg);
      await bed.telephone.stopPlayback(toRoom);
      expect(bed.log.count('playback-finished')).toBe(2);
    });
  });
}
