import { ANONYMOUS } from './anonymous.ts';
import { CommandError, type CommandName, type Desk, type DeskCommands, type DeskState } from './desk.ts';
import type { LiveDesk } from './live-desk.ts';
import type { DeviceChoice } from './browser-phone.ts';
import { ObservableValue } from './observable.ts';
import type { RecordsApi } from '../records/queries.ts';

const COMMANDS = {
  login: 1,
  logout: 1,
  signIn: 1,
  signOut: 1,
  pause: 1,
  resumeWork: 1,
  endAcw: 1,
  setNextState: 1,
  lock: 1,
  unlock: 1,
  listPhones: 1,
  dial: 1,
  answer: 1,
  reject: 1,
  hangup: 1,
  hangupLeg: 1,
  hold: 1,
  resumeCall: 1,
  mute: 1,
  unmute: 1,
  sendDigits: 1,
  setCallData: 1,
  linkCustomer: 1,
  wrapUp: 1,
  refreshPhone: 1,
  takeOver: 1,
} as const satisfies Record<CommandName, 1>;

const RECORDS = {
  customersByNumber: 1,
  searchCustomers: 1,
  customer: 1,
  createCustomer: 1,
  updateCustomer: 1,
  callHistory: 1,
  callRecord: 1,
  deskPhones: 1,
} as const satisfies Record<keyof RecordsApi, 1>;

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
    this.commands = forwarders(
      COMMANDS,
      (name) =>
        (...args) =>
          this.#command(name, args),
    ) as never;
    this.records = forwarders(RECORDS, (name) => async (...args) => {
      const records = (await this.#get()).records as unknown as Record<string, Method>;
      return records[name]?.(...args);
    }) as never;
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

function forwarders<Name extends string>(
  names: Record<Name, 1>,
  make: (name: Name) => Method,
): Record<Name, Method> {
  const entries = (Object.keys(names) as Name[]).map((name) => [name, make(name)] as const);
  return Object.fromEntries(entries) as Record<Name, Method>;
}
