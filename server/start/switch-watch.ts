import type { Switch } from '../core/ports/switch.ts';

/** Remembers whether the switch can take calls. */
export class SwitchWatch {
  readonly #switch: Switch;
  #reason = 'The switch has not started yet.';

  constructor(telephony: Switch) {
    this.#switch = telephony;
    telephony.subscribe((event) => {
      if (event.type === 'switch-down') this.#reason = `The switch is down: ${event.reason}`;
    });
  }

  /** Why calls cannot be taken; null: they can. */
  get reason(): string | null {
    return this.#switch.up ? null : this.#reason;
  }
}
