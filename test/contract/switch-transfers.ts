import { beforeEach, describe, expect, it } from 'vitest';
import type { SuiteBed } from './suite-bed.ts';

/** The part of the contract about far ends that ask for a transfer with their own key. */
export function describeTransfers(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  describe('a desk phone that asks for a transfer by itself', () => {
    it('is heard, and goes on in its call when that is refused; it may ask again', async () => {
      const phone = await bed.talkTo(await bed.phone('anna'));
      const caller = await bed.answeredCaller();
      await bed.room(phone, caller);
      for (const to of ['1002', '13900000002']) {
        await phone.far.transfer(to);
        await bed.log.next('transfer-asked', (event) => event.legId === phone.legId && event.to === to);
        expect(phone.far.transferred()).toBeNull();
        await bed.telephone.refuseTransfer(phone.legId, 'forbidden');
        await expect.poll(() => phone.far.transferred()).toBe('refused');
        await bed.expectTalk(phone.far, caller.far);
      }
      // Nothing is asked for any more.
      await bed.telephone.refuseTransfer(phone.legId, 'forbidden');
    });

    it('is heard also in a call that it has made', async () => {
      const phone = await bed.phone('anna');
      const far = await phone.dial('1003');
      const { legId } = await bed.log.next('leg-offered');
      await bed.telephone.answer(legId);
      await far.until('up');
      await far.transfer('1002');
      await bed.log.next('transfer-asked', (event) => event.legId === legId && event.to === '1002');
      await bed.telephone.hangup(legId, 'handed-over');
      await expect.poll(() => far.transferred()).toBe('done');
      expect(bed.log.count('leg-offered')).toBe(1);
    });

    it('is told that it is done when its leg is handed over, and that it is not by any other end', async () => {
      for (const [cause, told] of [
        ['handed-over', 'done'],
        ['normal', 'refused'],
      ] as const) {
        const phone = await bed.talkTo(await bed.phone(`anna-${told}`));
        await phone.far.transfer('1002');
        await bed.log.next('transfer-asked', (event) => event.legId === phone.legId);
        await bed.telephone.hangup(phone.legId, cause);
        await phone.far.until('over');
        await expect.poll(() => phone.far.transferred()).toBe(told);
      }
    });
  });

  describe('a line outside that asks for a transfer', () => {
    it('is refused by the switch', async () => {
      const { far } = await bed.answeredCaller();
      await far.transfer('1002');
      await expect.poll(() => far.transferred()).toBe('refused');
      expect(bed.log.count('transfer-asked')).toBe(0);
    });
  });
}
