/** G.711 (ITU-T G.711): µ-law (PCMU) and A-law (PCMA) by table. Samples are 16-bit linear PCM at 8 kHz. */

export type Codec = 'pcmu' | 'pcma';

/** Bytes that decode to silence. */
export const SILENCE_BYTE: Readonly<Record<Codec, number>> = { pcmu: 0xff, pcma: 0xd5 };

const ULAW_BIAS = 0x84;
const ULAW_CLIP = 32_635;

function decodeUlawByte(byte: number): number {
  const value = ~byte & 0xff;
  const exponent = (value >> 4) & 0x07;
  const magnitude = ((((value & 0x0f) << 3) + ULAW_BIAS) << exponent) - ULAW_BIAS;
  return (value & 0x80) === 0 ? magnitude : -magnitude;
}

function encodeUlawSample(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), ULAW_CLIP) + ULAW_BIAS;
  // The bias guarantees a bit at or above position 7, so the segment is 0 to 7.
  const exponent = 31 - Math.clz32(magnitude) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

function decodeAlawByte(byte: number): number {
  const value = byte ^ 0x55;
  const exponent = (value >> 4) & 0x07;
  const mantissa = value & 0x0f;
  const magnitude = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
  return (value & 0x80) === 0 ? -magnitude : magnitude;
}

function encodeAlawSample(sample: number): number {
  const positive = sample >= 0;
  // 13-bit magnitude; -1 maps onto the smallest negative step (ones' complement, as the standard's tables do).
  const magnitude = positive ? sample >> 3 : ~sample >> 3;
  let code: number;
  if (magnitude < 32) {
    code = magnitude >> 1;
  } else {
    const exponent = Math.min(31 - Math.clz32(magnitude) - 4, 7);
    code = (exponent << 4) | ((magnitude >> exponent) & 0x0f);
  }
  return (positive ? code | 0x80 : code) ^ 0x55;
}

function decodeTable(decode: (byte: number) => number): Int16Array {
  return Int16Array.from({ length: 256 }, (_, byte) => decode(byte));
}

function encodeTable(encode: (sample: number) => number): Uint8Array {
  return Uint8Array.from({ length: 65_536 }, (_, index) => encode(index - 32_768));
}

/** Linear sample of each code byte. */
export const DECODE: Readonly<Record<Codec, Int16Array>> = {
  pcmu: decodeTable(decodeUlawByte),
  pcma: decodeTable(decodeAlawByte),
};

/** Code byte of each linear sample; index is the sample plus 32768. */
export const ENCODE: Readonly<Record<Codec, Uint8Array>> = {
  pcmu: encodeTable(encodeUlawSample),
  pcma: encodeTable(encodeAlawSample),
};

function transcodeTable(from: Codec, to: Codec): Uint8Array {
  return Uint8Array.from(DECODE[from], (sample) => ENCODE[to][sample + 32_768] ?? SILENCE_BYTE[to]);
}

const TRANSCODE = {
  pcmu: transcodeTable('pcmu', 'pcma'),
  pcma: transcodeTable('pcma', 'pcmu'),
};

/** Decodes `length` bytes from `offset` into `out` (from its start). */
export function decodeG711(
  codec: Codec,
  bytes: Uint8Array,
  offset: number,
  length: number,
  out: Int16Array,
): void {
  const table = DECODE[codec];
  for (let index = 0; index < length; index += 1) {
    out[index] = table[bytes[offset + index] ?? 0] ?? 0;
  }
}

/** Encodes the first `length` samples to `out` at `offset`. */
export function encodeG711(
  codec: Codec,
  samples: Int16Array,
  length: number,
  out: Uint8Array,
  offset: number,
): void {
  const table = ENCODE[codec];
  for (let index = 0; index < length; index += 1) {
    out[offset + index] = table[(samples[index] ?? 0) + 32_768] ?? 0;
  }
}

/** Converts `length` bytes in place from one law to the other. */
export function transcodeInPlace(from: Codec, bytes: Uint8Array, offset: number, length: number): void {
  const table = TRANSCODE[from];
  for (let index = offset; index < offset + length; index += 1) {
    bytes[index] = table[bytes[index] ?? 0] ?? 0;
  }
}
