import type { Switch } from './core/ports/switch.ts';

/** Remembers whether the switch can take calls. */
export class SwitchWatch {
  #reason: string | null = 'The switch has not started yet.';

  constructor(telephony: Switch) {
    telephony.subscribe((event) => {
      if (event.type === 'switch-down') this.#reason = `The switch is down: ${event.reason}`;
      if (event.type === 'switch-up') this.#reason = null;
    });
  }

  /** `start()` of the switch has resolved. */
  started(): void {
    this.#reason = null;
  }

  /** Why calls cannot be taken; null: they can. */
  get reason(): string | null {
    return this.#reason;
  }
}
