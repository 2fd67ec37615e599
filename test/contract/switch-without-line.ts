import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SuiteBed, refusal, RING_MS } from './suite-bed.ts';
import type { MakeHarness } from './switch-harness.ts';

/** The part of the contract that is a switch without a carrier: it refuses what would need one, and does the rest. */
export function describeWithoutLine(makeHarness: MakeHarness): void {
  let bed: SuiteBed;
  beforeEach(async () => {
    bed = await SuiteBed.make(makeHarness, { line: false });
  });
  afterEach(() => bed.stop());

  describe('without a line to the outside', () => {
    it('has no route to a number, and no leg is left of the attempt', async () => {
      const dialled = bed.telephone.dial({
        legId: bed.newLeg(),
        target: { kind: 'number', number: '13800138000' },
        callerId: { number: '02088886666' },
        ringMs: RING_MS,
      });
      expect(await refusal(dialled)).toBe('no-route');
      expect(await bed.telephone.legs()).toEqual([]);
    });

    it('hands nobody over: who was to be goes on talking', async () => {
      const agent = await bed.talkTo(await bed.phone('anna'));
      const caller = await bed.answeredCaller();
      await bed.room(agent, caller);
      const handOver = bed.telephone.handOver(caller.legId, '02066668888', {
        callerId: { number: '400100' },
      });
      const { handOver: able } = bed.telephone.capabilities;
      expect(await refusal(handOver)).toBe(able ? 'no-route' : 'unsupported');
      await bed.expectTalk(agent.far, caller.far);
    });
  });
}
