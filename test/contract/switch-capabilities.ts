import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PlaybackId, RecordingId } from '../../server/core/ids.ts';
import type { RecordRequest, Switch } from '../../server/core/ports/switch.ts';
import { refusal } from './suite-bed.ts';
import type { Answered, SuiteBed } from './suite-bed.ts';

type Attempt = (bed: SuiteBed, one: Answered, two: Answered) => Promise<void>;

async function recordingOf(bed: SuiteBed, what: 'leg' | 'room', one: Answered): Promise<RecordRequest> {
  const recordingId = bed.harness.ids.next<RecordingId>('rec');
  const path = join(bed.harness.folder, `${recordingId}.wav`);
  return { recordingId, path, target: what === 'leg' ? { leg: one.legId } : { room: await bed.room(one) } };
}

/** What a switch may be unable to do, and an attempt at it. */
const ATTEMPTS = {
  whisper: async (bed, one, two) => {
    const room = await bed.room(two);
    await bed.telephone.place(one.legId, room, { kind: 'whisper', to: two.legId });
  },
  recordLeg: async (bed, one) => bed.telephone.record(await recordingOf(bed, 'leg', one)),
  recordRoom: async (bed, one) => bed.telephone.record(await recordingOf(bed, 'room', one)),
  pauseRecording: async (bed, one) => {
    const { recordLeg, recordRoom } = bed.telephone.capabilities;
    const request = await recordingOf(bed, recordLeg ? 'leg' : 'room', one);
    if (recordLeg || recordRoom) await bed.telephone.record(request);
    await bed.telephone.pauseRecording(request.recordingId);
  },
  handOver: (bed, one) =>
    bed.telephone.handOver(one.legId, '02066668888', { callerId: { number: '400100' } }),
  speech: (bed, one) =>
    bed.telephone.play({
      playbackId: bed.harness.ids.next<PlaybackId>('play'),
      target: { leg: one.legId },
      source: { kind: 'text', text: 'Good morning', language: 'en' },
    }),
} satisfies Partial<Record<keyof Switch['capabilities'], Attempt>>;

/** The part of the contract that is honesty: what a switch says that it cannot do it refuses, and does the rest. */
export function describeCapabilities(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  describe('a capability', () => {
    it.each(Object.entries(ATTEMPTS))('%s is as it is said', async (name, attempt) => {
      const able = bed.telephone.capabilities[name as keyof typeof ATTEMPTS];
      const one = await bed.answeredCaller('13800000001');
      const two = await bed.answeredCaller('13800000002');
      if (able) await attempt(bed, one, two);
      else expect(await refusal(attempt(bed, one, two))).toBe('unsupported');
      // Nobody's call has suffered.
      expect((await bed.live(two.legId))?.state).toBe('answered');
      await one.far.hangup();
    });
  });
}
