import type { Switch, SwitchEvent } from '../../server/core/ports/switch.ts';
import type { RunOptions, UnitOfWork } from '../../server/core/ports/unit-of-work.ts';
import type { Repositories } from '../../server/start/tables.ts';

const NEVER = new Promise<never>(() => undefined);

/**
 * What a server process has in hand: a switch and a store that live on when it dies. It dies at a step that the test
 * chooses: just before or just after something is stored, or asked of the switch. From then on nothing that it does
 * reaches anybody, and nobody reaches it; what waits for an answer waits for ever, as in a process that is no more.
 */
export class MortalProcess {
  /** Steps so far. */
  steps = 1;
  readonly switch: Switch;
  readonly unitOfWork: UnitOfWork<Repositories>;
  #diesAt = Infinity;

  constructor(telephone: Switch, unitOfWork: UnitOfWork<Repositories>) {
    this.switch = this.#wired(telephone);
    this.unitOfWork = {
      run: <T>(fn: (repositories: Repositories) => Promise<T>, options?: RunOptions) =>
        this.#through(() => unitOfWork.run(fn, options)),
      read: (fn) => unitOfWork.read(fn),
    };
  }

  get dead(): boolean {
    return this.steps >= this.#diesAt;
  }

  kill(): void {
    this.#diesAt = 0;
  }

  /** It has so many steps to live; the next one is its death. */
  diesAfter(steps: number): void {
    this.#diesAt = this.steps + steps;
  }

  async #through<T>(act: () => Promise<T>): Promise<T> {
    this.steps += 1;
    if (this.dead) return NEVER;
    const result = await act();
    this.steps += 1;
    return this.dead ? NEVER : result;
  }

  #wired(telephone: Switch): Switch {
    const subscribe: Switch['subscribe'] = (listener) =>
      telephone.subscribe((event: SwitchEvent) => {
        if (!this.dead) listener(event);
      });
    return new Proxy(telephone, {
      get: (target, name) => {
        if (name === 'subscribe') return subscribe;
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          this.#through(() => Reflect.apply(value, target, args) as Promise<unknown>);
      },
    });
  }
}
