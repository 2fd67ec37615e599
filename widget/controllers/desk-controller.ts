import { deskContext } from '../live/contexts.ts';
import type { Desk, DeskState } from '../live/desk.ts';
import type { DeskCommands } from '../live/commands/table.ts';
import { ContextValueController, type ControllerHost } from './context-value.ts';

/**
 * Binds an element to the desk of its context. `select` picks what the element shows; it is drawn again only when that
 * is another value by `equal`.
 *
 * ```ts
 * readonly #agent = new DeskController(this, (state) => state.snapshot?.agent ?? null);
 * render() { const agent = this.#agent.value; … }
 * handlePause() { void this.#agent.commands?.pause(id).catch(() => {}); } // the refusal is in state.failures.pause
 * ```
 */
export class DeskController<T = DeskState> extends ContextValueController<Desk, T> {
  constructor(
    host: ControllerHost,
    select: (state: DeskState) => T = (state) => state as T,
    equal: (a: T, b: T) => boolean = Object.is,
  ) {
    super(host, deskContext, select, equal);
  }

  /** Undefined until the context has come. */
  get desk(): Desk | undefined {
    return this.store;
  }

  get commands(): DeskCommands | undefined {
    return this.store?.commands;
  }
}
