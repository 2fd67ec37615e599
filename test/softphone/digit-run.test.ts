import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DigitRow, digitSteps as stepsOf } from '../../server/contract/digit-row.ts';
import { runDigits } from '../../widget/live/digit-run.ts';

function digitSteps(typed: string) {
  const row = DigitRow.safeParse(typed);
  return row.success ? stepsOf(row.data) : null;
}

describe('a row of digits', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['+', null],
    ['', null],
    [',,', null],
    ['42 call', null],
    ['12-34 (5)/6', [{ digits: '123456', waitMs: 1500 }]],
    ['１２＃', [{ digits: '12#', waitMs: 750 }]],
    [
      '12,w3;',
      [
        { digits: '12', waitMs: 4500 },
        { digits: '3', waitMs: 2250 },
      ],
    ],
    [
      ',5',
      [
        { digits: '', waitMs: 2000 },
        { digits: '5', waitMs: 250 },
      ],
    ],
    ['aD', [{ digits: 'AD', waitMs: 500 }]],
  ])('%j is %j', (typed, steps) => {
    expect(digitSteps(typed)).toEqual(steps);
  });

  it('of any length is sent in order, as fast as the other side can take it, each pause in its place', async () => {
    const row = '0123456789'.repeat(10);
    const sent: [string, number][] = [];
    const begin = Date.now();
    const steps = digitSteps(`${row},1#`) ?? [];
    const run = runDigits(steps, async (digits) => void sent.push([digits, Date.now() - begin]));
    await vi.runAllTimersAsync();
    await run;
    expect(sent.map(([digits]) => digits).join('')).toBe(`${row}1#`);
    expect(Math.max(...sent.map(([digits]) => digits.length))).toBeLessThanOrEqual(32);
    expect(sent.at(-1)?.[1]).toBe(100 * 250 + 2000);
  });

  it('ends when it is stopped, and with the call', async () => {
    const stop = new AbortController();
    const sent: string[] = [];
    const steps = digitSteps('12345678,9') ?? [];
    const run = runDigits(steps, async (digits) => void sent.push(digits), stop.signal);
    await vi.advanceTimersByTimeAsync(500);
    stop.abort();
    await run;
    expect(sent).toEqual(['12345678']);
    const over = runDigits(steps, () => Promise.reject(new Error('call-not-active')));
    await expect(over).rejects.toThrow('call-not-active');
  });
});
