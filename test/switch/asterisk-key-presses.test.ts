import { describe, expect, it } from 'vitest';
import { KeyPresses } from '../../server/switch/asterisk/key-presses.ts';

/** @param told digit and time of its end, ms. @returns what was pressed */
function pressed(
  durationMs: number,
  ...told: ReadonlyArray<readonly [digit: string, endedAt: number]>
): string {
  const keys = new KeyPresses();
  return told
    .filter(([digit, endedAt]) => !keys.isToldAgain(digit, endedAt, durationMs))
    .map(([digit]) => digit)
    .join('');
}

/** One key, again and again. */
function again(times: number, everyMs: number): Array<readonly [string, number]> {
  return Array.from({ length: times }, (_, index) => ['5', index * everyMs] as const);
}

describe('a key that Asterisk tells twice', () => {
  it('because the one before it was lengthened, was pressed once', () => {
    expect(pressed(100, ['1', 467], ['2', 612], ['#', 756], ['#', 773])).toBe('12#');
    expect(pressed(100, ['1', 133], ['2', 283], ['#', 424], ['#', 444])).toBe('12#');
    expect(pressed(100, ['1', 677], ['2', 849], ['#', 967], ['#', 994])).toBe('12#');
  });

  it('in a run of short ones was pressed once', () => {
    expect(
      pressed(40, ['1', 0], ['2', 100], ['2', 112], ['3', 200], ['3', 241], ['4', 300], ['4', 370]),
    ).toBe('1234');
  });

  it('on a busy machine was pressed once', () => {
    expect(pressed(100, ['1', 0], ['2', 114], ['#', 285], ['#', 311])).toBe('12#');
    const from4: Array<readonly [string, number]> = [
      ['4', 266],
      ['4', 376],
      ['5', 376],
      ['5', 523],
      ['6', 523],
      ['6', 680],
    ];
    const from7: Array<readonly [string, number]> = [
      ['7', 682],
      ['7', 829],
      ['8', 829],
      ['8', 1019],
      ['9', 1054],
    ];
    expect(pressed(40, ['1', 0], ['2', 103], ['3', 197], ['3', 247], ...from4, ...from7)).toBe('123456789');
  });
});

describe('one key again and again counts each time', () => {
  it('as fast as a machine dials', () => {
    expect(pressed(100, ...again(20, 140))).toBe('5'.repeat(20));
    expect(pressed(100, ...again(20, 200))).toBe('5'.repeat(20));
  });

  it('as fast as fingers are', () => {
    expect(pressed(60, ...again(20, 180))).toBe('5'.repeat(20));
    expect(pressed(300, ...again(20, 380))).toBe('5'.repeat(20));
  });

  it('also when Asterisk tells some of them twice', () => {
    expect(pressed(100, ['5', 100], ['5', 240], ['5', 252], ['5', 390], ['5', 402], ['5', 540])).toBe('5555');
  });
});
