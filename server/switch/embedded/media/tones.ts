import type { AudioSource } from './audio-source.ts';
import { eventCodes } from './dtmf.ts';
import { MediaError } from './media-engine.ts';
import { FRAME_SAMPLES, SAMPLES_PER_MS } from './rtp-packet.ts';

const RATE = 8000;
/** Ramp at both ends of each tone, so that it does not click, ms. */
const RAMP_MS = 4;
const TONE_AMPLITUDE = 8000;
/** Under a talk that goes on. */
const QUIET_AMPLITUDE = 1500;
const DIGIT_AMPLITUDE = 6000;

interface Step {
  /** No frequency: pause. */
  hz: readonly number[];
  ms: number;
}

/** Call progress tones of China (ITU-T E.180 supplement 2): 450 Hz; the beep is the 950 Hz recording tone. Of listening there is none: 1400 Hz every 15 s. */
const PROGRESS_TONES = {
  ringback: [
    { hz: [450], ms: 1000 },
    { hz: [], ms: 4000 },
  ],
  busy: [
    { hz: [450], ms: 350 },
    { hz: [], ms: 350 },
  ],
  congestion: [
    { hz: [450], ms: 700 },
    { hz: [], ms: 700 },
  ],
  beep: [{ hz: [950], ms: 400 }],
  monitored: [
    { hz: [1400], ms: 200 },
    { hz: [], ms: 14_800 },
  ],
  'press-key': [
    { hz: [950], ms: 150 },
    { hz: [], ms: 150 },
    { hz: [950], ms: 150 },
    { hz: [], ms: 1050 },
  ],
} as const satisfies Record<string, readonly Step[]>;

/** ITU-T Q.23: low and high frequency of each digit. */
const LOW = [697, 770, 852, 941] as const;
const HIGH = [1209, 1336, 1477, 1633] as const;
/** Event codes in the order of the keypad, row by row. */
const KEYPAD = [1, 2, 3, 12, 4, 5, 6, 13, 7, 8, 9, 14, 10, 0, 11, 15];
const DIGIT_MS = 100;
const DIGIT_PAUSE_MS = 100;

function digitFrequencies(event: number): [number, number] {
  const at = KEYPAD.indexOf(event);
  return [LOW[at >> 2] ?? 0, HIGH[at & 3] ?? 0];
}

/** A sequence of tones and pauses, computed as it is played. */
class ToneSource implements AudioSource {
  readonly failure = null;
  #steps: readonly Step[];
  #amplitude: number;
  #step = 0;
  #at = 0;

  constructor(steps: readonly Step[], amplitude: number) {
    this.#steps = steps;
    this.#amplitude = amplitude;
  }

  read(out: Int16Array): boolean {
    let filled = 0;
    while (filled < FRAME_SAMPLES) {
      const step = this.#steps[this.#step];
      if (step === undefined) break;
      const length = Math.round(step.ms * SAMPLES_PER_MS);
      const count = Math.min(FRAME_SAMPLES - filled, length - this.#at);
      for (let index = 0; index < count; index += 1) {
        out[filled + index] = this.#sample(step, this.#at + index, length);
      }
      filled += count;
      this.#at += count;
      if (this.#at >= length) {
        this.#step += 1;
        this.#at = 0;
      }
    }
    if (filled === 0) return false;
    out.fill(0, filled);
    return true;
  }

  #sample(step: Step, at: number, length: number): number {
    const ramp = RAMP_MS * SAMPLES_PER_MS;
    const gain = Math.min(1, at / ramp, (length - at) / ramp) * this.#amplitude;
    let value = 0;
    for (const hz of step.hz) value += gain * Math.sin((2 * Math.PI * hz * at) / RATE);
    return Math.round(value);
  }

  rewind(): void {
    this.#step = 0;
    this.#at = 0;
  }

  close(): void {
    this.#step = this.#steps.length;
  }
}

export function progressTone(tone: keyof typeof PROGRESS_TONES): AudioSource {
  const steps = PROGRESS_TONES[tone];
  if (steps === undefined) throw new MediaError('bad-source', `there is no tone ${String(tone)}`);
  return new ToneSource(steps, tone === 'monitored' ? QUIET_AMPLITUDE : TONE_AMPLITUDE);
}

/** @throws MediaError `bad-source` outside 20 to 3900 Hz or 1 ms to one hour */
export function frequencyTone(hz: number, ms: number): AudioSource {
  if (!(hz >= 20 && hz <= 3900)) throw new MediaError('bad-source', `${hz} Hz cannot be played at 8 kHz`);
  if (!(ms >= 1 && ms <= 3_600_000))
    throw new MediaError('bad-source', `a tone of ${ms} ms cannot be played`);
  return new ToneSource([{ hz: [hz], ms }], TONE_AMPLITUDE);
}

/** DTMF as audio (ITU-T Q.23). */
export function digitTones(digits: string): AudioSource {
  const events = eventCodes(digits);
  if (events === null) throw new MediaError('bad-source', `"${digits}" are not digits`);
  const steps = events.flatMap((event): Step[] => [
    { hz: digitFrequencies(event), ms: DIGIT_MS },
    { hz: [], ms: DIGIT_PAUSE_MS },
  ]);
  return new ToneSource(steps, DIGIT_AMPLITUDE);
}

/** Where one leg is in the music on hold, which all share. */
export class MusicCursor {
  #music: Int16Array;
  #at = 0;

  constructor(music: Int16Array) {
    this.#music = music;
  }

  read(out: Int16Array): void {
    for (let index = 0; index < FRAME_SAMPLES; index += 1) {
      out[index] = this.#music[this.#at] ?? 0;
      this.#at = this.#at + 1 < this.#music.length ? this.#at + 1 : 0;
    }
  }
}
