/**
 * The built-in music on hold: a slow pentatonic melody with soft attacks over a bass, made by calculation so that no
 * recording (and no licence) is needed.
 */

const RATE = 8000;
const BEAT_S = 0.6;
const MELODY_AMPLITUDE = 3200;
const BASS_AMPLITUDE = 1800;
const ATTACK_S = 0.03;

/** Semitones above A3 (220 Hz), and beats; null is a rest. C major pentatonic. */
const MELODY: ReadonlyArray<readonly [number | null, number]> = [
  [7, 1], [10, 1], [12, 2], [15, 1], [12, 1], [10, 2],
  [7, 1], [5, 1], [3, 2], [5, 1], [7, 1], [10, 2],
  [12, 1], [15, 1], [17, 2], [15, 1], [12, 1], [10, 2],
  [7, 1], [10, 1], [5, 2], [3, 3], [null, 1],
]; // prettier-ignore

/** One bass note each four beats. */
const BASS: readonly number[] = [-9, -5, -9, -2, -9, -5, -2, -9];

function hertz(semitones: number): number {
  return 220 * 2 ** (semitones / 12);
}

/** Adds a note with soft attack, decay and a quiet octave, like a music box. */
function addNote(into: Float64Array, fromS: number, lengthS: number, hz: number, amplitude: number): void {
  const from = Math.round(fromS * RATE);
  const count = Math.round(lengthS * RATE);
  for (let index = 0; index < count; index += 1) {
    const seconds = index / RATE;
    const attack = Math.min(1, seconds / ATTACK_S);
    const release = Math.min(1, (lengthS - seconds) / 0.08);
    const gain = amplitude * attack * release * Math.exp((-1.4 * seconds) / lengthS);
    const phase = 2 * Math.PI * hz * seconds;
    const at = (from + index) % into.length;
    into[at] = (into[at] ?? 0) + gain * (Math.sin(phase) + 0.22 * Math.sin(2 * phase));
  }
}

/** The whole melody, 8 kHz mono; its end joins its begin. */
export function composeMelody(): Int16Array {
  const beats = MELODY.reduce((sum, [, length]) => sum + length, 0);
  const mix = new Float64Array(Math.round(beats * BEAT_S * RATE));
  let beat = 0;
  for (const [note, length] of MELODY) {
    if (note !== null) addNote(mix, beat * BEAT_S, length * BEAT_S, hertz(note), MELODY_AMPLITUDE);
    beat += length;
  }
  BASS.forEach((note, bar) => {
    addNote(mix, bar * 4 * BEAT_S, 4 * BEAT_S, hertz(note), BASS_AMPLITUDE);
  });
  return Int16Array.from(mix, (value) => Math.round(value));
}
