import { beforeEach, describe, expect, it } from 'vitest';
import type { LegId, RecordingId, RoomId } from '../../server/core/kernel/ids.ts';
import { hearsSoon, refusal } from './suite-bed.ts';
import type { Answered, SuiteBed } from './suite-bed.ts';
import type { FarCall } from './switch-harness.ts';

/** Ringing, busy and congestion are all of this frequency in China (ITU-T E.180 supplement 2). */
const PROGRESS_HZ = 450;
const NUMBER = '02066668888';

/** The part of the contract that lets go: a leg is joined with a number outside and lives on without anybody above. */
export function describeHandOver(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  const handOver = (legId: LegId, number = NUMBER): Promise<void> =>
    bed.telephone.handOver(legId, number, { callerId: { number: '400100', name: 'Hotline' } });

  /** A caller who has been handed over, and the number as it is being called. */
  async function handedOver(): Promise<{ caller: Answered; called: FarCall }> {
    const caller = await bed.answeredCaller();
    await handOver(caller.legId);
    return { caller, called: await bed.harness.trunk.nextCall() };
  }

  const told = (legId: LegId): number =>
    bed.log.events.filter((event) => 'legId' in event && event.legId === legId).length;

  describe('a leg that is handed over', () => {
    it('has ended for us at once, and talks with the number, which sees the caller id given', async () => {
      const { caller, called } = await handedOver();
      const ended = await bed.log.next('leg-ended', (event) => event.legId === caller.legId);
      expect(ended).toMatchObject({ cause: 'handed-over', side: 'near' });
      expect(await bed.telephone.legs()).toEqual([]);
      expect(called.caller).toBe('400100');
      const before = told(caller.legId);
      await called.answer();
      await bed.expectTalk(caller.far, called);
      await caller.far.hangup();
      await called.until('over');
      expect(told(caller.legId)).toBe(before);
      expect(bed.log.count('leg-offered')).toBe(1);
    });

    it('ends with a goodbye of the number', async () => {
      const { caller, called } = await handedOver();
      await called.answer();
      await bed.expectTalk(caller.far, called);
      await called.hangup();
      await caller.far.until('over');
    });

    it('hears the ringing until the number answers', async () => {
      const { caller, called } = await handedOver();
      await called.ring();
      await hearsSoon(caller.far, PROGRESS_HZ);
      await called.answer();
      await bed.expectTalk(caller.far, called);
      await caller.far.hangup();
      await called.until('over');
    });

    it('hears what the network says before the answer', async () => {
      const { caller, called } = await handedOver();
      await called.ring({ earlyMedia: true });
      called.say(1500);
      await hearsSoon(caller.far, 1500);
      await called.answer();
      await bed.expectTalk(caller.far, called);
      await caller.far.hangup();
      await called.until('over');
    });

    it.each([
      ['is busy', 486],
      ['does not exist', 404],
      ['cannot be reached', 480],
    ])('hears the tone when the number %s, and is released', async (_why, status) => {
      const { caller, called } = await handedOver();
      await called.refuse(status);
      await hearsSoon(caller.far, PROGRESS_HZ);
      await caller.far.until('over');
    });

    it('stops the ringing when its party gives up', async () => {
      const { caller, called } = await handedOver();
      await called.ring();
      await caller.far.hangup();
      await called.until('over');
    });

    it('leaves its room, where the others go on; its recording and its music end', async () => {
      const caller = await bed.answeredCaller();
      const agent = await bed.talkTo(await bed.phone('anna'));
      const leader = await bed.talkTo(await bed.phone('clara'));
      const room = bed.harness.ids.next<RoomId>('room');
      await bed.telephone.openRoom(room);
      for (const { legId } of [caller, agent, leader]) {
        await bed.telephone.place(legId, room, { kind: 'all' });
      }
      const recordingId = bed.harness.ids.next<RecordingId>('rec');
      const path = `${bed.harness.folder}/${recordingId}.wav`;
      await bed.telephone.record({ recordingId, target: { leg: caller.legId }, path });
      await bed.telephone.music(caller.legId, true);
      await handOver(caller.legId);
      await bed.log.next('recording-finished', (event) => event.recordingId === recordingId);
      const called = await bed.harness.trunk.nextCall();
      await called.answer();
      await bed.expectTalk(caller.far, called);
      await bed.expectTalk(agent.far, leader.far);
      await called.hangup();
      await caller.far.until('over');
    });

    it('stays as it was when the number is none, or it is not answered', async () => {
      const caller = await bed.answeredCaller();
      for (const number of ['anna', '1&2', '12@carrier', '1/2', '']) {
        expect(await refusal(handOver(caller.legId, number))).toBe('no-route');
      }
      expect((await bed.live(caller.legId))?.state).toBe('answered');
      const device = await bed.phone('anna');
      const { legId, dialled } = bed.dialPhone(device.endpointId);
      await dialled;
      expect(await refusal(handOver(legId))).toBe('wrong-state');
      await caller.far.hangup();
      await bed.log.next('leg-ended', (event) => event.legId === caller.legId);
      expect(await refusal(handOver(caller.legId))).toBe('no-such-leg');
    });

    it('takes no intent any more', async () => {
      const { caller, called } = await handedOver();
      await called.answer();
      expect(await refusal(bed.telephone.music(caller.legId, true))).toBe('no-such-leg');
      expect(await refusal(handOver(caller.legId))).toBe('no-such-leg');
      await bed.telephone.hangup(caller.legId);
      await bed.expectTalk(caller.far, called);
      await caller.far.hangup();
      await called.until('over');
    });
  });
}
