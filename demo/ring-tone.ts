/** Tones that a phone makes itself: the bell of an incoming call and the sound of ringing at the far end. */
export class RingTone {
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #playing: 'bell' | 'ringback' | null = null;

  /** Does nothing when that tone sounds already. */
  play(kind: 'bell' | 'ringback' | null): void {
    if (kind === this.#playing) return;
    this.#playing = kind;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    void this.#context?.close();
    this.#context = null;
    if (kind === null) return;
    const context = new AudioContext();
    this.#context = context;
    // 450 Hz, one second in five, is what ringing sounds like in China; the bell is two short warbles.
    const round = (): void => {
      if (kind === 'ringback') beep(context, 450, 0, 1, 0.05);
      else for (const start of [0, 0.09, 0.18, 0.45, 0.54, 0.63]) beep(context, 880, start, 0.07, 0.12);
    };
    round();
    this.#timer = setInterval(round, kind === 'ringback' ? 5000 : 2200);
  }
}

function beep(context: AudioContext, hertz: number, start: number, length: number, volume: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  const from = context.currentTime + start;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(volume, from + 0.01);
  gain.gain.setValueAtTime(volume, from + length - 0.02);
  gain.gain.linearRampToValueAtTime(0, from + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(from + length);
}
