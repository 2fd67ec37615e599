import { isThere } from '../softphone/open-microphone.ts';
import { selectSink } from '../softphone/sink.ts';

/** Two soft notes, a major third apart, twice; then quiet. s from the start of each round, Hz. */
const NOTES = [
  { at: 0, frequency: 659.25 },
  { at: 0.18, frequency: 830.61 },
  { at: 0.7, frequency: 659.25 },
  { at: 0.88, frequency: 830.61 },
] as const;
const NOTE_S = 0.5;
const ROUND_MS = 3000;
/** So often a page that may not sound yet tries again: it may as soon as it has the microphone or was touched, ms. */
const TRY_MS = 500;

/**
 * The ring tone, made of oscillators: no file to load, nothing for a media-src policy to forbid. Browsers let a page
 * sound only after somebody has touched it; `unlock` is called in the login click, and whenever the page is touched.
 */
export class RingTone {
  #context: AudioContext | null = null;
  #gain: GainNode | null = null;
  #round: ReturnType<typeof setInterval> | undefined;
  readonly #changed: () => void;
  #nextRound = 0;
  #deviceId: string | null = null;
  #unplugged: AbortController | null = null;

  /** `changed`: whether it can be heard. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** True when the tone can be heard. */
  get audible(): boolean {
    return this.#context?.state === 'running';
  }

  get ringing(): boolean {
    return this.#round !== undefined;
  }

  unlock(): void {
    const context = this.#ensure();
    if (context.state !== 'running') {
      // Not inside a click after all: stays silent until the next touch.
      context.resume().catch(() => {});
    }
  }

  /** `volume` 0 to 1; `deviceId` null: the system's choice. */
  start(volume: number, deviceId: string | null): void {
    if (this.#round !== undefined) return;
    const context = this.#ensure();
    this.#deviceId = deviceId;
    this.#unplugged = new AbortController();
    const { signal } = this.#unplugged;
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#select(context), { signal });
    void this.#select(context);
    const gain = context.createGain();
    gain.gain.value = Math.min(1, Math.max(0, volume));
    gain.connect(context.destination);
    this.#gain = gain;
    this.#nextRound = 0;
    this.#play();
    this.#round = setInterval(() => this.#play(), TRY_MS);
  }

  /** The next notes when it is their time; while the page may not sound, none are kept for later. */
  #play(): void {
    const context = this.#ensure();
    if (this.#gain === null) return;
    if (context.state !== 'running') return this.unlock();
    if (performance.now() < this.#nextRound) return;
    this.#nextRound = performance.now() + ROUND_MS;
    ring(context, this.#gain);
  }

  stop(): void {
    clearInterval(this.#round);
    this.#round = undefined;
    this.#unplugged?.abort();
    // Also silences the notes that are already planned.
    this.#gain?.disconnect();
    this.#gain = null;
  }

  async close(): Promise<void> {
    this.stop();
    await this.#context?.close();
    this.#context = null;
  }

  #ensure(): AudioContext {
    if (this.#context === null) {
      this.#context = new AudioContext();
      this.#context.addEventListener('statechange', () => {
        this.#changed();
        this.#play();
      });
    }
    return this.#context;
  }

  /** Unplugged since it was chosen, or in this moment: rings where the system sounds. */
  async #select(context: AudioContext): Promise<void> {
    const chosen = this.#deviceId;
    const there = chosen !== null && (await isThere('audiooutput', chosen));
    if (chosen === this.#deviceId) await selectSink(context, there ? chosen : null);
  }
}

function ring(context: AudioContext, output: AudioNode): void {
  for (const { at, frequency } of NOTES) {
    const begin = context.currentTime + at;
    const oscillator = context.createOscillator();
    const envelope = context.createGain();
    oscillator.type = 'sine';
    oscillator.frequency.value = frequency;
    envelope.gain.setValueAtTime(0, begin);
    envelope.gain.linearRampToValueAtTime(0.5, begin + 0.02);
    envelope.gain.exponentialRampToValueAtTime(0.001, begin + NOTE_S);
    oscillator.connect(envelope).connect(output);
    oscillator.start(begin);
    oscillator.stop(begin + NOTE_S);
  }
}
