import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PlaybackId, RecordingId, RoomId } from '../../server/core/kernel/ids.ts';
import { tonesIn } from '../support/goertzel.ts';
import { wavChannel } from '../support/make-wav.ts';
import { HIGH, LOW, THIRD, hearsSoon } from './suite-bed.ts';
import type { Answered, SuiteBed } from './suite-bed.ts';

const ALL = [LOW, HIGH, THIRD];
/** Samples in 100 ms. */
const SLICE = 800;

/** The part of the contract that is recording: of a leg and of a room, with pauses, moves and ends in the middle. */
export function describeRecordings(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  /** An agent and a customer in one room. */
  async function talk(): Promise<{ room: RoomId; agent: Answered; customer: Answered }> {
    const agent = await bed.talkTo(await bed.phone('anna'));
    const customer = await bed.answeredCaller();
    return { room: await bed.room(agent, customer), agent, customer };
  }

  const newRecording = (): { recordingId: RecordingId; path: string } => {
    const recordingId = bed.harness.ids.next<RecordingId>('rec');
    return { recordingId, path: join(bed.harness.folder, `${recordingId}.wav`) };
  };

  describe('a recording of a leg', () => {
    it('has what it says left and what it hears right, and tells how long it is', async () => {
      if (!bed.telephone.capabilities.recordLeg) return;
      const { agent, customer } = await talk();
      agent.far.say(LOW);
      customer.far.say(HIGH);
      const { recordingId, path } = newRecording();
      await bed.telephone.record({ recordingId, target: { leg: agent.legId }, path });
      // A busy switch begins late.
      for (let times = 0; times < 3; times += 1) await customer.far.listen([LOW]);
      await bed.telephone.stopRecording(recordingId);
      const finished = await bed.log.next('recording-finished');
      expect(finished).toMatchObject({ recordingId, path });
      expect(finished.failed).toBeUndefined();
      if (!bed.harness.hasSound) return;
      expect(finished.durationMs).toBeGreaterThan(300);
      const file = await readFile(path);
      expect(tonesIn(wavChannel(file, 0), ALL)).toEqual([LOW]);
      expect(tonesIn(wavChannel(file, 1), ALL)).toEqual([HIGH]);
    });

    it('goes on when the leg moves to another room', async () => {
      if (!bed.telephone.capabilities.recordLeg) return;
      const { agent, customer } = await talk();
      const other = await bed.answeredCaller('13800000002');
      const elsewhere = await bed.room(other);
      agent.far.say(THIRD);
      customer.far.say(LOW);
      other.far.say(HIGH);
      await hearsSoon(agent.far, LOW);
      const { recordingId, path } = newRecording();
      await bed.telephone.record({ recordingId, target: { leg: agent.legId }, path });
      await agent.far.listen([LOW]);
      await bed.telephone.place(agent.legId, elsewhere, { kind: 'all' });
      await hearsSoon(agent.far, HIGH);
      await bed.telephone.stopRecording(recordingId);
      await bed.log.next('recording-finished');
      if (!bed.harness.hasSound) return;
      const file = await readFile(path);
      const [said, heard] = [wavChannel(file, 0), wavChannel(file, 1)];
      expect(courseOf(heard)).toEqual([LOW, HIGH]);
      const holes = slicesOf(said).filter((slice) => tonesIn(slice, [THIRD]).length === 0);
      // The very beginning and end may be cut in the middle of a slice.
      expect(holes.length).toBeLessThanOrEqual(2);
    });

    it('goes on through music and with another partner in its room', async () => {
      if (!bed.telephone.capabilities.recordLeg) return;
      const { room, agent, customer } = await talk();
      const other = await bed.answeredCaller('13800000002');
      agent.far.say(THIRD);
      customer.far.say(LOW);
      other.far.say(HIGH);
      await hearsSoon(agent.far, LOW);
      const { recordingId, path } = newRecording();
      await bed.telephone.record({ recordingId, target: { leg: agent.legId }, path });
      await agent.far.listen([LOW]);
      await bed.telephone.music(agent.legId, true);
      await agent.far.listen([]);
      await bed.telephone.music(agent.legId, false);
      await hearsSoon(agent.far, LOW);
      await bed.telephone.remove(customer.legId);
      await bed.telephone.place(other.legId, room, { kind: 'all' });
      await hearsSoon(agent.far, HIGH);
      await bed.telephone.stopRecording(recordingId);
      await bed.log.next('recording-finished');
      if (!bed.harness.hasSound) return;
      const heard = courseOf(wavChannel(await readFile(path), 1));
      // Music may have any of the tones in it.
      expect([heard[0], heard.at(-1)]).toEqual([LOW, HIGH]);
    });

    it('leaves out what is said while it is paused', async () => {
      if (!bed.telephone.capabilities.recordLeg || !bed.telephone.capabilities.pauseRecording) return;
      const { agent, customer } = await talk();
      agent.far.say(LOW);
      const { recordingId, path } = newRecording();
      await bed.telephone.record({ recordingId, target: { leg: agent.legId }, path });
      await customer.far.listen([LOW]);
      await bed.telephone.pauseRecording(recordingId);
      agent.far.say(HIGH);
      for (let time = 0; time < 3; time += 1) await customer.far.listen([HIGH]);
      agent.far.say(THIRD);
      await hearsSoon(customer.far, THIRD);
      await bed.telephone.resumeRecording(recordingId);
      await customer.far.listen([THIRD]);
      await bed.telephone.stopRecording(recordingId);
      const { durationMs } = await bed.log.next('recording-finished');
      if (!bed.harness.hasSound) return;
      const said = wavChannel(await readFile(path), 0);
      expect(tonesIn(said, ALL)).toEqual([LOW, THIRD]);
      // Twice 700 ms were recorded; the 2.8 s between them are not in the file, not even as silence.
      expect(durationMs).toBeGreaterThan(1_000);
      expect(durationMs).toBeLessThan(2_400);
    });

    it('is closed when its leg ends, with what was said until then', async () => {
      if (!bed.telephone.capabilities.recordLeg) return;
      const { agent, customer } = await talk();
      agent.far.say(LOW);
      const { recordingId, path } = newRecording();
      await bed.telephone.record({ recordingId, target: { leg: agent.legId }, path });
      await customer.far.listen([LOW]);
      await agent.far.hangup();
      expect(await bed.log.next('recording-finished')).toMatchObject({ recordingId, path });
      // What comes too late changes nothing.
      await bed.telephone.pauseRecording(recordingId);
      await bed.telephone.stopRecording(recordingId);
      expect(bed.log.count('recording-finished')).toBe(1);
      if (!bed.harness.hasSound) return;
      expect(tonesIn(wavChannel(await readFile(path), 0), ALL)).toEqual([LOW]);
    });
  });

  describe('a recording of a room', () => {
    it('has all who speak, and nothing of what is said while it is paused', async () => {
      if (!bed.telephone.capabilities.recordRoom || !bed.telephone.capabilities.pauseRecording) return;
      const { room, agent, customer } = await talk();
      agent.far.say(LOW);
      const { recordingId, path } = newRecording();
      await bed.telephone.record({ recordingId, target: { room }, path });
      await customer.far.listen([LOW]);
      await bed.telephone.pauseRecording(recordingId);
      agent.far.say(null);
      customer.far.say(HIGH);
      await agent.far.listen([HIGH]);
      customer.far.say(null);
      await agent.far.listen([HIGH]);
      await bed.telephone.resumeRecording(recordingId);
      customer.far.say(THIRD);
      await agent.far.listen([THIRD]);
      await bed.telephone.stopRecording(recordingId);
      await bed.log.next('recording-finished');
      if (!bed.harness.hasSound) return;
      expect(tonesIn(wavChannel(await readFile(path), 0), ALL)).toEqual([LOW, THIRD]);
    });

    it('has nothing of a coach, who whispers to one of them, and has whoever barges in', async () => {
      const { capabilities } = bed.telephone;
      if (!capabilities.recordRoom || !capabilities.whisper || !bed.harness.hasSound) return;
      const { room, agent, customer } = await talk();
      const coach = await bed.talkTo(await bed.phone('clara'));
      for (const [{ far }, hz] of [
        [agent, LOW],
        [customer, HIGH],
        [coach, THIRD],
      ] as const)
        far.say(hz);
      const recorded = async (kind: 'whisper' | 'all'): Promise<readonly number[]> => {
        const voice = kind === 'all' ? { kind } : { kind, to: agent.legId };
        await bed.telephone.place(coach.legId, room, voice);
        await hearsSoon(agent.far, THIRD);
        const { recordingId, path } = newRecording();
        await bed.telephone.record({ recordingId, target: { room }, path });
        for (let times = 0; times < 2; times += 1) await agent.far.listen([THIRD]);
        await bed.telephone.stopRecording(recordingId);
        await bed.log.next('recording-finished', (event) => event.recordingId === recordingId);
        return tonesIn(wavChannel(await readFile(path), 0), ALL);
      };
      expect(await recorded('whisper')).toEqual([LOW, HIGH]);
      expect(await recorded('all')).toEqual([LOW, HIGH, THIRD]);
    });

    it('has nothing of what is played beside what a leg hears, nor has that of the leg, whichever was begun first', async () => {
      const { capabilities } = bed.telephone;
      if (!capabilities.recordRoom || !capabilities.recordLeg || !bed.harness.hasSound) return;
      const { room, agent, customer } = await talk();
      agent.far.say(LOW);
      customer.far.say(HIGH);
      const [ofLeg, ofRoom] = [newRecording(), newRecording()];
      const playbackId = bed.harness.ids.next<PlaybackId>('play');
      await bed.telephone.record({ ...ofLeg, target: { leg: agent.legId } });
      const source = { kind: 'frequency', hz: THIRD, ms: 30_000 } as const;
      await bed.telephone.play({ playbackId, target: { leg: agent.legId }, source, mixed: true });
      await hearsSoon(agent.far, THIRD);
      await bed.telephone.record({ ...ofRoom, target: { room } });
      for (let times = 0; times < 2; times += 1)
        expect((await agent.far.listen(ALL)).tones).toEqual([HIGH, THIRD].toSorted((a, b) => a - b));
      for (const { recordingId } of [ofLeg, ofRoom]) {
        await bed.telephone.stopRecording(recordingId);
        await bed.log.next('recording-finished', (event) => event.recordingId === recordingId);
      }
      const [leg, both] = [await readFile(ofLeg.path), await readFile(ofRoom.path)];
      expect(tonesIn(wavChannel(leg, 0), ALL)).toEqual([LOW]);
      expect(tonesIn(wavChannel(leg, 1), ALL)).toEqual([HIGH]);
      expect(tonesIn(wavChannel(both, 0), ALL)).toEqual([LOW, HIGH]);
    });

    it('goes on while legs come and go, and is closed with the room', async () => {
      if (!bed.telephone.capabilities.recordRoom) return;
      const { room, agent, customer } = await talk();
      const other = await bed.answeredCaller('13800000002');
      customer.far.say(LOW);
      other.far.say(HIGH);
      const { recordingId, path } = newRecording();
      await bed.telephone.record({ recordingId, target: { room }, path });
      await agent.far.listen([LOW]);
      await bed.telephone.place(other.legId, room, { kind: 'all' });
      await customer.far.hangup();
      await hearsSoon(agent.far, HIGH);
      await bed.telephone.closeRoom(room);
      expect(await bed.log.next('recording-finished')).toMatchObject({ recordingId, path });
      if (!bed.harness.hasSound) return;
      const course = courseOf(wavChannel(await readFile(path), 0));
      expect([course[0], course.at(-1)]).toEqual([LOW, HIGH]);
    });
  });
}

/** Which tones are heard one after the other, each for at least 300 ms; slices with two of them are the change. */
function courseOf(samples: Int16Array): number[] {
  const tones = slicesOf(samples).flatMap((slice) => {
    const [hz, more] = tonesIn(slice, ALL);
    return hz === undefined || more !== undefined ? [] : [hz];
  });
  const runs: Array<{ hz: number; slices: number }> = [];
  for (const hz of tones) {
    const run = runs.at(-1);
    if (run?.hz === hz) run.slices += 1;
    else runs.push({ hz, slices: 1 });
  }
  return runs.filter(({ slices }) => slices >= 3).map(({ hz }) => hz);
}

function slicesOf(samples: Int16Array): Int16Array[] {
  const slices: Int16Array[] = [];
  for (let at = 0; at + SLICE <= samples.length; at += SLICE) slices.push(samples.subarray(at, at + SLICE));
  return slices;
}
