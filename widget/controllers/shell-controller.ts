import { shellContext } from '../live/contexts.ts';
import type { Shell, ShellState } from '../live/shell.ts';
import { ContextValueController, type ControllerHost } from './context-value.ts';

/** Binds an element to what is open on the page. */
export class ShellController<T = ShellState> extends ContextValueController<Shell, T> {
  constructor(
    host: ControllerHost,
    select: (state: ShellState) => T = (state) => state as T,
    equal: (a: T, b: T) => boolean = Object.is,
  ) {
    super(host, shellContext, select, equal);
  }

  /** Undefined until the context has come. */
  get shell(): Shell | undefined {
    return this.store;
  }
}
