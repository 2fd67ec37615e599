import { describe, expect, it } from 'vitest';
import { Repeats } from '../../server/switch/asterisk/repeats.ts';

const digit = (at: number): string =>
  JSON.stringify({ type: 'ChannelDtmfReceived', digit: '1', timestamp: `2026-01-01T00:00:00.${at}+0000` });

describe('events that Asterisk sends twice', () => {
  it('count once, also when others come between the two', () => {
    const repeats = new Repeats();
    expect([digit(100), digit(300), digit(100), digit(300)].map((text) => repeats.isRepeat(text))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('are not remembered for ever', () => {
    const repeats = new Repeats();
    repeats.isRepeat(digit(1));
    for (let at = 100; at < 500; at += 1) repeats.isRepeat(digit(at));
    expect(repeats.isRepeat(digit(1))).toBe(false);
  });
});
