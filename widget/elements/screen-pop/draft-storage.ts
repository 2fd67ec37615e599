import { availableStorage, type KeyValueStorage } from '../../store/preferences.ts';
import { EMPTY_DRAFT, isEmpty, type CustomerDraft } from './customer-draft.ts';

const PREFIX = 'telebar.draft.';

/**
 * Drafts of customer cards by customer or number, in the storage of the tab: a reload of the page does not lose what was
 * typed, the next agent at this computer does not find it.
 */
export class DraftStorage {
  readonly #storage: KeyValueStorage | null;

  constructor(storage: KeyValueStorage | null = availableStorage('sessionStorage')) {
    this.#storage = storage;
  }

  read(key: string): CustomerDraft {
    try {
      const parsed: unknown = JSON.parse(this.#storage?.getItem(PREFIX + key) ?? '{}');
      return typeof parsed === 'object' && parsed !== null ? (parsed as CustomerDraft) : EMPTY_DRAFT;
    } catch {
      // Damaged or unreadable: an empty draft is what the card starts with anyway.
      return EMPTY_DRAFT;
    }
  }

  /** True when the draft is kept; false when this browser keeps nothing. */
  write(key: string, draft: CustomerDraft): boolean {
    try {
      if (isEmpty(draft)) this.#storage?.removeItem(PREFIX + key);
      else this.#storage?.setItem(PREFIX + key, JSON.stringify(draft));
      return this.#storage !== null;
    } catch {
      // Quota or policy; the card then says 'not saved yet'.
      return false;
    }
  }
}
