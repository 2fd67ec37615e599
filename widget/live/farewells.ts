import { Backoff } from '../api/backoff.ts';
import { HttpClient, type Fetch } from '../api/http-client.ts';
import { CommandError } from './command-error.ts';
import { isPassing } from './owed.ts';
import type { KeyValueStorage } from './preferences.ts';
import { endedKey } from './session-key.ts';
import { readList, writeList } from './stored-list.ts';

/** A session that its agent has ended, and that the server may take for open. */
interface Farewell {
  /** Ends it and does nothing else. */
  readonly ticket: string;
  /** When it ends by itself, ms since the epoch. */
  readonly expiresAt: number;
  /** Says what has to be heard first; rejects when it could not be said. Lost with the page. */
  readonly before?: () => Promise<unknown>;
}

/** Whoever logs out does not wait for the server any longer, ms. */
const LATE_MS = 1000;
/** A server that hangs is asked again, ms. */
const ANSWER_MS = 5000;

/**
 * Tells the server which sessions have been ended here, until it has heard it. Logging out is not put off until the server
 * is there; the session is, and the next page that is opened goes on telling.
 */
export class Farewells {
  /** Whether the server has been told of less than the agent believes. */
  pending = false;
  readonly #http: HttpClient;
  readonly #storage: KeyValueStorage | null;
  readonly #key: string;
  readonly #changed: () => void;
  readonly #backoff = new Backoff();
  #list: readonly Farewell[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param storage shared by all pages of this browser, also by those that are opened when this one is closed */
  constructor(server: string, storage: KeyValueStorage | null, fetch?: Fetch, changed = () => {}) {
    this.#http = new HttpClient(server, fetch);
    this.#storage = storage;
    this.#key = endedKey(server);
    this.#changed = changed;
  }

  /** Resolves when the server knows, or is late; then it is told as soon as it can be. */
  async say(farewell: Farewell): Promise<void> {
    this.#keep([...this.#kept(), farewell]);
    this.#list = [...this.#list, farewell];
    const late = new Promise((resolve) => setTimeout(resolve, LATE_MS));
    await Promise.race([this.#tell(farewell), late]);
    this.#show();
  }

  /** Goes on with what pages before this one could not tell. */
  resume(): void {
    this.#list = this.#kept();
    this.#tellAll();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tellAll(): void {
    for (const farewell of this.#list) void this.#tell(farewell);
  }

  async #tell(farewell: Farewell): Promise<void> {
    const { ticket, expiresAt, before } = farewell;
    try {
      await before?.();
      if (expiresAt > Date.now()) await this.#end(ticket);
    } catch (error) {
      // Anything else is an answer: it is over already, or this is another server by now.
      if (!(error instanceof CommandError) || isPassing(error)) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#tellAll(), this.#backoff.next());
        return;
      }
    }
    this.#list = this.#list.filter((each) => each !== farewell);
    this.#keep(this.#kept().filter((each) => each.ticket !== ticket));
    this.#show();
  }

  #end(ticket: string): Promise<unknown> {
    const request = { method: 'POST', path: '/sessions/end', body: { ticket }, schema: null } as const;
    return this.#http.request({ ...request, timeoutMs: ANSWER_MS });
  }

  #show(): void {
    this.pending = this.#list.length > 0;
    this.#changed();
  }

  #kept(): Farewell[] {
    return readList(this.#storage, this.#key, isFarewell);
  }

  #keep(list: readonly Farewell[]): void {
    writeList(this.#storage, this.#key, list);
  }
}

function isFarewell(value: unknown): value is Farewell {
  const { ticket, expiresAt } = (value ?? {}) as Partial<Farewell>;
  return typeof ticket === 'string' && typeof expiresAt === 'number';
}
