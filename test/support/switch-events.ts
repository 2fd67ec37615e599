import type { Switch, SwitchEvent } from '../../server/core/ports/switch.ts';

type EventOf<Type extends SwitchEvent['type']> = Extract<SwitchEvent, { type: Type }>;

/** Keeps what a switch tells and lets a test wait for it. */
export class SwitchEvents {
  readonly all: SwitchEvent[] = [];
  readonly dispose: () => void;
  readonly #waiting = new Set<() => void>();

  constructor(source: Pick<Switch, 'subscribe'>) {
    this.dispose = source.subscribe((event) => {
      this.all.push(event);
      for (const look of [...this.#waiting]) look();
    });
  }

  of<Type extends SwitchEvent['type']>(type: Type): Array<EventOf<Type>> {
    return this.all.filter((event): event is EventOf<Type> => event.type === type);
  }

  /** The first event of the type that fits, now or within `ms`. */
  next<Type extends SwitchEvent['type']>(
    type: Type,
    fits: (event: EventOf<Type>) => boolean = () => true,
    ms = 15_000,
  ): Promise<EventOf<Type>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const told = this.all.map((event) => JSON.stringify(event)).join('\n');
        reject(new Error(`no ${type} within ${ms} ms; there was:\n${told}`));
      }, ms);
      const look = (): void => {
        const found = this.of(type).find(fits);
        if (!found) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
