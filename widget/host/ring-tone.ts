/** Contexts that can play on a chosen device (Chromium). */
type Context = AudioContext & { setSinkId?: (deviceId: string) => Promise<void> };

/** Two soft notes, a major third apart, twice; then quiet. s from the start of each round, Hz. */
const NOTES = [
  { at: 0, frequency: 659.25 },
  { at: 0.18, frequency: 830.61 },
  { at: 0.7, frequency: 659.25 },
  { at: 0.88, frequency: 830.61 },
] as const;
const NOTE_S = 0.5;
const ROUND_MS = 3000;

/**
 * The ring tone, made of oscillators: no file to load, nothing for a media-src policy to forbid. Browsers let a page
 * sound only after somebody has touched it; `unlock` is called in the login click, and whenever the page is touched.
 */
export class RingTone {
  #context: Context | null = null;
  #gain: GainNode | null = null;
  #round: ReturnType<typeof setInterval> | undefined;
  #deviceId = '';

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
    void this.#select(context, deviceId ?? '');
    if (context.state !== 'running') context.resume().catch(() => {});
    const gain = context.createGain();
    gain.gain.value = Math.min(1, Math.max(0, volume));
    gain.connect(context.destination);
    this.#gain = gain;
    const play = (): void => ring(context, gain);
    play();
    this.#round = setInterval(play, ROUND_MS);
  }

  stop(): void {
    clearInterval(this.#round);
    this.#round = undefined;
    // Also silences the notes that are already planned.
    this.#gain?.disconnect();
    this.#gain = null;
  }

  async close(): Promise<void> {
    this.stop();
    await this.#context?.close();
    this.#context = null;
  }

  #ensure(): Context {
    this.#context ??= new AudioContext();
    return this.#context;
  }

  async #select(context: Context, deviceId: string): Promise<void> {
    if (deviceId === this.#deviceId) return;
    try {
      await context.setSinkId?.(deviceId);
      this.#deviceId = deviceId;
    } catch (error) {
      // Unplugged since it was chosen: rings where the system sounds.
      console.warn('Telebar cannot ring on the chosen device', error);
    }
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
