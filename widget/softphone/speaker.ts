import { isThere } from './open-microphone.ts';
import { RemoteAudio } from './remote-audio.ts';

/** Where the other sides are heard: on the chosen device, or on the system's while that is unplugged. */
export class Speaker {
  readonly #changed: () => void;
  readonly #audios = new Set<RemoteAudio>();
  #deviceId: string | null = null;
  #substituted = false;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get substituted(): boolean {
    return this.#substituted;
  }

  open(): RemoteAudio {
    const audio = new RemoteAudio();
    this.#audios.add(audio);
    void this.#apply([audio]);
    return audio;
  }

  close(audio: RemoteAudio): void {
    this.#audios.delete(audio);
  }

  async select(deviceId: string | null): Promise<void> {
    this.#deviceId = deviceId;
    await this.devicesChanged();
  }

  async devicesChanged(): Promise<void> {
    const absent = this.#deviceId !== null && !(await isThere('audiooutput', this.#deviceId));
    if (absent !== this.#substituted) {
      this.#substituted = absent;
      this.#changed();
    }
    await this.#apply([...this.#audios]);
  }

  async #apply(audios: readonly RemoteAudio[]): Promise<void> {
    const deviceId = this.#substituted ? null : this.#deviceId;
    await Promise.all(audios.map((audio) => audio.select(deviceId)));
  }
}
