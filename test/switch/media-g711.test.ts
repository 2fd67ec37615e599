import { expect, test } from 'vitest';
import {
  DECODE,
  decodeG711,
  ENCODE,
  encodeG711,
  SILENCE_BYTE,
  transcodeInPlace,
  type Codec,
} from '../../server/switch/embedded/media/g711.ts';
import { amplitudeAt, sine } from '../support/goertzel.ts';

const CODECS: Codec[] = ['pcmu', 'pcma'];

/** Vectors of the reference tables of ITU-T G.711 in 16-bit scale: code byte and sample. */
test.each([
  ['pcmu', 0x00, -32_124],
  ['pcmu', 0x80, 32_124],
  ['pcmu', 0x7f, 0],
  ['pcmu', 0xff, 0],
  ['pcmu', 0xf0, 120],
  ['pcmu', 0x0f, -16_764],
  ['pcma', 0x55, -8],
  ['pcma', 0xd5, 8],
  ['pcma', 0x2a, -32_256],
  ['pcma', 0xaa, 32_256],
  ['pcma', 0x00, -5504],
  ['pcma', 0x80, 5504],
] as const)('%s byte %i decodes to %i', (codec, byte, sample) => {
  expect(DECODE[codec][byte]).toBe(sample);
});

test.each(CODECS)('every code byte of %s survives decoding and encoding', (codec) => {
  for (let byte = 0; byte < 256; byte += 1) {
    // Negative zero of µ-law has the value of positive zero.
    if (codec === 'pcmu' && byte === 0x7f) continue;
    expect(ENCODE[codec][(DECODE[codec][byte] ?? 0) + 32_768]).toBe(byte);
  }
});

test.each(CODECS)('%s keeps a sample within its step', (codec) => {
  for (let sample = -32_768; sample <= 32_767; sample += 1) {
    const decoded = DECODE[codec][ENCODE[codec][sample + 32_768] ?? 0] ?? 0;
    const step = Math.max(8, Math.abs(sample) / 16);
    expect(Math.abs(decoded - sample)).toBeLessThanOrEqual(step + 650 * (Math.abs(sample) > 32_000 ? 1 : 0));
  }
});

test('silence bytes decode to nothing audible', () => {
  for (const codec of CODECS)
    expect(Math.abs(DECODE[codec][SILENCE_BYTE[codec]] ?? 99)).toBeLessThanOrEqual(8);
});

test('a tone survives transcoding from one law to the other and back', () => {
  const bytes = Buffer.alloc(4 + 1600);
  encodeG711('pcmu', sine(1013, 200), 1600, bytes, 4);
  transcodeInPlace('pcmu', bytes, 4, 1600);
  const asAlaw = new Int16Array(1600);
  decodeG711('pcma', bytes, 4, 1600, asAlaw);
  expect(amplitudeAt(asAlaw, 1013)).toBeGreaterThan(7700);
  transcodeInPlace('pcma', bytes, 4, 1600);
  const back = new Int16Array(1600);
  decodeG711('pcmu', bytes, 4, 1600, back);
  expect(amplitudeAt(back, 1013)).toBeGreaterThan(7700);
  expect(bytes.subarray(0, 4)).toEqual(Buffer.alloc(4));
});
