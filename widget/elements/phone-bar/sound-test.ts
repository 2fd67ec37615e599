import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { openMicrophone } from '../../softphone/open-microphone.ts';
import { selectSink } from '../../softphone/sink.ts';

const TONE_HZ = 440;
const TONE_S = 0.8;
/** Telephone ring of mainland China (GB 3380): 450 Hz; played as a chord, so that it is pleasant and still known. */
const RING_HZ: readonly number[] = [450, 565];

/** Plays a short sound on a chosen device and measures the microphone, while the element is on the page. */
export class SoundTest implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #stop: (() => void) | null = null;
  #level: number | null = null;
  #refused = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Loudness of the microphone from 0 to 1; null while it is not measured. */
  get level(): number | null {
    return this.#level;
  }

  /** The last measurement could not start: no permission or no microphone. */
  get refused(): boolean {
    return this.#refused;
  }

  hostDisconnected(): void {
    this.stop();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#level = null;
    this.#host.requestUpdate();
  }

  async playTone(deviceId: string | null, volume = 1): Promise<void> {
    await play([TONE_HZ], deviceId, volume);
  }

  async playRing(deviceId: string | null, volume: number): Promise<void> {
    await play(RING_HZ, deviceId, volume);
  }

  /** Measures until `stop`. */
  async listen(deviceId: string | null): Promise<void> {
    this.stop();
    let stream: MediaStream;
    try {
      ({ stream } = await openMicrophone(deviceId));
    } catch {
      // Refused, missing, or no secure page: the panel says so, and the agent can try again.
      this.#refused = true;
      this.#host.requestUpdate();
      return;
    }
    this.#refused = false;
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    analyser.fftSize = 512;
    audio.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let frame = 0;
    const measure = (): void => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // Speech has about -26 dBFS; a curve shows it in the middle of the meter.
      this.#level = Math.min(1, Math.sqrt(power) * 5);
      this.#host.requestUpdate();
      frame = requestAnimationFrame(measure);
    };
    this.#stop = () => {
      cancelAnimationFrame(frame);
      stream.getTracks().forEach((track) => track.stop());
      void audio.close();
    };
    measure();
  }
}

/** Resolves when the sound is over. */
async function play(frequencies: readonly number[], deviceId: string | null, volume: number): Promise<void> {
  const audio = new AudioContext();
  const target = audio.createMediaStreamDestination();
  const gain = audio.createGain();
  gain.connect(target);
  const end = audio.currentTime + TONE_S;
  gain.gain.setValueAtTime(0, audio.currentTime);
  gain.gain.linearRampToValueAtTime((volume * 0.4) / frequencies.length, audio.currentTime + 0.02);
  gain.gain.setTargetAtTime(0, end - 0.1, 0.03);
  const speaker = new Audio();
  speaker.srcObject = target.stream;
  // Not in every browser; without it the default device plays, which is what the list then offers.
  if (deviceId !== null) await selectSink(speaker, deviceId);
  await speaker.play();
  const done = frequencies.map(
    (frequency) =>
      new Promise<void>((resolve) => {
        const tone = new OscillatorNode(audio, { frequency });
        tone.connect(gain);
        tone.onended = () => resolve();
        tone.start();
        tone.stop(end);
      }),
  );
  await Promise.all(done);
  speaker.srcObject = null;
  await audio.close();
}
