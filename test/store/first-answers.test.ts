import { expect, it } from 'vitest';
import { describeRepositories } from './store-bed.ts';

const row = (claim: string, overrides: object = {}) => ({
  id: 'a'.repeat(64),
  fingerprint: 'f'.repeat(64),
  claim,
  startedAt: 1000,
  answeredAt: null,
  answer: null,
  ...overrides,
});

describeRepositories('first answers', (bed) => {
  it('are begun by one, answered by that one, and freed when there is none', async () => {
    await bed.store.run(async ({ answers }) => {
      expect(await answers.begin(row('one'))).toBeNull();
      expect(await answers.begin(row('two'))).toEqual(row('one'));
      expect(await answers.answer(row('two').id, 'two', {}, 5)).toBe(false);
      await answers.abandon(row('two').id, 'two');
      expect(await answers.begin(row('two'))).toEqual(row('one'));
      await answers.abandon(row('one').id, 'one');
      expect(await answers.begin(row('two'))).toBeNull();
      expect(await answers.answer(row('two').id, 'two', { name: 'Ada', none: null }, 5)).toBe(true);
      await answers.abandon(row('two').id, 'two');
    });
    const kept = row('two', { answeredAt: 5, answer: { name: 'Ada', none: null } });
    expect(await bed.store.run(({ answers }) => answers.begin(row('three')))).toEqual(kept);
  });

  it('are taken over by one, and forgotten some time later', async () => {
    await bed.store.run(async ({ answers }) => {
      await answers.begin(row('one'));
      expect(await answers.replace(row('one'), row('two', { startedAt: 2000 }))).toBe(true);
      expect(await answers.replace(row('one'), row('three'))).toBe(false);
      expect(await answers.deleteOld(2000, 5)).toBe(0);
      expect(await answers.deleteOld(2001, 5)).toBe(1);
    });
  });
});
