import type { Clock } from '../../core/kernel/clock.ts';
import { isRefused } from './unreachable.ts';

/** Nobody has listened for so long: the process is dead, and every call in it, ms. */
const DEAD_MS = 2_000;
/** Out of reach for so long in any other way: the calls may live on, but nobody can do anything about them, ms. */
const GIVEN_UP_MS = 60_000;

/**
 * Judges an Asterisk that is out of reach. A refused connection comes from a machine that is there and a process that is
 * not; silence and broken connections may come from the way there, behind which people go on talking.
 */
export class Absence {
  readonly #clock: Clock;
  readonly #onGivenUp: (reason: string) => void;
  #since: number | null = null;
  #refusedSince: number | null = null;
  #given = false;
  #stop: () => void = () => undefined;

  constructor(clock: Clock, onGivenUp: (reason: string) => void) {
    this.#clock = clock;
    this.#onGivenUp = onGivenUp;
  }

  begin(): void {
    if (this.#since !== null) return;
    this.#since = this.#clock.now();
    this.#stop = this.#clock.after(GIVEN_UP_MS, () => this.#giveUp('Asterisk is out of reach for too long'));
  }

  /** Another attempt to reach it has failed. */
  failed(error: unknown): void {
    this.begin();
    if (!isRefused(error)) {
      this.#refusedSince = null;
      return;
    }
    this.#refusedSince ??= this.#clock.now();
    if (this.#clock.now() - this.#refusedSince >= DEAD_MS) this.#giveUp('Asterisk is not running');
  }

  end(): void {
    this.#stop();
    this.#since = null;
    this.#refusedSince = null;
    this.#given = false;
  }

  #giveUp(reason: string): void {
    if (this.#given) return;
    this.#given = true;
    this.#stop();
    this.#onGivenUp(reason);
  }
}
