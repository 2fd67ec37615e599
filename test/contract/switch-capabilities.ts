import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PlaybackId, RecordingId } from '../../server/core/kernel/ids.ts';
import type { RecordRequest, Switch } from '../../server/core/ports/switch.ts';
import { refusal } from './suite-bed.ts';
import type { Answered, SuiteBed } from './suite-bed.ts';

type Attempt = (bed: SuiteBed, one: Answered, two: Answered) => Promise<void>;

/** Records something; what is done meanwhile may be refused, the recording is closed in any case. */
async function record(
  bed: SuiteBed,
  target: RecordRequest['target'],
  meanwhile: (recordingId: RecordingId) => Promise<void> = async () => undefined,
): Promise<void> {
  const { telephone, harness, log } = bed;
  const recordingId = harness.ids.next<RecordingId>('rec');
  await telephone.record({ recordingId, target, path: join(harness.folder, `${recordingId}.wav`) });
  try {
    await meanwhile(recordingId);
  } finally {
    await telephone.stopRecording(recordingId);
    await log.next('recording-finished', (event) => event.recordingId === recordingId);
  }
}

/** What a switch may be unable to do, and an attempt at it. */
const ATTEMPTS = {
  whisper: async (bed, one, two) => {
    const room = await bed.room(two);
    await bed.telephone.place(one.legId, room, { kind: 'whisper', to: two.legId });
  },
  recordLeg: (bed, one) => record(bed, { leg: one.legId }),
  recordRoom: async (bed, one) => record(bed, { room: await bed.room(one) }),
  pauseRecording: async (bed, one) => {
    const { recordLeg, recordRoom } = bed.telephone.capabilities;
    const pause = (recordingId: RecordingId): Promise<void> => bed.telephone.pauseRecording(recordingId);
    if (recordLeg) await record(bed, { leg: one.legId }, pause);
    else if (recordRoom) await record(bed, { room: await bed.room(one) }, pause);
    else await pause(bed.harness.ids.next<RecordingId>('rec'));
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
      // Nobody else's call has suffered.
      expect((await bed.live(two.legId))?.state).toBe('answered');
      await one.far.hangup();
    });
  });
}
