import { expect, it } from 'vitest';
import { FifoGate } from '../../server/store/fifo-gate.ts';

it('serves the urgent and the others in turn, each in the order of their arrival, also after one that fails', async () => {
  const gate = new FifoGate();
  const order: string[] = [];
  const enter = (name: string, isUrgent = false) =>
    gate.run(async () => {
      order.push(name);
      await Promise.resolve();
      if (name === 'b') throw new Error('b fails');
      return name;
    }, isUrgent);
  const first = enter('a');
  const all = [enter('b'), enter('c'), enter('d'), enter('u1', true), enter('u2', true)];
  expect(await first).toBe('a');
  const ends = await Promise.allSettled(all);
  expect(order).toEqual(['a', 'u1', 'b', 'u2', 'c', 'd']);
  expect(ends.map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});

it('refuses a task inside another one while that is under way, and not what goes on after it', async () => {
  const gate = new FifoGate();
  const inside = gate.run(() => gate.run(async () => 'never'));
  await expect(inside).rejects.toThrow('use the repositories at hand');
  // A clock that was first set in a unit of work sets itself again for ever.
  const later = await gate.run(async () => ({
    ticks: new Promise((resolve) => setTimeout(() => resolve(gate.run(async () => 'ticked')), 0)),
  }));
  expect(await later.ticks).toBe('ticked');
});
