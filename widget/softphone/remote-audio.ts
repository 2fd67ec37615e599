import { onPage } from '../platform/page-events.ts';
import { selectSink } from './sink.ts';

/**
 * The other side's voice on the chosen speaker. A plain audio element that is not in the page: no AudioContext is needed, no
 * markup, and nothing that a content security policy could forbid.
 */
export class RemoteAudio {
  readonly #element = new Audio();
  #unlock: AbortController | null = null;

  play(stream: MediaStream): void {
    this.#element.srcObject = stream;
    this.#start();
  }

  stop(): void {
    this.#unlock?.abort();
    this.#element.pause();
    this.#element.srcObject = null;
  }

  /** Null: the system's choice. A device that is gone is not an error: the system's plays. */
  async select(deviceId: string | null): Promise<void> {
    await selectSink(this.#element, deviceId);
  }

  #start(): void {
    const unlocked = (): void => this.#unlock?.abort();
    this.#element.play().then(unlocked, (error: unknown) => {
      // AbortError: another stream has taken the place of this one.
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      // After a reload nobody has touched the page yet; the next touch lets the voice through.
      this.#unlock?.abort();
      this.#unlock = new AbortController();
      const { signal } = this.#unlock;
      for (const type of ['pointerdown', 'keydown']) {
        onPage(window, type, () => this.#start(), { capture: true, signal });
      }
    });
  }
}
