import type { Switch, SwitchEvent } from '../../server/core/ports/switch.ts';

type Matching<T extends SwitchEvent['type']> = Extract<SwitchEvent, { type: T }>;

/** Keeps what a switch tells, and waits for what it has not told yet. */
export class EventLog {
  readonly events: SwitchEvent[] = [];
  readonly #waiters = new Set<() => void>();
  readonly #unsubscribe: () => void;

  constructor(telephone: Switch) {
    this.#unsubscribe = telephone.subscribe((event) => {
      this.events.push(event);
      for (const wake of [...this.#waiters]) wake();
    });
  }

  /** The first such event, past or to come. Rejects after `limitMs` with what came instead. */
  async next<T extends SwitchEvent['type']>(
    type: T,
    matches: (event: Matching<T>) => boolean = () => true,
    limitMs = 15_000,
  ): Promise<Matching<T>> {
    const find = (): Matching<T> | undefined =>
      this.events.find((event): event is Matching<T> => event.type === type && matches(event as Matching<T>));
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        const found = find();
        if (!found) return;
        done();
        resolve(found);
      };
      const timer = setTimeout(() => {
        done();
        const seen = this.events.map((event) => event.type).join(', ');
        reject(new Error(`no ${type} within ${limitMs} ms; seen: ${seen}`));
      }, limitMs);
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(settle);
      };
      this.#waiters.add(settle);
      settle();
    });
  }

  /** How many such events there were. */
  count(type: SwitchEvent['type'], matches: (event: SwitchEvent) => boolean = () => true): number {
    return this.events.filter((event) => event.type === type && matches(event)).length;
  }

  stop(): void {
    this.#unsubscribe();
  }
}
