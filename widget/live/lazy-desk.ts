import { ANONYMOUS } from './anonymous.ts';
import { CommandError } from './command-error.ts';
import type { CommandName, DeskCommands } from './commands/table.ts';
import type { Desk, DeskState } from './desk.ts';
import type { LiveDesk } from './live-desk.ts';
import type { DeviceChoice } from './browser-phone.ts';
import { ObservableValue } from './observable.ts';
import type { RecordsApi } from '../records/queries.ts';

type Method = (...args: unknown[]) => Promise<unknown>;

export interface LazyDeskOptions {
  /** Fetches the code and makes the desk; called once, with the first login or to go on with a session. */
  load: () => Promise<LiveDesk>;
  /** Whether there is a session to go on with, or a token to log in by. */
  mayResume: () => boolean;
  /** Called in the turn of a login, while the browser still sees the user's click. */
  onLogin: () => void;
}

/** A desk whose code is fetched when somebody logs in, so that a page that only shows the bar does not load it. */
export class LazyDesk implements Desk {
  readonly commands: DeskCommands;
  readonly records: RecordsApi;
  readonly #options: LazyDeskOptions;
  readonly #value = new ObservableValue<DeskState>(ANONYMOUS);
  #loading: Promise<LiveDesk> | null = null;
  #loaded: LiveDesk | null = null;
  #disposed = false;

  constructor(options: LazyDeskOptions) {
    this.#options = options;
    this.commands = forwarder<DeskCommands>((name, args) => this.#command(name as CommandName, args));
    this.records = forwarder<RecordsApi>(async (name, args) => {
      const records = (await this.#get()).records as unknown as Record<string, Method>;
      return records[name]?.(...args);
    });
  }

  get state(): DeskState {
    return this.#value.state;
  }

  subscribe(listener: (state: DeskState) => void): () => void {
    return this.#value.subscribe(listener);
  }

  dismissFailure(command: CommandName): void {
    if (this.#loaded !== null) return this.#loaded.dismissFailure(command);
    const { [command]: _dismissed, ...failures } = this.state.failures;
    this.#value.update({ failures });
  }

  /** Goes on with the session of before a reload, or logs in by token; otherwise the desk stays anonymous. */
  async start(): Promise<void> {
    if (!this.#options.mayResume()) return;
    // A reload in a call must not show a login form for a moment.
    this.#value.update({ connection: 'connecting' });
    try {
      const desk = await this.#get();
      await desk.start();
      // It may have found nothing to go on with, and then had nothing to tell.
      if (!this.#disposed) this.#value.set(desk.state);
    } catch (error) {
      this.#failed('login', error);
    }
  }

  async selectDevices(choice: DeviceChoice): Promise<void> {
    await (await this.#get()).selectDevices(choice);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#loading?.then(
      (desk) => desk.dispose(),
      () => {
        // Never came; there is nothing to close.
      },
    );
  }

  async #command(name: CommandName, args: unknown[]): Promise<unknown> {
    if (name === 'login') this.#options.onLogin();
    else if (this.#loaded === null) {
      // Nobody has logged in: it is as asked.
      if (name === 'logout') return;
      throw new CommandError({
        code: 'token-missing',
        message: 'Nobody is logged in.',
        retryable: false,
        details: {},
      });
    }
    // In the turn of the click, once it is there.
    let desk = this.#loaded;
    try {
      if (desk === null) this.#value.update({ pending: new Set([name]) });
      desk ??= await this.#get();
    } catch (error) {
      throw this.#failed(name, error);
    }
    return (desk.commands as unknown as Record<CommandName, Method>)[name](...args);
  }

  /** Fetches the rest of the desk: what is asked of the server by who has not logged in needs it. */
  async load(): Promise<void> {
    await this.#get();
  }

  #get(): Promise<LiveDesk> {
    this.#loading ??= this.#options.load().then(
      (desk) => {
        if (this.#disposed) return desk;
        this.#loaded = desk;
        desk.subscribe((state) => this.#value.set(state));
        return desk;
      },
      (error: unknown) => {
        // A broken download is tried again with the next login.
        this.#loading = null;
        throw error;
      },
    );
    return this.#loading;
  }

  #failed(name: CommandName, error: unknown): CommandError {
    console.error('Telebar', error);
    const failure = { code: 'offline', message: String(error), retryable: true, details: {} } as const;
    this.#value.set({ ...ANONYMOUS, failures: { ...this.state.failures, [name]: failure } });
    return new CommandError(failure);
  }
}

/** Whatever is called on it is passed on by its name: which methods there are is known where they are made. */
function forwarder<T extends object>(pass: (name: string, args: unknown[]) => Promise<unknown>): T {
  return new Proxy({} as T, {
    get:
      (_, name: string) =>
      (...args: unknown[]) =>
        pass(name, args),
  });
}
