/** Taps per unit of ratio: 48 kHz gets a filter of 6 × 32 taps. */
const TAPS_PER_RATIO = 32;
/** -6 dB point, as a share of the output's Nyquist frequency: 3.5 kHz for 8 kHz. */
const CUTOFF = 0.875;

/** Windowed sinc (Blackman), gain 1 at zero frequency. */
function lowPass(ratio: number): Float32Array {
  const length = TAPS_PER_RATIO * ratio + 1;
  const middle = (length - 1) / 2;
  const cutoff = CUTOFF / (2 * ratio);
  const taps = new Float32Array(length);
  let sum = 0;
  for (let index = 0; index < length; index += 1) {
    const x = index - middle;
    const sinc = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
    const turn = (2 * Math.PI * index) / (length - 1);
    const window = 0.42 - 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn);
    taps[index] = sinc * window;
    sum += sinc * window;
  }
  return taps.map((tap) => tap / sum);
}

/** Lowers the sample rate by a whole number, in pieces: low-pass first, so that nothing above 4 kHz folds back as an alias. */
export class Decimator {
  #ratio: number;
  #taps: Float32Array;
  /** Input that later outputs still need. */
  #history: Float32Array;
  #kept: number;

  constructor(ratio: number) {
    this.#ratio = ratio;
    this.#taps = ratio === 1 ? new Float32Array([1]) : lowPass(ratio);
    // Half a filter of silence before the first sample keeps the output aligned with the input.
    this.#kept = (this.#taps.length - 1) / 2;
    this.#history = new Float32Array(this.#taps.length);
  }

  /** @param input at the high rate. @returns what is complete at the low rate */
  push(input: Int16Array): Int16Array {
    if (this.#ratio === 1) return input;
    const taps = this.#taps;
    const all = new Float32Array(this.#kept + input.length);
    all.set(this.#history.subarray(0, this.#kept));
    all.set(input, this.#kept);
    const count = Math.max(0, Math.floor((all.length - taps.length) / this.#ratio) + 1);
    const out = new Int16Array(count);
    for (let index = 0; index < count; index += 1) {
      const from = index * this.#ratio;
      let value = 0;
      for (let tap = 0; tap < taps.length; tap += 1) value += (taps[tap] ?? 0) * (all[from + tap] ?? 0);
      out[index] = Math.max(-32_768, Math.min(32_767, Math.round(value)));
    }
    const rest = all.subarray(count * this.#ratio);
    if (rest.length > this.#history.length) this.#history = new Float32Array(rest.length);
    this.#history.set(rest);
    this.#kept = rest.length;
    return out;
  }

  /** The end of the input: what the filter still holds. */
  flush(): Int16Array {
    return this.#ratio === 1 ? new Int16Array(0) : this.push(new Int16Array((this.#taps.length - 1) / 2));
  }
}
