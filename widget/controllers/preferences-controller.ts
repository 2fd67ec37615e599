import { preferencesContext } from '../live/contexts.ts';
import type { Preferences } from '../live/desk.ts';
import type { PreferenceStore } from '../live/preferences.ts';
import { ContextValueController, type ControllerHost } from './context-value.ts';

/** Binds an element to the choices of this browser. */
export class PreferencesController<T = Preferences> extends ContextValueController<PreferenceStore, T> {
  constructor(
    host: ControllerHost,
    select: (state: Preferences) => T = (state) => state as T,
    equal: (a: T, b: T) => boolean = Object.is,
  ) {
    super(host, preferencesContext, select, equal);
  }

  set(patch: Partial<Preferences>): void {
    this.store?.set(patch);
  }
}
