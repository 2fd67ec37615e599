import { describe, expect, it } from 'vitest';
import { Inbox } from '../../server/live/inbox.ts';
import { Mailbox } from '../../server/live/mailbox.ts';
import type { Input } from '../../server/core/team/input.ts';

const tick: Input = { type: 'Tick' };

/** An inbox whose turns are counted; `arrived` lets the one that waits for others begin. */
function inbox(takesTogether = true) {
  const turns: number[] = [];
  const waiting: Array<() => void> = [];
  const box = new Inbox<string>(
    new Mailbox(),
    async (turn) => {
      turns.push(turn.length);
      if (takesTogether) for (const { resolve } of turn) resolve('together');
      return takesTogether;
    },
    () => new Promise((resolve) => waiting.push(resolve)),
  );
  const submit = () => box.submit(tick, false, async () => 'alone');
  return { turns, submit, waiting, arrived: () => waiting.splice(0).forEach((begin) => begin()) };
}

describe('what comes to a team', () => {
  it('has one turn with all that comes to the process at the same time', async () => {
    const { turns, submit, arrived } = inbox();
    const first = submit();
    await Promise.resolve();
    const others = [submit(), submit()];
    arrived();
    expect(await Promise.all([first, ...others])).toEqual(['together', 'together', 'together']);
    expect(turns).toEqual([3]);
  });

  it('waits for others once, not once for each', async () => {
    const { submit, arrived, waiting } = inbox();
    const all = [submit(), submit(), submit()];
    await Promise.resolve();
    arrived();
    await Promise.all(all);
    await Promise.resolve();
    expect(waiting).toEqual([]);
  });

  it('is taken alone when there is nothing else, or nothing came of it together', async () => {
    const alone = inbox();
    const one = alone.submit();
    await Promise.resolve();
    alone.arrived();
    expect(await one).toBe('alone');
    expect(alone.turns).toEqual([]);

    const failing = inbox(false);
    const two = [failing.submit(), failing.submit()];
    await Promise.resolve();
    failing.arrived();
    expect(await Promise.all(two)).toEqual(['alone', 'alone']);
  });
});
