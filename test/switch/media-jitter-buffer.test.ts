import { describe, expect, test } from 'vitest';
import { JitterBuffer } from '../../server/switch/embedded/media/jitter-buffer.ts';
import { FRAME_SAMPLES } from '../../server/switch/embedded/media/rtp-packet.ts';

const frame = new Int16Array(FRAME_SAMPLES);

/** Puts packet `index`, filled with its own number, at its timestamp (near the wrap of 32 bits). */
function put(buffer: JitterBuffer, index: number, count = FRAME_SAMPLES): void {
  const timestamp = (4_294_967_000 + index * count) >>> 0;
  buffer.put(timestamp, new Int16Array(count).fill(index + 1), count);
}

/** First sample of each of the next `count` frames. */
function pull(buffer: JitterBuffer, count: number): number[] {
  return Array.from({ length: count }, () => {
    buffer.pull(frame);
    return frame[0] ?? 0;
  });
}

describe('jitter buffer', () => {
  test('waits for two frames before it plays the first', () => {
    const buffer = new JitterBuffer();
    put(buffer, 0);
    expect(buffer.pull(frame)).toBe('silence');
    put(buffer, 1);
    expect(buffer.pull(frame)).toBe('audio');
    expect(frame[0]).toBe(1);
    expect(pull(buffer, 1)).toEqual([2]);
  });

  test('puts packets in order', () => {
    const buffer = new JitterBuffer();
    for (const index of [1, 0, 3, 2]) put(buffer, index);
    expect(pull(buffer, 4)).toEqual([1, 2, 3, 4]);
  });

  test('a lost packet is covered by the one before, softer, and the next is in its place', () => {
    const buffer = new JitterBuffer();
    for (const index of [99, 100, 102]) put(buffer, index);
    expect(pull(buffer, 2)).toEqual([100, 101]);
    expect(buffer.pull(frame)).toBe('concealed');
    expect(frame[0]).toBe(80);
    expect(pull(buffer, 1)).toEqual([103]);
    expect(buffer.underruns).toBe(0);
  });

  test('takes packets of 10 and 30 ms', () => {
    for (const count of [80, 240]) {
      const buffer = new JitterBuffer();
      for (let index = 0; index < 8; index += 1) put(buffer, index, count);
      for (let at = 0; at < 3; at += 1) expect(buffer.pull(frame)).toBe('audio');
      expect(buffer.depth).toBe(8 * count - 3 * FRAME_SAMPLES);
    }
  });

  test('a packet that comes after its time is dropped', () => {
    const buffer = new JitterBuffer();
    for (const index of [0, 1, 3, 4]) put(buffer, index);
    pull(buffer, 3);
    put(buffer, 2);
    expect(buffer.late).toBe(1);
    expect(pull(buffer, 1)).toEqual([4]);
  });

  test('fades out when it runs dry, counts that once, and starts over with two frames', () => {
    const buffer = new JitterBuffer();
    for (const index of [99, 100]) put(buffer, index);
    expect(pull(buffer, 7)).toEqual([100, 101, 80, 50, 20, 0, 0]);
    expect(buffer.underruns).toBe(1);
    put(buffer, 200);
    expect(pull(buffer, 1)).toEqual([0]);
    put(buffer, 201);
    expect(pull(buffer, 2)).toEqual([201, 202]);
  });

  test('a short delay of the network makes it deeper and loses nothing', () => {
    const buffer = new JitterBuffer();
    for (const index of [9, 10]) put(buffer, index);
    pull(buffer, 3);
    for (const index of [11, 12]) put(buffer, index);
    expect(pull(buffer, 2)).toEqual([12, 13]);
  });

  test('depth that is not needed is cut away in a pause of the speech', () => {
    const buffer = new JitterBuffer();
    const loud = new Int16Array(FRAME_SAMPLES).fill(5000);
    const quiet = new Int16Array(FRAME_SAMPLES);
    const depths: number[] = [];
    for (let index = 0; index < 10; index += 1) buffer.put(index * FRAME_SAMPLES, loud, FRAME_SAMPLES);
    for (let index = 10; index < 60; index += 1) {
      buffer.pull(frame);
      buffer.put(index * FRAME_SAMPLES, index < 30 ? loud : quiet, FRAME_SAMPLES);
      depths.push(buffer.depth / FRAME_SAMPLES);
    }
    // Loud until the frames put at turn 30 are next, ten frames later; then down to what is needed.
    expect(depths.slice(0, 25).every((depth) => depth === 10)).toBe(true);
    expect(depths.at(-1)).toBeLessThanOrEqual(3);
  });

  test('speech without a pause is cut as well, only later', () => {
    const buffer = new JitterBuffer();
    const loud = new Int16Array(FRAME_SAMPLES).fill(5000);
    for (let index = 0; index < 10; index += 1) buffer.put(index * FRAME_SAMPLES, loud, FRAME_SAMPLES);
    for (let index = 10; index < 80; index += 1) {
      buffer.pull(frame);
      buffer.put(index * FRAME_SAMPLES, loud, FRAME_SAMPLES);
    }
    expect(buffer.depth / FRAME_SAMPLES).toBeLessThanOrEqual(3);
  });

  test('a source that jumps in time begins anew', () => {
    const buffer = new JitterBuffer();
    for (const index of [0, 1, 2]) put(buffer, index);
    pull(buffer, 1);
    for (const index of [50_000, 50_001]) put(buffer, index % 30_000);
    expect(pull(buffer, 2)).toEqual([20_001, 20_002]);
  });
});
