import { randomId } from '../platform/platform.ts';
import { UA, debug } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { RTCSessionEvent, UnRegisteredEvent } from 'jssip/lib/UA';
import { Backoff } from '../api/backoff.ts';
import { onPage } from '../platform/page-events.ts';
import { JsSipLeg, type LegIdentity } from './jssip-leg.ts';
import { LeavingAgents } from './leaving-agents.ts';
import { Microphone } from './microphone.ts';
import { Speaker } from './speaker.ts';
import { SipSocket } from './sip-socket.ts';
import type {
  MicrophoneState,
  RegistrationState,
  Softphone,
  SoftphoneAccount,
  SoftphoneEvent,
  SoftphoneState,
} from './softphone.ts';

silenceJsSip();

/** `start` does not wait longer than this for the registration. */
const START_LIMIT_MS = 8000;
const REGISTER_EXPIRES_S = 120;
/** The server ends ringing; JsSIP's own minute must not come first. */
const NO_ANSWER_S = 3600;

/** The softphone on JsSIP. */
export class JsSipSoftphone implements Softphone {
  readonly #listeners = new Set<(event: SoftphoneEvent) => void>();
  readonly #legs = new Map<string, JsSipLeg>();
  readonly #leaving = new LeavingAgents();
  readonly #speaker = new Speaker(() => this.#tell());
  /** Only looked at: what rings is the page's. */
  readonly #ringer = new Speaker(() => this.#tell());
  readonly #microphone = new Microphone({
    changed: () => this.#tell(),
    replaced: () => void this.#changeMicrophones(),
    inUse: () => this.#legs.size > 0,
  });
  readonly #backoff = new Backoff();
  #registration: RegistrationState = 'stopped';
  #latencyMs: number | null = null;
  #account: SoftphoneAccount | null = null;
  #agent: UA | null = null;
  #socket: SipSocket | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #abort = new AbortController();
  /** The session of a call out that is being made: JsSIP announces it before `call` returns. */
  #outgoing: { identity: LegIdentity; track: MediaStreamTrack } | null = null;

  get state(): SoftphoneState {
    return {
      registration: this.#registration,
      microphone: this.#microphone.state,
      absent: [
        ...(this.#microphone.substituted ? (['microphone'] as const) : []),
        ...(this.#speaker.substituted ? (['speaker'] as const) : []),
        ...(this.#ringer.substituted ? (['ring'] as const) : []),
      ],
      latencyMs: this.#latencyMs,
      legs: [...this.#legs.values()].map((leg) => leg.view),
    };
  }

  subscribe(listener: (event: SoftphoneEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async start(account: SoftphoneAccount): Promise<void> {
    const same = JSON.stringify(account) === JSON.stringify(this.#account);
    if (same && this.#agent !== null && this.#registration !== 'refused') return this.refresh();
    if (this.#agent !== null && this.#registration === 'registered' && isRenewal(this.#account, account)) {
      // The contact stays: a new one would miss the call that rings at this very moment.
      this.#account = account;
      this.#agent.set('password', account.password);
      return this.#agent.register();
    }
    // What is being said goes on where it is; new calls come to the new registration.
    this.#leaveAgent();
    this.#stopAgent();
    this.#account = account;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    onPage(window, 'online', () => this.refresh(), { signal });
    onPage(window, 'pageshow', ({ persisted }: PageTransitionEvent) => persisted && this.refresh(), {
      signal,
    });
    onPage(document, 'visibilitychange', () => document.hidden || this.#socket?.check(), { signal });
    navigator.mediaDevices?.addEventListener('devicechange', () => this.#devicesChanged(), { signal });
    this.#startAgent(account);
    await this.#untilRegistered();
  }

  stop(): Promise<void> {
    this.#stopAgent();
    this.#leaving.stop();
    this.#microphone.close();
    this.#account = null;
    this.#set('stopped');
    return Promise.resolve();
  }

  async prepareMicrophone(): Promise<MicrophoneState> {
    const state = await this.#microphone.prepare();
    // Only a page that was allowed to listen is told which devices there are.
    this.#outputsChanged();
    return state;
  }

  async answer(legId: string): Promise<void> {
    const leg = this.#legs.get(legId);
    if (leg === undefined) throw new Error('no-such-leg');
    await leg.answer(this.#pcConfig());
  }

  drop(legId: string, statusCode?: number): void {
    this.#legs.get(legId)?.drop(statusCode);
  }

  setMuted(legId: string, muted: boolean): void {
    this.#legs.get(legId)?.setMuted(muted);
  }

  async call(number: string): Promise<string> {
    if (this.#agent === null) throw new Error('The phone is not started.');
    const track = await this.#microphone.take();
    const identity: LegIdentity = {
      legId: randomId(),
      callId: null,
      direction: 'outgoing',
      remoteNumber: number,
      autoAnswer: false,
    };
    this.#outgoing = { identity, track };
    try {
      this.#agent.call(number, { mediaStream: new MediaStream([track]), pcConfig: this.#pcConfig() });
    } catch (error) {
      this.#microphone.release(track);
      throw error;
    } finally {
      this.#outgoing = null;
    }
    return identity.legId;
  }

  sendDigits(legId: string, digits: string): void {
    this.#legs.get(legId)?.sendDigits(digits);
  }

  async selectMicrophone(deviceId: string | null): Promise<void> {
    this.#microphone.select(deviceId);
    await this.#changeMicrophones();
  }

  async selectOutputs(speakerId: string | null, ringId: string | null): Promise<void> {
    await this.#speaker.select(speakerId);
    // One device is missed once.
    await this.#ringer.select(ringId === speakerId ? null : ringId);
  }

  async keepMicrophone(keep: boolean): Promise<void> {
    this.#microphone.keep(keep);
    if (keep && this.#registration === 'registered') await this.#microphone.prepare();
  }

  refresh(): void {
    this.#socket?.check();
    for (const leg of this.#legs.values()) leg.recover();
  }

  #startAgent(account: SoftphoneAccount): void {
    const socket = new SipSocket(
      account.server,
      (latencyMs) => {
        if (this.#socket !== socket) return;
        this.#latencyMs = latencyMs;
        this.#tell();
      },
      () => {
        if (this.#socket === socket) this.#displaced();
      },
    );
    const agent = new UA({
      sockets: socket,
      uri: account.uri,
      authorization_user: account.username,
      password: account.password,
      realm: account.realm,
      register: true,
      register_expires: REGISTER_EXPIRES_S,
      // The switch watches its legs itself (RFC 4028 is optional); JsSIP still answers refreshes.
      session_timers: false,
      no_answer_timeout: NO_ANSWER_S,
      user_agent: 'Telebar',
    });
    this.#socket = socket;
    this.#agent = agent;
    const mine = (action: () => void) => (): void => {
      if (this.#agent === agent) action();
    };
    agent.on(
      'connecting',
      mine(() => this.#set(this.#registration === 'lost' ? 'lost' : 'connecting')),
    );
    agent.on(
      'disconnected',
      mine(() => this.#set('lost')),
    );
    agent.on(
      'registered',
      mine(() => this.#registered()),
    );
    agent.on(
      'unregistered',
      mine(() => this.#set('lost')),
    );
    agent.on('registrationFailed', (event) => {
      if (this.#agent === agent) this.#registrationFailed(event);
    });
    agent.on('newRTCSession', (event: RTCSessionEvent) => {
      if (this.#agent === agent) this.#hearSession(event);
    });
    this.#set('connecting');
    agent.start();
  }

  /** The agent registers no more; its calls go on. */
  #leaveAgent(): void {
    const agent = this.#agent;
    if (agent === null) return;
    this.#agent = null;
    this.#leaving.add(
      agent,
      [...this.#legs.keys()].filter((legId) => !this.#leaving.has(legId)),
    );
  }

  #stopAgent(): void {
    this.#abort.abort();
    clearTimeout(this.#again);
    const agent = this.#agent;
    this.#agent = null;
    this.#socket = null;
    this.#latencyMs = null;
    agent?.stop();
  }

  #registered(): void {
    this.#backoff.reset();
    this.#set('registered');
  }

  #registrationFailed({ response }: UnRegisteredEvent): void {
    const status = Number((response as { status_code?: number } | null)?.status_code ?? 0);
    if (status === 401 || status === 403 || status === 404 || status === 407) {
      // The credential is of no use any more; trying on would only count as an attack.
      this.#leaveAgent();
      return this.#set('refused');
    }
    this.#set('lost');
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#agent?.register(), this.#backoff.next());
  }

  #displaced(): void {
    this.#agent?.stop();
    this.#set('displaced');
  }

  #hearSession({ originator, session, request }: RTCSessionEvent): void {
    if ((originator as string) === 'remote') {
      const legId = header(request, 'X-Telebar-Leg') ?? randomId();
      this.#addLeg(session, {
        legId,
        callId: header(request, 'X-Telebar-Call'),
        direction: 'incoming',
        remoteNumber: session.remote_identity.uri.user ?? '',
        autoAnswer: isYes(header(request, 'X-Telebar-Auto-Answer')),
      });
      // A call may come of it: the device is awake by the time somebody answers.
      void this.#microphone.prepare();
    } else if (this.#outgoing !== null) {
      this.#addLeg(session, this.#outgoing.identity).useTrack(this.#outgoing.track);
    }
  }

  #addLeg(session: RTCSession, identity: LegIdentity): JsSipLeg {
    const { legId } = identity;
    const audio = this.#speaker.open();
    const leg = new JsSipLeg(identity, session, this.#microphone, audio, {
      changed: () => this.#tell(),
      quality: (quality) => this.#emit({ type: 'quality', legId, ...quality }),
      ended: (cause) => {
        this.#legs.delete(legId);
        this.#speaker.close(audio);
        this.#microphone.settle();
        this.#leaving.ended(legId);
        this.#tell();
        this.#emit({ type: 'leg-ended', legId, cause });
      },
    });
    this.#legs.set(legId, leg);
    this.#tell();
    return leg;
  }

  #devicesChanged(): void {
    void this.#microphone.devicesChanged();
    this.#outputsChanged();
  }

  #outputsChanged(): void {
    void this.#speaker.devicesChanged();
    void this.#ringer.devicesChanged();
  }

  async #changeMicrophones(): Promise<void> {
    await Promise.all([...this.#legs.values()].map((leg) => leg.changeMicrophone()));
    this.#microphone.settle();
  }

  #pcConfig(): RTCConfiguration {
    return {
      iceServers: this.#account?.iceServers ?? [],
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
    };
  }

  #untilRegistered(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        unsubscribe();
        resolve();
      };
      const timer = setTimeout(done, START_LIMIT_MS);
      const unsubscribe = this.subscribe(() => {
        const { registration } = this.state;
        if (registration !== 'connecting' && registration !== 'lost') done();
      });
    });
  }

  #set(registration: RegistrationState): void {
    // After a refusal or a displacement JsSIP still reports that it closes down.
    const final = this.#registration === 'refused' || this.#registration === 'displaced';
    if (final && (registration === 'lost' || registration === this.#registration)) return;
    if (registration === this.#registration) return;
    this.#registration = registration;
    this.#tell();
  }

  #tell(): void {
    this.#emit({ type: 'state', state: this.state });
  }

  #emit(event: SoftphoneEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

function header(request: RTCSessionEvent['request'], name: string): string | null {
  const value = (request as { getHeader(name: string): string | undefined }).getHeader(name);
  return value === undefined || value === '' ? null : value;
}

function isYes(value: string | null): boolean {
  return value !== null && !/^(false|no|0)$/i.test(value);
}

/**
 * JsSIP would print every SIP message on pages that have `localStorage.debug` set, and `disable` deletes that key: it belongs
 * to the host page, so it is put back.
 */
function silenceJsSip(): void {
  try {
    const own = localStorage.getItem('debug');
    debug.disable();
    if (own !== null) localStorage.setItem('debug', own);
  } catch {
    // Storage is blocked: then JsSIP has found nothing there that could make it talk.
  }
}

/** Whether it is the same registration, with another password. The relays are those of the next call. */
function isRenewal(before: SoftphoneAccount | null, after: SoftphoneAccount): boolean {
  const registration = (account: SoftphoneAccount | null): string =>
    JSON.stringify({ ...account, password: '', iceServers: [] });
  return registration(before) === registration(after);
}
