import type { DeskSnapshot } from '../../server/contract/desk.ts';
import type { LoginRequest } from '../../server/contract/login.ts';
import type { Session } from '../../server/contract/session.ts';
import { DeskApi } from '../api/desk-api.ts';
import { HttpClient } from '../api/http-client.ts';
import { randomId } from '../platform/platform.ts';
import type { RecordsApi } from '../records/queries.ts';
import type { Softphone } from '../softphone/softphone.ts';
import { ANONYMOUS } from './anonymous.ts';
import type { DeviceChoice } from './browser-phone.ts';
import { CommandError } from './command-error.ts';
import { CommandLedger } from './command-ledger.ts';
import type { Confirmed } from './commands/command.ts';
import { createCommands, sendOwed } from './commands/desk-commands.ts';
import { OwedCommands } from './commands/owed-commands.ts';
import { isOf } from './commands/supervisor-commands.ts';
import type { CommandName, DeskCommands } from './commands/table.ts';
import type { Socket } from './connection.ts';
import { DeskFeed, type Refusal } from './desk-feed.ts';
import { GIVEN_UP, LOGOUT, NOBODY, REFUSALS } from './desk-refusals.ts';
import { DeskSession } from './desk-session.ts';
import { DeskVoice } from './desk-voice.ts';
import type { Desk, DeskState } from './desk.ts';
import { Farewells } from './farewells.ts';
import { ObservableValue } from './observable.ts';
import { isPassing, isSessionOver, type Owed } from './owed.ts';
import type { PageLock } from './page-lock.ts';
import type { KeyValueStorage } from './preferences.ts';
import { isLoggedIn } from './same-agent.ts';
import type { SessionVault } from './session-vault.ts';
import { Topics } from './topics.ts';

export interface LiveDeskOptions {
  /** Origin or base address of the Telebar server. */
  server: string;
  softphone: Softphone;
  vault: SessionVault;
  /** Keeps over a reload what the server has not confirmed yet. */
  storage?: KeyValueStorage | null;
  /** Keeps for any later page which sessions have been ended here. */
  shared?: KeyValueStorage | null;
  lock: PageLock;
  /** What elements follow beside the desk. */
  topics?: Topics;
  /** Token for the first login of this page. */
  token?: string;
  /** Asked when there is no token, or the session is refused. */
  getToken?: () => Promise<string>;
  fetch?: typeof fetch;
  openSocket?: (url: string) => Socket;
}

/**
 * The desk on a real server. The server's snapshot is the only truth about agent and calls; this class carries commands there and
 * patches back. Who is logged in, the browser's phone, the socket and what is owed have a class each.
 */
export class LiveDesk implements Desk {
  readonly commands: DeskCommands;
  readonly #options: LiveDeskOptions;
  readonly #value = new ObservableValue<DeskState>(ANONYMOUS);
  readonly #http: HttpClient;
  readonly #api: DeskApi;
  readonly #ledger = new CommandLedger(this.#value, (snapshot) => this.#withLock(snapshot));
  readonly #topics: Topics;
  readonly #owed: OwedCommands;
  readonly #voice: DeskVoice;
  readonly #session: DeskSession;
  readonly #farewells: Farewells;
  readonly #feed: DeskFeed;

  constructor(options: LiveDeskOptions) {
    this.#options = options;
    const { server, shared, fetch, softphone, openSocket } = options;
    /** One page load: the server tells our registrations and orders from those of other pages by it. */
    const clientId = randomId();
    this.#topics = options.topics ?? new Topics();
    this.#http = new HttpClient(server, fetch);
    this.#api = new DeskApi(this.#http);
    this.#owed = this.#makeOwed();
    this.#voice = new DeskVoice({
      softphone,
      server,
      provision: () => this.#api.browserDevice(clientId),
      value: this.#value,
      owed: this.#owed,
      changed: () => this.#feed.check(),
      failed: (error) => this.#ledger.fail('refreshPhone', error),
    });
    this.#session = this.#makeSession();
    this.#feed = new DeskFeed({
      server,
      clientId,
      openSocket,
      value: this.#value,
      ledger: this.#ledger,
      topics: this.#topics,
      owed: this.#owed,
      voice: this.#voice,
      overlay: (snapshot) => this.#withLock(snapshot),
      arrived: () => this.#session.arrived(),
      refused: (reason) => this.#refused(reason),
    });
    this.#farewells = new Farewells(server, shared ?? null, fetch, () => this.#showOwed());
    this.commands = this.#makeCommands();
  }

  get state(): DeskState {
    return this.#value.state;
  }

  get records(): RecordsApi {
    return this.#api;
  }

  get http(): Pick<HttpClient, 'request'> {
    return this.#http;
  }

  subscribe(listener: (state: DeskState) => void): () => void {
    return this.#value.subscribe(listener);
  }

  dismissFailure(command: CommandName): void {
    this.#ledger.dismiss(command);
  }

  /** Goes on with the session of before a reload, or logs in by token; otherwise the desk stays anonymous. */
  async start(): Promise<void> {
    this.#farewells.resume();
    await this.#session.start();
  }

  /** Plays and listens on these devices from now on. */
  selectDevices(choice: DeviceChoice): Promise<void> {
    return this.#voice.select(choice);
  }

  async dispose(): Promise<void> {
    this.#owed.stop();
    this.#farewells.stop();
    this.#session.dispose();
    await this.#voice.down();
  }

  // What it is made of

  #makeCommands(): DeskCommands {
    const state = (): DeskState => this.state;
    return createCommands({
      api: this.#api,
      shownCall: (callId) => this.state.snapshot?.calls.find(({ id }) => id === callId),
      run: (name, argument, action) => this.#run(name, argument, action),
      owed: this.#owed,
      page: {
        isLoggedIn: (request) => isLoggedIn(state(), request),
        get hasSession() {
          return state().session !== null;
        },
        get device() {
          return state().snapshot?.agent.device.kind;
        },
        login: (request) => this.#session.login(request, () => this.#voice.down()),
        logout: () => this.#logout(),
        takeOver: () => this.#session.takeOver(),
        refreshPhone: () => this.#voice.refresh(),
        bringPhoneUp: () => this.#voice.up(),
        warmUp: () => this.#voice.warmUp(),
      },
    });
  }

  #makeOwed(): OwedCommands {
    return new OwedCommands({
      storage: this.#options.storage ?? null,
      send: (owed) => this.#asAgent(() => sendOwed(this.#api, owed)),
      again: async (owed) => {
        if (this.#session.current === null) return;
        await this.#run(owed.command, [owed.callId, owed.argument], () => this.#owed.settle(owed));
      },
      late: (owed) => this.#doAlone(owed),
      givenUp: ({ command }) => this.#ledger.fail(command, new CommandError(GIVEN_UP)),
      changed: () => {
        this.#showOwed();
        this.#voice.cut();
      },
    });
  }

  #makeSession(): DeskSession {
    const { server, vault, lock, token, getToken } = this.#options;
    return new DeskSession({
      server,
      api: this.#api,
      value: this.#value,
      vault,
      lock,
      token,
      getToken,
      login: (request: LoginRequest) => this.commands.login(request),
      taken: (session) => (session === null ? this.#forgotten() : this.#taken(session)),
      connect: (session) => this.#feed.open(session),
      close: () => this.#feed.close(),
      lost: () => void this.#giveUp(),
      failed: (error) => this.#ledger.fail('login', error),
    });
  }

  // Sessions

  #taken(session: Session): void {
    const { token, endTicket: _ticket, ...shown } = session;
    this.#http.token = token;
    this.#topics.clear();
    this.#value.update({ session: shown, connection: 'connecting', snapshot: null });
    this.#owed.load(`${this.#options.server}.${session.agent.id}`);
  }

  #forgotten(): void {
    this.#http.token = null;
    this.#topics.clear();
    this.#owed.stop();
    const { failures, pending } = this.state;
    this.#value.set({ ...ANONYMOUS, owed: this.#owing(), failures, pending });
  }

  /** At once on this page; the server is told when it can be, with what it has to end before. */
  async #logout(): Promise<void> {
    const session = this.#session.current;
    if (session === null) return;
    const owed = this.#owed.part();
    this.#session.leave();
    const quiet = this.#voice.down();
    this.#session.forget();
    const http = new HttpClient(this.#options.server, this.#options.fetch);
    http.token = session.token;
    const api = new DeskApi(http);
    const before = () => Promise.all(owed.map((each) => sendOwed(api, each).catch(unlessPassing)));
    await this.#farewells.say({ ticket: session.endTicket, expiresAt: session.expiresAt, before });
    await quiet;
  }

  /** Another page carries the desk and the voice. */
  async #giveUp(): Promise<void> {
    this.#feed.close();
    this.#owed.handOver();
    this.#value.update({ connection: 'taken-over', latencyMs: null });
    await this.#voice.down();
  }

  #refused(reason: Refusal): void {
    if (reason === 'taken-over') return void this.#giveUp();
    this.#session.leave();
    void this.#voice.down();
    this.#ledger.fail('login', new CommandError({ ...REFUSALS[reason], retryable: false, details: {} }));
    this.#session.forget();
    if (reason === 'unauthorized') void this.#session.loginByToken();
  }

  // Commands

  async #run(name: CommandName, argument: unknown, action: () => Promise<Confirmed>): Promise<void> {
    try {
      await this.#ledger.run(name, argument, () => (name === 'login' ? action() : this.#asAgent(action)));
    } finally {
      this.#voice.follow();
    }
  }

  /** A session that the server takes for over is given up; what is owed is carried out in the next one. */
  async #asAgent(action: () => Promise<Confirmed>): Promise<Confirmed> {
    const session = this.#session.current;
    if (session === null) throw new CommandError(NOBODY);
    try {
      return await action();
    } catch (error) {
      const over = error instanceof CommandError && isSessionOver(error);
      if (over && this.#session.current === session) this.#refused('unauthorized');
      throw error;
    }
  }

  // What is owed

  /** The server is late: what the page can do, it does. The microphone is cut by then. */
  #doAlone({ command, callId, argument }: Owed): void {
    const { snapshot } = this.state;
    const supervision = snapshot?.supervision ?? null;
    if (command === 'stopMonitoring' && isOf(supervision, argument)) {
      this.#voice.drop(supervision.callId, false);
    }
    if (command === 'lock' && snapshot !== null) this.#value.update({ snapshot: this.#withLock(snapshot) });
    if (callId === null || (command !== 'hangup' && command !== 'reject')) return;
    this.#voice.drop(callId, command === 'reject');
  }

  #owing(): DeskState['owed'] {
    return [...this.#owed.late, ...(this.#farewells.pending ? [LOGOUT] : [])];
  }

  #showOwed(): void {
    const owed = this.#owing();
    if (owed.length > 0 || this.state.owed.length > 0) this.#value.update({ owed });
  }

  /** A desk that its agent has locked is shown locked, whatever the server knows of it. */
  #withLock(snapshot: DeskSnapshot): DeskSnapshot {
    const locked = snapshot.agent.locked || this.#owed.has(['lock'], null);
    return locked === snapshot.agent.locked
      ? snapshot
      : { ...snapshot, agent: { ...snapshot.agent, locked } };
  }
}

function unlessPassing(error: unknown): void {
  if (!(error instanceof CommandError) || isPassing(error)) throw error;
}
