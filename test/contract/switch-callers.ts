import { beforeEach, describe, expect, it } from 'vitest';
import type { SuiteBed } from './suite-bed.ts';

/** The part of the contract that is strangers: what a caller writes about himself is told in a form that can be shown. */
export function describeCallers(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  /** Who calls, as the switch tells it. */
  async function told(number: string, name?: string): Promise<{ number: string; name?: string }> {
    await bed.harness.trunk.call(number, '400100', name);
    const { from } = await bed.log.next('leg-offered');
    if (from.kind !== 'trunk') throw new Error('not from outside');
    return { number: from.number, ...(from.name === undefined ? {} : { name: from.name }) };
  }

  describe('a caller in a call', () => {
    it('who is gone without a goodbye is told as lost', async () => {
      const { legId, far } = await bed.answeredCaller();
      await far.vanish();
      // The slowest is the carrier on Asterisk, of whom only his silence tells (docs/asterisk/pjsip.conf).
      const lost = await bed.log.next('leg-lost', (event) => event.legId === legId, 20_000);
      expect(['media-lost', 'signalling-lost']).toContain(lost.cause);
      expect(await bed.live(legId)).toBeUndefined();
    }, 30_000);
  });

  describe('a caller', () => {
    it('is told with number and name', async () => {
      expect(await told('13800138000', 'Lin Mei')).toEqual({ number: '13800138000', name: 'Lin Mei' });
    });

    it('is told with a name in another script, and with quotes in it', async () => {
      expect(await told('13800138000', '王 "小" 姐')).toEqual({ number: '13800138000', name: '王 "小" 姐' });
    });

    it('is told without control characters', async () => {
      const { name = '' } = await told('13800138000', 'Eve\u0007\u001b[31m \u007fAdams');
      expect(name).not.toMatch(/\p{Cc}/u);
      expect(name).toContain('Adams');
    });

    it('is told with a name of at most 128 characters', async () => {
      const { name = '' } = await told('13800138000', 'x'.repeat(400));
      expect(name.length).toBeGreaterThan(40);
      expect(name.length).toBeLessThanOrEqual(128);
    });

    it('is told with a number of at most 64 characters and none that cannot be shown', async () => {
      const { number } = await told(`1380013%07%0A8000${'0'.repeat(100)}`);
      expect(number).toMatch(/^1380013/);
      expect(number).not.toMatch(/\p{Cc}/u);
      expect(number.length).toBeLessThanOrEqual(64);
    });

    it('who withholds the number has none', async () => {
      expect(await told('anonymous')).toEqual({ number: '' });
    });
  });
}
