/**
 * Goertzel's algorithm: how much of one frequency is in a stretch of audio. Audio tests send a different tone from each
 * side and ask here which of them arrived, so that they prove content and not just packets.
 */

/**
 * Amplitude of a frequency.
 * @param samples 16-bit linear PCM
 * @param hz frequency looked for
 * @param sampleRate of the samples, Hz
 * @returns peak amplitude of that component in sample units (a full-scale sine gives about 32767)
 */
export function amplitudeAt(samples: Int16Array | Float32Array, hz: number, sampleRate = 8000): number {
  if (samples.length === 0) return 0;
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
  let previous = 0;
  let beforePrevious = 0;
  for (const sample of samples) {
    const current = sample + coefficient * previous - beforePrevious;
    beforePrevious = previous;
    previous = current;
  }
  const power =
    previous * previous + beforePrevious * beforePrevious - coefficient * previous * beforePrevious;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

/** Root mean square of the samples, sample units. */
export function rms(samples: Int16Array | Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}

/** Whether a tone of at least `minAmplitude` (sample units; speech level tones are 3000 to 10000) is present. */
export function hasTone(samples: Int16Array, hz: number, minAmplitude = 1000, sampleRate = 8000): boolean {
  return amplitudeAt(samples, hz, sampleRate) >= minAmplitude;
}

/** Which of the candidate frequencies are present, in the order given. */
export function tonesIn(
  samples: Int16Array,
  candidates: readonly number[],
  minAmplitude = 1000,
  sampleRate = 8000,
): number[] {
  return candidates.filter((hz) => hasTone(samples, hz, minAmplitude, sampleRate));
}

/** A sine. @param amplitude peak in sample units */
export function sine(hz: number, ms: number, amplitude = 8000, sampleRate = 8000): Int16Array {
  const samples = new Int16Array(Math.round((ms * sampleRate) / 1000));
  for (let index = 0; index < samples.length; index += 1) {
    samples[index] = Math.round(amplitude * Math.sin((2 * Math.PI * hz * index) / sampleRate));
  }
  return samples;
}
