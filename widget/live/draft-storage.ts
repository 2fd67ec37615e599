import { stringify } from '../platform/platform.ts';
import { availableStorage, type KeyValueStorage } from './preferences.ts';

const PREFIX = 'telebar.draft.';

/**
 * What was typed and not saved yet, by key, in the storage of the tab: a reload of the page does not lose it, the next
 * agent at this computer does not find it. A draft without a field is empty.
 */
export class DraftStorage<T extends object> {
  readonly #storage: KeyValueStorage | null;

  constructor(storage: KeyValueStorage | null = availableStorage('sessionStorage')) {
    this.#storage = storage;
  }

  read(key: string): Partial<T> {
    try {
      const parsed: unknown = JSON.parse(this.#storage?.getItem(PREFIX + key) ?? '{}');
      return typeof parsed === 'object' && parsed !== null ? parsed : {};
    } catch {
      // Damaged or unreadable: an empty draft is what a form starts with anyway.
      return {};
    }
  }

  /** True when the draft is kept; false when this browser keeps nothing. */
  write(key: string, draft: Partial<T>): boolean {
    try {
      if (Object.keys(draft).length === 0) this.#storage?.removeItem(PREFIX + key);
      else this.#storage?.setItem(PREFIX + key, stringify(draft));
      return this.#storage !== null;
    } catch {
      // Quota or policy; the form then says 'not saved yet'.
      return false;
    }
  }
}
