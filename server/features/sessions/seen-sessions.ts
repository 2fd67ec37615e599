import type { SessionId } from '../../core/kernel/ids.ts';

/** How old what is written down of a session's use may be, ms: a write a request would be too much. */
const WRITTEN_MS = 10 * 60 * 1000;
/** As many as are proved; the longest unseen are forgotten first, and then known from the store. */
const MOST_SESSIONS = 20_000;

/** When each session was last used: exactly in this process, roughly in the store. */
export class SeenSessions {
  readonly #seen = new Map<SessionId, { at: number; written: number }>();
  readonly #write: (id: SessionId, at: number) => void;

  constructor(write: (id: SessionId, at: number) => void) {
    this.#write = write;
  }

  /** @param written when it was used, as the store has it */
  note(id: SessionId, at: number, written: number): void {
    const isDue = at - (this.#seen.get(id)?.written ?? written) >= WRITTEN_MS;
    this.#seen.delete(id);
    this.#seen.set(id, { at, written: isDue ? at : written });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST_SESSIONS && oldest !== undefined) this.#seen.delete(oldest);
    if (isDue) this.#write(id, at);
  }

  /** Null: not in this process. */
  at(id: SessionId): number | null {
    return this.#seen.get(id)?.at ?? null;
  }

  forget(id: SessionId): void {
    this.#seen.delete(id);
  }
}
