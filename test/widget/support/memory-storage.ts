import type { KeyValueStorage } from '../../../widget/live/preferences.ts';

/** A browser's storage that is empty at the start of each test. */
export class MemoryStorage implements KeyValueStorage {
  readonly #items = new Map<string, string>();

  /** All that is in it. */
  get texts(): string[] {
    return [...this.#items.values()];
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

/** One that the user's settings forbid. */
export const blockedStorage: KeyValueStorage = {
  getItem: () => {
    throw new DOMException('blocked', 'SecurityError');
  },
  setItem: () => {
    throw new DOMException('blocked', 'SecurityError');
  },
  removeItem: () => {
    throw new DOMException('blocked', 'SecurityError');
  },
};
