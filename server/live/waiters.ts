import type { Clock } from '../core/kernel/clock.ts';
import type { TeamState } from '../core/model/team.ts';

interface Waiter {
  check(): void;
}

/** Those who wait until a team has come to something. */
export class Waiters {
  readonly #clock: Clock;
  readonly #state: () => TeamState;
  readonly #waiters = new Set<Waiter>();

  constructor(clock: Clock, state: () => TeamState) {
    this.#clock = clock;
    this.#state = state;
  }

  /** Waits until `check` gives something; asked now and by every `wake`. `late` says what a time limit comes to. */
  when<T>(check: (state: TeamState) => T | undefined, limitMs: number, late: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => T): void => {
        this.#waiters.delete(waiter);
        cancel();
        try {
          resolve(outcome());
        } catch (error) {
          reject(error);
        }
      };
      const waiter: Waiter = {
        check: () => {
          let found: T | undefined;
          try {
            found = check(this.#state());
          } catch (error) {
            settle(() => {
              throw error;
            });
            return;
          }
          if (found !== undefined) settle(() => found as T);
        },
      };
      const cancel = this.#clock.after(limitMs, () => settle(late));
      this.#waiters.add(waiter);
      waiter.check();
    });
  }

  wake(): void {
    for (const waiter of [...this.#waiters]) waiter.check();
  }
}
