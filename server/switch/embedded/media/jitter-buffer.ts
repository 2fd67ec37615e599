import { FRAME_SAMPLES, timestampDistance } from './rtp-packet.ts';

/** Power of two: half a second. */
const RING_SAMPLES = 4096;
const MASK = RING_SAMPLES - 1;
/** Two frames are waited for before the first is played. */
const PREFILL_SAMPLES = 2 * FRAME_SAMPLES;
/** Gains of the repeated frame while packets are missing; silence after that. */
const CONCEALMENT = [0.8, 0.5, 0.2];
/** Depth that was not needed for this many frames (0.5 s) is cut away: at once in a pause, otherwise after as long again. */
const TRIM_FRAMES = 25;
const QUIET_PEAK = 300;

export type Pulled = 'audio' | 'concealed' | 'silence';

/**
 * Holds decoded audio by timestamp until the mixer's tick takes it: puts packets in order, closes gaps by repeating and
 * fading the frame before, grows by waiting when it runs dry and shrinks when it was never needed.
 */
export class JitterBuffer {
  /** Times that playing audio ran dry. */
  underruns = 0;
  late = 0;

  #samples = new Int16Array(RING_SAMPLES);
  #written = new Uint8Array(RING_SAMPLES);
  #last = new Int16Array(FRAME_SAMPLES);
  #read = 0;
  #write = 0;
  #filled = false;
  #playing = false;
  #missing = 0;
  #leastDepth = RING_SAMPLES;
  #framesSinceTrim = 0;

  /** Samples that wait. */
  get depth(): number {
    return this.#filled ? Math.max(0, timestampDistance(this.#read, this.#write)) : 0;
  }

  reset(): void {
    this.#filled = false;
    this.#playing = false;
    this.#missing = 0;
    this.#written.fill(0);
    this.#last.fill(0);
  }

  put(timestamp: number, samples: Int16Array, count: number): void {
    if (count > RING_SAMPLES / 4) return;
    if (this.#filled) {
      const ahead = timestampDistance(this.#read, timestamp);
      // The source jumped (new call leg behind the same leg, clock set): begin anew rather than play an old ring.
      if (ahead > RING_SAMPLES - count || ahead < -RING_SAMPLES) this.reset();
    }
    if (!this.#filled) {
      this.#filled = true;
      this.#read = timestamp;
      this.#write = timestamp;
    }
    let skip = 0;
    const ahead = timestampDistance(this.#read, timestamp);
    if (ahead < 0) {
      if (!this.#playing && -ahead < RING_SAMPLES / 4) {
        this.#read = timestamp;
      } else {
        this.late += 1;
        skip = Math.min(count, -ahead);
      }
    }
    for (let index = skip; index < count; index += 1) {
      const at = (timestamp + index) & MASK;
      this.#samples[at] = samples[index] ?? 0;
      this.#written[at] = 1;
    }
    const end = (timestamp + count) >>> 0;
    if (timestampDistance(this.#write, end) > 0) this.#write = end;
  }

  /** Takes the next 20 ms into `out`. `silence`: `out` is all zero. */
  pull(out: Int16Array): Pulled {
    const depth = this.depth;
    if (!this.#playing) {
      if (depth < PREFILL_SAMPLES) {
        out.fill(0);
        return 'silence';
      }
      this.#playing = true;
      this.#leastDepth = depth;
      this.#framesSinceTrim = 0;
    }
    if (depth <= 0) return this.#starve(out);
    this.#trim(depth);
    let missing = 0;
    for (let index = 0; index < FRAME_SAMPLES; index += 1) {
      const at = (this.#read + index) & MASK;
      if (this.#written[at] === 1) {
        out[index] = this.#samples[at] ?? 0;
        this.#written[at] = 0;
      } else {
        missing += 1;
        out[index] = this.#faded(index);
      }
    }
    this.#read = (this.#read + FRAME_SAMPLES) >>> 0;
    if (missing < FRAME_SAMPLES) {
      this.#missing = 0;
      this.#last.set(out.subarray(0, FRAME_SAMPLES));
      return missing === 0 ? 'audio' : 'concealed';
    }
    this.#missing += 1;
    return 'concealed';
  }

  /** Nothing has come: play on faded, without moving on, so that the buffer is deeper when packets return. */
  #starve(out: Int16Array): Pulled {
    if (this.#missing === 0) this.underruns += 1;
    if (this.#missing >= CONCEALMENT.length) {
      this.reset();
      out.fill(0);
      return 'silence';
    }
    for (let index = 0; index < FRAME_SAMPLES; index += 1) out[index] = this.#faded(index);
    this.#missing += 1;
    return 'concealed';
  }

  #faded(index: number): number {
    return (this.#last[index] ?? 0) * (CONCEALMENT[this.#missing] ?? 0);
  }

  /** Skips frames that made the audio later without ever being needed; quiet ones where there are any. */
  #trim(depth: number): void {
    this.#leastDepth = Math.min(this.#leastDepth, depth);
    this.#framesSinceTrim += 1;
    if (this.#framesSinceTrim < TRIM_FRAMES) return;
    let excess = Math.floor((this.#leastDepth - PREFILL_SAMPLES) / FRAME_SAMPLES);
    const patient = this.#framesSinceTrim < 2 * TRIM_FRAMES;
    while (excess > 0 && !(patient && this.#nextIsLoud())) {
      for (let index = 0; index < FRAME_SAMPLES; index += 1) {
        this.#written[(this.#read + index) & MASK] = 0;
      }
      this.#read = (this.#read + FRAME_SAMPLES) >>> 0;
      this.#leastDepth -= FRAME_SAMPLES;
      excess -= 1;
    }
    if (excess > 0) return;
    this.#leastDepth = RING_SAMPLES;
    this.#framesSinceTrim = 0;
  }

  #nextIsLoud(): boolean {
    for (let index = 0; index < FRAME_SAMPLES; index += 1) {
      if (Math.abs(this.#samples[(this.#read + index) & MASK] ?? 0) > QUIET_PEAK) return true;
    }
    return false;
  }
}
