import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PlaybackId, RecordingId, RoomId } from '../../server/core/ids.ts';
import { tonesIn } from '../support/goertzel.ts';
import { wavChannel } from '../support/make-wav.ts';
import { HIGH, LOW, THIRD } from './suite-bed.ts';
import type { Answered, SuiteBed } from './suite-bed.ts';

const ALL = [LOW, HIGH, THIRD];

/** The part of the contract that is more than one talk: barging, what a whole room hears, and what is recorded. */
export function describeConference(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  /** An agent and a customer in one room. */
  async function talk(): Promise<{ room: RoomId; agent: Answered; customer: Answered }> {
    const agent = await bed.talkTo(await bed.phone('anna'));
    const customer = await bed.answeredCaller();
    const room = bed.harness.ids.next<RoomId>('room');
    await bed.telephone.openRoom(room);
    for (const { legId } of [agent, customer]) await bed.telephone.place(legId, room, { kind: 'all' });
    return { room, agent, customer };
  }

  const newRecording = (): { recordingId: RecordingId; path: string } => {
    const recordingId = bed.harness.ids.next<RecordingId>('rec');
    return { recordingId, path: join(bed.harness.folder, `${recordingId}.wav`) };
  };

  describe('the open rooms', () => {
    it('are told until they are closed; opening one again changes nothing', async () => {
      const { room, agent, customer } = await talk();
      await bed.telephone.openRoom(room);
      expect(await bed.telephone.rooms()).toEqual([room]);
      expect((await bed.live(agent.legId))?.roomId).toBe(room);
      expect((await bed.live(customer.legId))?.roomId).toBe(room);
      await bed.telephone.closeRoom(room);
      expect(await bed.telephone.rooms()).toEqual([]);
    });
  });

  describe('a room of more than two', () => {
    it('closes while its legs are hanging up', async () => {
      const { room, agent, customer } = await talk();
      const legs = [agent.legId, customer.legId];
      await Promise.all([...legs.map((legId) => bed.telephone.hangup(legId)), bed.telephone.closeRoom(room)]);
      for (const legId of legs) await bed.log.next('leg-ended', (event) => event.legId === legId);
      expect(await bed.telephone.legs()).toEqual([]);
    });

    it('hears what is played to it, all who are in it', async () => {
      const { room, agent, customer } = await talk();
      const playbackId = bed.harness.ids.next<PlaybackId>('play');
      const source = { kind: 'frequency', hz: THIRD, ms: 5_000 } as const;
      await bed.telephone.play({ playbackId, target: { room }, source });
      for (const { far } of [agent, customer]) {
        const heard = await far.listen([THIRD]);
        expect(heard.tones).toEqual([THIRD]);
      }
      await bed.telephone.stopPlayback(playbackId);
      expect(await bed.log.next('playback-finished')).toMatchObject({ playbackId, reason: 'stopped' });
    });
  });

  describe('a recording', () => {
    it('of a leg has what it says left and what it hears right', async () => {
      if (!bed.telephone.capabilities.recordLeg) return;
      const { agent, customer } = await talk();
      agent.far.say(LOW);
      customer.far.say(HIGH);
      const { recordingId, path } = newRecording();
      await bed.telephone.record({ recordingId, target: { leg: agent.legId }, path });
      await customer.far.listen([LOW]);
      await bed.telephone.stopRecording(recordingId);
      const { durationMs } = await bed.log.next('recording-finished');
      if (!bed.harness.hasSound) return;
      expect(durationMs).toBeGreaterThan(300);
      const file = await readFile(path);
      expect(tonesIn(wavChannel(file, 0), ALL)).toEqual([LOW]);
      expect(tonesIn(wavChannel(file, 1), ALL)).toEqual([HIGH]);
    });

    it('of a room has all who speak, and nothing of what is said while it is paused', async () => {
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
  });
}
