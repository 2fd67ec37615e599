import { beforeEach, describe, expect, it } from 'vitest';
import { LOW } from './suite-bed.ts';
import type { SuiteBed } from './suite-bed.ts';

/** The part of the contract about far ends that hold with their own button. */
export function describeHolds(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  describe('a desk phone that holds by itself', () => {
    it('is told as held and as back, and neither its call nor the other one ends of it', async () => {
      const phone = await bed.talkTo(await bed.phone('anna'));
      const caller = await bed.answeredCaller();
      await bed.room(phone, caller);
      await bed.expectTalk(phone.far, caller.far);
      await phone.far.hold();
      await bed.log.next('leg-held', (event) => event.legId === phone.legId);
      expect((await caller.far.listen([LOW])).tones).toEqual([]);
      await bed.telephone.music(caller.legId, true);
      if (bed.harness.hasSound) expect((await caller.far.listen([])).silent).toBe(false);
      await phone.far.resume();
      await bed.log.next('leg-resumed', (event) => event.legId === phone.legId);
      await bed.telephone.music(caller.legId, false);
      await bed.expectTalk(phone.far, caller.far);
      expect((await bed.live(phone.legId))?.state).toBe('answered');
      expect(bed.log.count('leg-held')).toBe(1);
      expect(bed.log.count('leg-resumed')).toBe(1);
    });

    it('is told once for each press of the button', async () => {
      const { legId, far } = await bed.talkTo(await bed.phone('anna'));
      for (const times of [1, 2]) {
        await far.hold();
        await far.resume();
        await expect
          .poll(() => bed.log.events.filter(({ type }) => type === 'leg-resumed').length)
          .toBe(times);
      }
      const told = bed.log.events.flatMap((event) =>
        event.type === 'leg-held' || event.type === 'leg-resumed' ? [event] : [],
      );
      expect(told.map(({ type }) => type)).toEqual(['leg-held', 'leg-resumed', 'leg-held', 'leg-resumed']);
      expect(told.every((event) => event.legId === legId)).toBe(true);
    });
  });

  describe('a customer who holds', () => {
    it('is told as held and as back', async () => {
      const { legId, far } = await bed.answeredCaller();
      await far.hold();
      await bed.log.next('leg-held', (event) => event.legId === legId);
      await far.resume();
      await bed.log.next('leg-resumed', (event) => event.legId === legId);
      expect((await bed.live(legId))?.state).toBe('answered');
    });
  });
}
