import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LegId, PlaybackId, RecordingId, RoomId } from '../../server/core/ids.ts';
import type { FarCall } from './switch-harness.ts';
import { HIGH, LOW, THIRD, expectTalk, refusal } from './suite-bed.ts';
import type { SuiteBed } from './suite-bed.ts';

/** The part of the contract that is media: rooms and voices, music, playing, recording, digits. */
export function describeMedia(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  describe('rooms', () => {
    async function twoInRoom(): Promise<{
      room: RoomId;
      one: FarCall;
      two: FarCall;
      legs: [LegId, LegId];
    }> {
      const agent = await bed.talkTo(await bed.phone('anna'));
      const customer = await bed.answeredCaller();
      const room = bed.harness.ids.next<RoomId>('room');
      await bed.telephone.openRoom(room);
      await bed.telephone.place(agent.legId, room, { kind: 'all' });
      await bed.telephone.place(customer.legId, room, { kind: 'all' });
      return { room, one: agent.far, two: customer.far, legs: [agent.legId, customer.legId] };
    }

    it('join two legs in both directions', async () => {
      const { room, one, two, legs } = await twoInRoom();
      expect((await bed.live(legs[0]))?.roomId).toBe(room);
      await expectTalk(one, two);
    });

    it('let a leg go into silence, and move it to another room in one step', async () => {
      const { one, two, legs } = await twoInRoom();
      await bed.telephone.remove(legs[1]);
      one.say(LOW);
      expect((await bed.live(legs[1]))?.roomId).toBeNull();
      const silent = await two.listen([LOW]);
      expect(silent.silent).toBe(true);
      const other = bed.harness.ids.next<RoomId>('room');
      await bed.telephone.openRoom(other);
      await bed.telephone.place(legs[0], other, { kind: 'all' });
      await bed.telephone.place(legs[1], other, { kind: 'all' });
      expect((await bed.live(legs[0]))?.roomId).toBe(other);
      await expectTalk(one, two);
    });

    it('give music to one leg, who then neither hears nor is heard, and give the talk back', async () => {
      const { room, one, two, legs } = await twoInRoom();
      await bed.telephone.music(legs[1], true);
      one.say(LOW);
      two.say(HIGH);
      const held = await two.listen([LOW]);
      expect(held.tones).toEqual([]);
      expect(held.silent).toBe(false);

      const holder = await one.listen([HIGH]);
      expect(holder.tones).toEqual([]);
      expect((await bed.live(legs[1]))?.roomId).toBe(room);
      await bed.telephone.music(legs[1], false);
      await expectTalk(one, two);
    });

    it('leave their legs alone when they close', async () => {
      const { room, one, two, legs } = await twoInRoom();
      await bed.telephone.closeRoom(room);
      expect((await bed.live(legs[0]))?.state).toBe('answered');
      one.say(LOW);
      const alone = await two.listen([LOW]);
      expect(alone.tones).toEqual([]);
      expect(await refusal(bed.telephone.place(legs[0], room, { kind: 'all' }))).toBe('no-such-room');
    });
  });

  describe('playing and recording', () => {
    it('plays a tone to a leg and tells when it is over', async () => {
      const { legId, far } = await bed.answeredCaller();
      const playbackId = bed.harness.ids.next<PlaybackId>('play');
      const source = { kind: 'frequency', hz: THIRD, ms: 1_500 } as const;
      await bed.telephone.play({ playbackId, target: { leg: legId }, source });
      const heard = await far.listen([THIRD]);
      expect(heard.tones).toEqual([THIRD]);
      expect(await bed.log.next('playback-finished')).toMatchObject({ playbackId, reason: 'completed' });
    });

    it('plays in a loop until it is stopped', async () => {
      const { legId, far } = await bed.answeredCaller();
      const playbackId = bed.harness.ids.next<PlaybackId>('play');
      await bed.telephone.play({
        playbackId,
        target: { leg: legId },
        source: { kind: 'frequency', hz: THIRD, ms: 100 },
        loop: true,
      });
      const heard = await far.listen([THIRD]);
      expect(heard.tones).toEqual([THIRD]);
      expect(bed.log.count('playback-finished')).toBe(0);
      await bed.telephone.stopPlayback(playbackId);
      expect(await bed.log.next('playback-finished')).toMatchObject({ playbackId, reason: 'stopped' });
    });

    it('refuses to speak a text where it cannot', async () => {
      if (bed.telephone.capabilities.speech) return;
      const { legId } = await bed.answeredCaller();
      const playbackId = bed.harness.ids.next<PlaybackId>('play');
      const source = { kind: 'text', text: 'Good morning', language: 'en' } as const;
      expect(await refusal(bed.telephone.play({ playbackId, target: { leg: legId }, source }))).toBe(
        'unsupported',
      );
      expect(bed.log.count('playback-finished')).toBe(0);
    });

    it('records a leg to a file and tells how long it was', async () => {
      if (!bed.telephone.capabilities.recordLeg) return;
      const { legId, far } = await bed.answeredCaller();
      far.say(LOW);
      const recordingId = bed.harness.ids.next<RecordingId>('rec');
      const path = join(bed.harness.folder, `${recordingId}.wav`);
      await bed.telephone.record({ recordingId, target: { leg: legId }, path });
      await far.listen([LOW]);
      await bed.telephone.stopRecording(recordingId);
      const finished = await bed.log.next('recording-finished');
      expect(finished).toMatchObject({ recordingId, path });
      expect(finished.failed).toBeUndefined();
    });

    it('closes a recording when its leg ends', async () => {
      if (!bed.telephone.capabilities.recordLeg) return;
      const { legId, far } = await bed.answeredCaller();
      const recordingId = bed.harness.ids.next<RecordingId>('rec');
      const path = join(bed.harness.folder, `${recordingId}.wav`);
      await bed.telephone.record({ recordingId, target: { leg: legId }, path });
      await far.hangup();
      expect((await bed.log.next('recording-finished')).recordingId).toBe(recordingId);
    });
  });

  describe('digits', () => {
    it('pass from the far end', async () => {
      const { legId, far } = await bed.answeredCaller();
      await far.sendDigits('12#');
      await bed.log.next('digit', (event) => event.digit === '#');
      const digits = bed.log.events.flatMap((event) => (event.type === 'digit' ? [event] : []));
      expect(digits.map((event) => event.digit).join('')).toBe('12#');
      expect(digits.every((event) => event.legId === legId)).toBe(true);
    });

    it('pass to the far end', async () => {
      const { legId, far } = await bed.answeredCaller();
      await bed.telephone.sendDigits(legId, '90*');
      await expect.poll(() => far.digits(), { timeout: 4_000 }).toBe('90*');
    });
  });
}
