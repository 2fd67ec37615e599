import { expect, test } from 'vitest';
import { Decimator } from '../../server/switch/embedded/media/resampler.ts';
import { amplitudeAt, rms, sine } from '../support/goertzel.ts';

function resampled(input: Int16Array, ratio: number, piece: number): Int16Array {
  const decimator = new Decimator(ratio);
  const pieces: number[] = [];
  for (let at = 0; at < input.length; at += piece)
    pieces.push(...decimator.push(input.slice(at, at + piece)));
  pieces.push(...decimator.flush());
  return Int16Array.from(pieces);
}

test.each([2, 6])('at a ratio of %i speech passes with its level and length', (ratio) => {
  for (const hz of [300, 1000, 3000]) {
    const out = resampled(sine(hz, 500, 8000, 8000 * ratio), ratio, 1000);
    expect(Math.abs(out.length - 4000)).toBeLessThanOrEqual(1);
    expect(amplitudeAt(out.subarray(200, 3800), hz)).toBeGreaterThan(7600);
  }
});

test.each([2, 6])('at a ratio of %i what is above 4 kHz does not come back as an alias', (ratio) => {
  for (const hz of [4700, 5000, 6500, 7900]) {
    const out = resampled(sine(hz, 500, 8000, 8000 * ratio), ratio, 1000);
    expect(amplitudeAt(out.subarray(200, 3800), Math.abs(8000 - hz))).toBeLessThan(8000 / 100);
    expect(rms(out.subarray(200, 3800))).toBeLessThan(8000 / 100);
  }
});

test('the size of the pieces makes no difference', () => {
  const input = sine(700, 300, 8000, 48_000);
  const whole = resampled(input, 6, input.length);
  for (const piece of [1, 7, 160, 4096]) expect(resampled(input, 6, piece)).toEqual(whole);
});

test('8 kHz passes untouched', () => {
  const input = sine(700, 100);
  expect(resampled(input, 1, 160)).toEqual(input);
});

test('loud input is clipped, not wrapped', () => {
  const square = Int16Array.from({ length: 4800 }, (_, index) => (index % 96 < 48 ? 32_767 : -32_768));
  const out = resampled(square, 6, 4800);
  for (let index = 20; index < out.length - 20; index += 1) {
    const phase = (index * 6) % 96;
    if (phase > 12 && phase < 36) expect(out[index]).toBeGreaterThan(20_000);
  }
});
