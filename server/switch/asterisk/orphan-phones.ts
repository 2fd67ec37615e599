import type { Clock } from '../../core/kernel/clock.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { PjsipObjects } from './pjsip-objects.ts';

/** So long after Asterisk is reached, devices that nobody has asked for again are taken away, ms. */
const ORPHANS_AFTER_MS = 60_000;

/**
 * A server that was killed leaves devices whose secrets nobody would ever let expire. Who used them has time to come back
 * to the next server, and is then known again.
 */
export class OrphanPhones {
  readonly #objects: PjsipObjects;
  readonly #clock: Clock;
  readonly #log: SwitchLog;
  readonly #isKnown: (username: string) => boolean;
  #stop: () => void = () => undefined;

  constructor(parts: {
    objects: PjsipObjects;
    clock: Clock;
    log: SwitchLog;
    isKnown: (username: string) => boolean;
  }) {
    this.#objects = parts.objects;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#isKnown = parts.isKnown;
  }

  schedule(): void {
    this.#stop();
    this.#stop = this.#clock.after(ORPHANS_AFTER_MS, () => {
      this.#remove().catch((error: unknown) => {
        this.#log.warn({ err: error }, 'devices of an earlier server could not be taken from Asterisk');
      });
    });
  }

  stop(): void {
    this.#stop();
  }

  async #remove(): Promise<void> {
    for (const username of await this.#objects.made()) {
      if (!this.#isKnown(username)) await this.#objects.remove(username, null);
    }
  }
}
