import type { DeskSnapshot } from '../../server/contract/desk.ts';
import type { LoginRequest, Session } from '../../server/contract/session.ts';
import { randomId } from '../platform/platform.ts';
import { Backoff } from '../api/backoff.ts';
import { DeskApi } from '../api/desk-api.ts';
import { HttpClient } from '../api/http-client.ts';
import { RealtimeClient, type RealtimeEvent, type Socket } from '../api/realtime-client.ts';
import type { Softphone } from '../softphone/softphone.ts';
import { BrowserPhone, socketAddress, type DeviceChoice } from './browser-phone.ts';
import { CommandLedger, type Confirmed } from './command-ledger.ts';
import { applyChanges } from './desk-changes.ts';
import { createCommands, sendOwed } from './commands/desk-commands.ts';
import { Farewells } from './farewells.ts';
import { CommandError, type CommandName, type Desk, type DeskCommands, type DeskState } from './desk.ts';
import { ANONYMOUS } from './anonymous.ts';
import { ObservableValue } from './observable.ts';
import { OwedCommands } from './commands/owed-commands.ts';
import { isPassing, isSessionOver, type Owed } from './owed.ts';
import type { PageLock } from './page-lock.ts';
import { isForAnother, PageTokens } from './page-tokens.ts';
import type { KeyValueStorage } from './preferences.ts';
import type { RecordsApi } from '../records/queries.ts';
import type { SessionVault } from './session-vault.ts';

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
  /** Token for the first login of this page. */
  token?: string;
  /** Asked when there is no token, or the session is refused. */
  getToken?: () => Promise<string>;
  fetch?: typeof fetch;
  openSocket?: (url: string) => Socket;
}

/** How long a login waits for its snapshot before it says that the server is slow. */
const SNAPSHOT_LIMIT_MS = 10_000;

/**
 * The desk on a real server. The server's snapshot is the only truth about agent and calls; this class carries commands
 * there and patches back, keeps the session over reloads, and runs the browser's phone as the server orders.
 */
export class LiveDesk implements Desk {
  readonly commands: DeskCommands;
  readonly #options: LiveDeskOptions;
  readonly #value = new ObservableValue<DeskState>(ANONYMOUS);
  readonly #http: HttpClient;
  readonly #api: DeskApi;
  readonly #phone: BrowserPhone;
  readonly #ledger = new CommandLedger(this.#value, (snapshot) => this.#withLock(snapshot));
  /** One page load: the server tells our registrations and orders from those of other pages by it. */
  readonly #clientId = randomId();
  readonly #backoff = new Backoff();
  readonly #tokens: PageTokens;
  #realtime: RealtimeClient | null = null;
  /** Token of the running session; survives in the vault. */
  #session: Session | null = null;
  readonly #owed: OwedCommands;
  readonly #farewells: Farewells;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(options: LiveDeskOptions) {
    this.#options = options;
    this.#tokens = new PageTokens(options.token, options.getToken);
    this.#http = new HttpClient(options.server, options.fetch);
    this.#api = new DeskApi(this.#http);
    this.#phone = new BrowserPhone({
      softphone: options.softphone,
      provision: () => this.#api.browserDevice(this.#clientId),
      server: options.server,
      isGivenUp: (callId) => this.#owed.has(['hangup', 'reject'], callId),
      onState: (phone) => {
        const before = this.state.phone;
        this.#value.update({ phone, ...(phone.legs.length === 0 ? { quality: null } : {}) });
        const changed = before.registration !== phone.registration || before.microphone !== phone.microphone;
        if (changed) this.#realtime?.check();
        this.#followMute();
      },
      onQuality: ({ mos, roundTripMs, jitterMs, lossIn }) =>
        this.#value.update({ quality: { mos, roundTripMs, jitterMs, lossIn } }),
    });
    this.#owed = new OwedCommands({
      storage: options.storage ?? null,
      send: (owed) => this.#asAgent(() => sendOwed(this.#api, owed)),
      again: async (owed) => {
        if (this.#session === null) return;
        await this.#run(owed.command, [owed.callId, owed.argument], () => this.#owed.settle(owed));
      },
      late: (owed) => this.#doAlone(owed),
      givenUp: ({ command }) => this.#ledger.fail(command, new CommandError(GIVEN_UP)),
      changed: () => {
        this.#showOwed();
        this.#cutMicrophone();
      },
    });
    const { server, shared, fetch } = options;
    this.#farewells = new Farewells(server, shared ?? null, fetch, () => this.#showOwed());
    this.commands = createCommands({
      api: this.#api,
      state: () => this.state,
      run: (name, argument, action) => this.#run(name, argument, action),
      login: (request) => this.#login(request),
      logout: () => this.#logout(),
      takeOver: () => this.#takeOver(),
      refreshPhone: () => this.#phone.refresh(),
      bringPhoneUp: () => this.#phone.up(),
      warmUp: () => this.#phone.warmUp(),
      owed: this.#owed,
    });
  }

  get state(): DeskState {
    return this.#value.state;
  }

  get records(): RecordsApi {
    return this.#api;
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
    const kept = this.#options.vault.read();
    if (kept !== null && !isForAnother(kept, await this.#tokens.first())) {
      this.#take(kept);
      // A refusal is in the state by then, and the desk goes on trying by itself.
      await this.#enter().catch(() => {});
      return;
    }
    await this.#loginByToken();
  }

  /** Plays and listens on these devices from now on. */
  selectDevices(choice: DeviceChoice): Promise<void> {
    return this.#phone.select(choice);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#owed.stop();
    this.#farewells.stop();
    this.#leave();
    await this.#phone.down();
  }

  // Logging in and out

  async #login(request: LoginRequest): Promise<void> {
    const session = await this.#api.login(request);
    this.#leave();
    await this.#phone.down();
    this.#options.vault.keep(session);
    this.#take(session);
    await this.#enter();
  }

  /** At once on this page; the server is told when it can be, with what it has to end before. */
  async #logout(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    const owed = this.#owed.part();
    this.#leave();
    const quiet = this.#phone.down();
    this.#forget();
    const http = new HttpClient(this.#options.server, this.#options.fetch);
    http.token = session.token;
    const api = new DeskApi(http);
    const before = () => Promise.all(owed.map((each) => sendOwed(api, each).catch(unlessPassing)));
    await this.#farewells.say({ ticket: session.endTicket, expiresAt: session.expiresAt, before });
    await quiet;
  }

  /** Tries the token of the page and, when that is refused, one more that the host's back end gives. */
  async #loginByToken(attempt = 1): Promise<void> {
    clearTimeout(this.#retry);
    try {
      const token = await this.#tokens.next();
      if (token === null || this.#disposed) return;
      await this.commands.login({ token });
    } catch (error) {
      if (!(error instanceof CommandError)) return this.#noToken(error);
      if (this.#disposed || this.#session !== null) return;
      // `failures.login` shows it; only what may pass by itself is tried again.
      if (isPassing(error)) {
        this.#retry = setTimeout(() => void this.#loginByToken(attempt), this.#backoff.next());
      } else if (isSessionOver(error) && attempt === 1 && this.#tokens.canAsk) {
        await this.#loginByToken(attempt + 1);
      }
    }
  }

  /** The host's own `getToken` has failed. */
  #noToken(error: unknown): void {
    const message = `The page gave no token: ${String(error)}`;
    this.#ledger.fail(
      'login',
      new CommandError({ code: 'token-missing', message, retryable: true, details: {} }),
    );
  }

  #take(session: Session): void {
    const { token, endTicket: _ticket, ...shown } = session;
    this.#session = session;
    this.#http.token = token;
    this.#value.update({ session: shown, connection: 'connecting', snapshot: null });
    this.#owed.load(`${this.#options.server}.${session.agent.id}`);
  }

  #forget(): void {
    this.#options.vault.clear();
    this.#session = null;
    this.#http.token = null;
    this.#owed.stop();
    this.#value.set({
      ...ANONYMOUS,
      owed: this.#owing(),
      failures: this.state.failures,
      pending: this.state.pending,
    });
  }

  // The connection

  /** Resolves when the first snapshot is there or another page carries the desk. */
  async #enter(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    const settled = this.#untilConnected();
    const mine = await this.#options.lock.acquire(`${this.#options.server}:${session.agent.id}`, {
      onLost: () => void this.#giveUp(),
      onRegained: () => this.#connect(),
    });
    if (this.#session !== session || this.#disposed) return;
    if (mine) this.#connect();
    else this.#value.update({ connection: 'taken-over' });
    await settled;
  }

  #connect(): void {
    const session = this.#session;
    if (session === null || this.#disposed) return;
    this.#realtime?.close();
    this.#value.update({ connection: this.state.snapshot === null ? 'connecting' : 'reconnecting' });
    this.#realtime = new RealtimeClient(
      {
        url: socketAddress('/realtime', this.#options.server),
        token: session.token,
        clientId: this.#clientId,
        phone: () => this.#heartbeatPhone(),
        ...(this.#options.openSocket === undefined ? {} : { openSocket: this.#options.openSocket }),
      },
      (event) => this.#hear(event),
    );
    this.#bringPhoneUp();
  }

  /** Closes everything that this page has open, without a word to the server. */
  #leave(): void {
    clearTimeout(this.#retry);
    this.#realtime?.close();
    this.#realtime = null;
    this.#options.lock.release();
  }

  /** Another page carries the desk and the voice. */
  async #giveUp(): Promise<void> {
    this.#realtime?.close();
    this.#realtime = null;
    this.#owed.handOver();
    this.#value.update({ connection: 'taken-over', latencyMs: null });
    await this.#phone.down();
  }

  async #takeOver(): Promise<void> {
    if (this.#session === null) throw new CommandError(NOBODY);
    const settled = this.#untilConnected();
    await this.#options.lock.steal();
    this.#connect();
    await settled;
  }

  #untilConnected(): Promise<void> {
    return new Promise((resolve, reject) => {
      let seen = this.state.connection;
      const timer = setTimeout(() => {
        unsubscribe();
        reject(
          new CommandError({ code: 'timeout', message: 'The server is slow.', retryable: true, details: {} }),
        );
      }, SNAPSHOT_LIMIT_MS);
      const unsubscribe = this.subscribe(({ connection, failures }) => {
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

  #hear(event: RealtimeEvent): void {
    switch (event.type) {
      case 'snapshot':
        this.#ledger.replaced();
        this.#value.update({
          snapshot: this.#withLock(event.snapshot),
          connection: 'online',
          clockOffsetMs: this.state.latencyMs === null ? event.time - Date.now() : this.state.clockOffsetMs,
        });
        this.#backoff.reset();
        this.#owed.resume(event.snapshot);
        this.#followMute();
        return this.#bringPhoneUp();
      case 'resumed':
        this.#value.update({ connection: 'online' });
        if (this.state.snapshot !== null) this.#owed.resume(this.state.snapshot);
        return;
      case 'changes': {
        const { snapshot } = this.state;
        if (snapshot === null) return;
        this.#ledger.changed(event.changes);
        const changed = applyChanges(snapshot, event.changes);
        this.#value.update({ snapshot: this.#withLock(changed) });
        this.#owed.observe(changed);
        return this.#followMute();
      }
      case 'answer-leg':
        return this.#phone.answerWhenRinging(event.legId);
      case 'phone-moved':
        return this.#phone.moved();
      case 'pulse':
        return this.#value.update({ latencyMs: event.latencyMs, clockOffsetMs: event.clockOffsetMs });
      case 'lost':
        return this.#value.update({
          connection: this.state.snapshot === null ? 'connecting' : 'reconnecting',
          latencyMs: null,
        });
      case 'refused':
        return this.#refused(event.reason);
      default:
        return event satisfies never;
    }
  }

  #refused(reason: Extract<RealtimeEvent, { type: 'refused' }>['reason']): void {
    if (reason === 'taken-over') return void this.#giveUp();
    this.#leave();
    void this.#phone.down();
    this.#ledger.fail('login', new CommandError({ ...REFUSALS[reason], retryable: false, details: {} }));
    this.#forget();
    if (reason === 'unauthorized') void this.#loginByToken();
  }

  // The phone

  #bringPhoneUp(): void {
    if (this.state.snapshot !== null && this.state.snapshot.agent.device.kind !== 'browser') return;
    if (this.state.snapshot?.agent.device.online === false) this.#phone.disowned();
    this.#phone.up().catch((error: unknown) => {
      if (error instanceof CommandError && error.code !== 'offline') this.#ledger.fail('refreshPhone', error);
    });
  }

  #heartbeatPhone(): { registered: boolean; microphone: DeskState['phone']['microphone'] } | null {
    const { snapshot, phone } = this.state;
    if (snapshot !== null && snapshot.agent.device.kind !== 'browser') return null;
    return { registered: phone.registration === 'registered', microphone: phone.microphone };
  }

  /** The microphone follows what the server says of the call; only cutting it may run ahead. */
  #followMute(): void {
    if (this.state.snapshot !== null) this.#phone.follow(this.state.snapshot.calls);
    for (const call of this.state.snapshot?.calls ?? []) {
      if (call.legId !== null) this.#phone.setMuted(call.legId, call.muted || this.#isSilenced(call.id));
    }
    this.#cutMicrophone();
  }

  #cutMicrophone(): void {
    for (const { id, legId } of this.state.snapshot?.calls ?? []) {
      if (legId !== null && this.#isSilenced(id)) this.#phone.setMuted(legId, true);
    }
    for (const { legId, callId } of this.state.phone.legs) {
      if (callId !== null && this.#isSilenced(callId)) this.#phone.setMuted(legId, true);
    }
  }

  /** The agent does not want to be heard there any more. */
  #isSilenced(callId: string): boolean {
    return this.#owed.has(['hangup', 'hold', 'mute'], callId);
  }

  /** The server is late: what the page can do, it does. The microphone is cut by then. */
  #doAlone({ command, callId }: Owed): void {
    const { snapshot } = this.state;
    if (command === 'lock' && snapshot !== null) this.#value.update({ snapshot: this.#withLock(snapshot) });
    if (callId === null || (command !== 'hangup' && command !== 'reject')) return;
    const legId = snapshot?.calls.find(({ id }) => id === callId)?.legId ?? null;
    this.#phone.drop(callId, legId, command === 'reject');
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

  async #run(name: CommandName, argument: unknown, action: () => Promise<Confirmed>): Promise<void> {
    try {
      await this.#ledger.run(name, argument, () => (name === 'login' ? action() : this.#asAgent(action)));
    } finally {
      this.#followMute();
    }
  }

  /** A session that the server takes for over is given up; what is owed is carried out in the next one. */
  async #asAgent(action: () => Promise<Confirmed>): Promise<Confirmed> {
    const session = this.#session;
    if (session === null) throw new CommandError(NOBODY);
    try {
      return await action();
    } catch (error) {
      const over = error instanceof CommandError && isSessionOver(error);
      if (over && this.#session === session) this.#refused('unauthorized');
      throw error;
    }
  }
}

function unlessPassing(error: unknown): void {
  if (!(error instanceof CommandError) || isPassing(error)) throw error;
}

/** Why the server has ended the connection for good. */
const REFUSALS = {
  unauthorized: { code: 'token-expired', message: 'The session is over.' },
  forbidden: { code: 'origin-not-allowed', message: 'The team does not allow pages of this origin.' },
  'version-mismatch': {
    code: 'unavailable',
    message: 'The page must be reloaded: the server has another version.',
  },
} as const;

const LOGOUT = { command: 'logout', callId: null } as const;

const GIVEN_UP = {
  code: 'given-up',
  message: 'It could not be carried out in time.',
  retryable: true,
  details: {},
} as const;

const NOBODY = {
  code: 'token-missing',
  message: 'Nobody is logged in.',
  retryable: false,
  details: {},
} as const;
