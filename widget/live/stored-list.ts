import { stringify } from '../platform/platform.ts';
import type { KeyValueStorage } from './preferences.ts';

/** What was kept under the key; nothing when storage is blocked, or holds what somebody else has written. */
export function readList<Item>(
  storage: KeyValueStorage | null,
  key: string,
  isItem: (value: unknown) => value is Item,
): Item[] {
  try {
    const kept = JSON.parse(storage?.getItem(key) ?? '[]') as unknown;
    return Array.isArray(kept) ? kept.filter(isItem) : [];
  } catch {
    return [];
  }
}

/** Keeps it for the pages after this one; where storage is blocked or full, it holds as long as this page. */
export function writeList(storage: KeyValueStorage | null, key: string, list: readonly unknown[]): void {
  try {
    if (list.length === 0) storage?.removeItem(key);
    else storage?.setItem(key, stringify(list));
  } catch {
    // As said above.
  }
}
