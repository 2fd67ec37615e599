import type { LoginRequest } from '../../server/contract/login.ts';
import type { Session } from '../../server/contract/session.ts';
import { Backoff } from '../api/backoff.ts';
import type { DeskApi } from '../api/desk-api.ts';
import { CommandError } from './command-error.ts';
import { GIVEN_UP_WAITING, NOBODY } from './desk-refusals.ts';
import type { DeskState } from './desk.ts';
import type { ObservableValue } from './observable.ts';
import { isPassing, isSessionOver } from './owed.ts';
import type { PageLock } from './page-lock.ts';
import { isForAnother, PageTokens } from './page-tokens.ts';
import type { SessionVault } from './session-vault.ts';

/** How long a login waits for its snapshot before it says that the server is slow. */
const SNAPSHOT_LIMIT_MS = 10_000;

export interface DeskSessionOptions {
  server: string;
  api: Pick<DeskApi, 'login'>;
  value: ObservableValue<DeskState>;
  vault: SessionVault;
  lock: PageLock;
  token: string | undefined;
  getToken: (() => Promise<string>) | undefined;
  /** Logs in as the desk's command does. */
  login: (request: LoginRequest) => Promise<void>;
  /** A session begins on this page; null: it is over. */
  taken: (session: Session | null) => void;
  /** The socket is wanted. */
  connect: (session: Session) => void;
  /** Everything that is open is closed, without a word to the server. */
  close: () => void;
  /** Another page carries the desk. */
  lost: () => void;
  /** A token could not be had. */
  failed: (error: CommandError) => void;
}

/** Who is logged in on this page: kept over a reload, entered by one page at a time. */
export class DeskSession {
  readonly #options: DeskSessionOptions;
  readonly #tokens: PageTokens;
  readonly #backoff = new Backoff();
  #current: Session | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(options: DeskSessionOptions) {
    this.#options = options;
    this.#tokens = new PageTokens(options.token, options.getToken);
  }

  get current(): Session | null {
    return this.#current;
  }

  get #state(): DeskState {
    return this.#options.value.state;
  }

  /** Goes on with the session of before a reload, or logs in by token; otherwise nobody is logged in. */
  async start(): Promise<void> {
    const kept = this.#options.vault.read();
    if (kept === null || isForAnother(kept, await this.#tokens.first())) return this.loginByToken();
    this.#take(kept);
    // A refusal is in the state by then, and the desk goes on trying by itself.
    await this.#enter().catch(() => {});
  }

  async login(request: LoginRequest, before: () => Promise<void>): Promise<void> {
    const session = await this.#options.api.login(request);
    this.leave();
    await before();
    this.#options.vault.keep(session);
    this.#take(session);
    await this.#enter();
  }

  /** Tries the token of the page and, when that is refused, one more that the host's back end gives. */
  async loginByToken(attempt = 1): Promise<void> {
    clearTimeout(this.#retry);
    try {
      const token = await this.#tokens.next();
      if (token === null || this.#disposed) return;
      await this.#options.login({ token });
    } catch (error) {
      if (!(error instanceof CommandError)) return this.#noToken(error);
      if (this.#disposed || this.#current !== null) return;
      // `failures.login` shows it; only what may pass by itself is tried again.
      if (isPassing(error)) {
        this.#retry = setTimeout(() => void this.loginByToken(attempt), this.#backoff.next());
      } else if (isSessionOver(error) && attempt === 1 && this.#tokens.canAsk) {
        await this.loginByToken(attempt + 1);
      }
    }
  }

  /** The desk is there: the next failure is a new one. */
  arrived(): void {
    this.#backoff.reset();
  }

  async takeOver(): Promise<void> {
    if (this.#current === null) throw new CommandError(NOBODY);
    const settled = this.#untilConnected();
    await this.#options.lock.steal();
    this.#connect();
    await settled;
  }

  leave(): void {
    clearTimeout(this.#retry);
    this.#options.close();
    this.#options.lock.release();
  }

  forget(): void {
    this.#options.vault.clear();
    this.#current = null;
    this.#options.taken(null);
  }

  dispose(): void {
    this.#disposed = true;
    this.leave();
  }

  #take(session: Session): void {
    this.#current = session;
    this.#options.taken(session);
  }

  /** Resolves when the first snapshot is there or another page carries the desk. */
  async #enter(): Promise<void> {
    const session = this.#current;
    if (session === null) return;
    const settled = this.#untilConnected();
    const mine = await this.#options.lock.acquire(`${this.#options.server}:${session.agent.id}`, {
      onLost: () => this.#options.lost(),
      onRegained: () => this.#connect(),
    });
    if (this.#current !== session || this.#disposed) return;
    if (mine) this.#connect();
    else this.#options.value.update({ connection: 'taken-over' });
    await settled;
  }

  #connect(): void {
    if (this.#current !== null && !this.#disposed) this.#options.connect(this.#current);
  }

  #untilConnected(): Promise<void> {
    return new Promise((resolve, reject) => {
      let seen = this.#state.connection;
      const timer = setTimeout(() => {
        unsubscribe();
        reject(new CommandError(GIVEN_UP_WAITING));
      }, SNAPSHOT_LIMIT_MS);
      const unsubscribe = this.#options.value.subscribe(({ connection, failures }) => {
        const changed = connection !== seen;
        seen = connection;
        if (!changed || connection === 'connecting' || connection === 'reconnecting') return;
        unsubscribe();
        clearTimeout(timer);
        if (connection === 'anonymous') reject(new CommandError(failures.login ?? NOBODY));
        else resolve();
      });
    });
  }

  /** The host's own `getToken` has failed. */
  #noToken(error: unknown): void {
    const message = `The page gave no token: ${String(error)}`;
    this.#options.failed(new CommandError({ code: 'token-missing', message, retryable: true, details: {} }));
  }
}
