import { SwitchError } from '../../server/core/ports/switch.ts';
import type { Switch, SwitchErrorCode } from '../../server/core/ports/switch.ts';

export type Operation = Exclude<keyof Switch, 'capabilities' | 'subscribe' | 'start' | 'stop'>;

/** What the fake switch is asked for: noted, and as a test wants it refused, or stopped half-way to set up a race. */
export class FakeOrders {
  /** Every operation that was asked for, in order: its name and first argument. */
  readonly asked: Array<{ op: Operation; argument: unknown }> = [];
  readonly #failures = new Map<Operation, SwitchErrorCode[]>();
  readonly #gates = new Map<Operation, Promise<void>>();

  failNext(op: Operation, code: SwitchErrorCode): void {
    this.#failures.set(op, [...(this.#failures.get(op) ?? []), code]);
  }

  gate(op: Operation): () => void {
    let open = (): void => undefined;
    this.#gates.set(op, new Promise((resolve) => (open = resolve)));
    return () => {
      this.#gates.delete(op);
      open();
    };
  }

  async enter(op: Operation, argument: unknown, isUp: () => boolean): Promise<void> {
    this.asked.push({ op, argument });
    await this.#gates.get(op);
    if (!isUp()) throw new SwitchError('switch-down', 'the switch is down');
    const code = this.#failures.get(op)?.shift();
    if (code) throw new SwitchError(code, `${op} was refused`);
  }
}
