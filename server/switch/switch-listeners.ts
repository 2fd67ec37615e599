import type { SwitchEvent } from '../core/ports/switch.ts';
import type { SwitchLog } from './embedded/sip/switch-log.ts';

/** Those who hear a switch. One that fails takes nothing from the others. */
export class SwitchListeners {
  readonly #log: SwitchLog;
  readonly #listeners = new Set<(event: SwitchEvent) => void>();

  constructor(log: SwitchLog) {
    this.#log = log;
  }

  /** Returns the disposer. */
  subscribe(listener: (event: SwitchEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: SwitchEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ err: error, event: event.type }, 'a listener of the switch failed');
      }
    }
  }
}
