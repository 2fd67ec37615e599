import type { DeskSnapshot } from '../../server/contract/desk.ts';
import type { SipCredential } from '../../server/contract/session.ts';
import { Backoff } from '../api/backoff.ts';
import type { Softphone, SoftphoneEvent, SoftphoneState } from '../softphone/softphone.ts';
import { CommandError } from './command-error.ts';
import type { Preferences } from './desk.ts';

/** What the agent has chosen; null: the system's choice. */
export type DeviceChoice = Pick<
  Preferences,
  'microphoneId' | 'speakerId' | 'ringDeviceId' | 'keepMicrophone'
>;

export interface BrowserPhoneOptions {
  softphone: Softphone;
  /** A fresh credential from the server. */
  provision: () => Promise<SipCredential>;
  /** Base for credentials that name only a path. */
  server: string;
  /** The agent has hung up or refused this call, and the server does not know it yet. */
  isGivenUp: (callId: string) => boolean;
  onState: (state: SoftphoneState) => void;
  onQuality: (quality: Extract<SoftphoneEvent, { type: 'quality' }>) => void;
}

/** New credentials are fetched so long before the old ones end. */
const RENEW_BEFORE_MS = 60_000;
const RENEW_AT_LEAST_MS = 30_000;
/** An order to answer may come before the INVITE: they travel on two sockets. */
const ORDER_LASTS_MS = 10_000;

/**
 * Keeps this page's phone registered while it should be: fetches credentials, renews them in time, fetches others when
 * they are refused, and carries out the server's orders to answer. What a call's state is, is not decided here.
 */
export class BrowserPhone {
  readonly #options: BrowserPhoneOptions;
  readonly #backoff = new Backoff();
  /** Legs that are to be answered, with the time until which the order holds (local ms). */
  readonly #orders = new Map<string, number>();
  readonly #answering = new Set<string>();
  /** Legs of the calls that the server has shown last. */
  #shown: ReadonlySet<string> = new Set();
  /** The call that the leader is listening to, as the server has shown last. */
  #listenedTo: string | null = null;
  readonly #softphone: Softphone;
  #wanted = false;
  /** Counts `up` and `down`, so that what was started before a `down` notices it. */
  #generation = 0;
  #starting: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #replacementDue = false;
  /** The agent was asked for the microphone; what renews or repairs the registration does not open it. */
  #asked = false;

  constructor(options: BrowserPhoneOptions) {
    this.#options = options;
    this.#softphone = options.softphone;
    this.#softphone.subscribe((event) => this.#hear(event));
  }

  /**
   * Brings the phone up; does nothing when it is up. Rejects with `CommandError` when the server gives no credential, and
   * goes on trying.
   */
  async up(): Promise<void> {
    const registration = this.#softphone.state.registration;
    // `lost` and `connecting` are the softphone's own business: its credential is good, the way is not.
    const running = this.#wanted && registration !== 'stopped' && registration !== 'refused';
    if (!running || this.#starting !== null) await this.#restart();
  }

  async down(): Promise<void> {
    this.#wanted = false;
    this.#generation += 1;
    this.#starting = null;
    clearTimeout(this.#timer);
    this.#orders.clear();
    this.#replacementDue = false;
    await this.#softphone.stop();
  }

  /** Asks for the microphone again and registers again with another credential. */
  async refresh(): Promise<void> {
    await this.#softphone.prepareMicrophone();
    if (this.#softphone.state.legs.length > 0) return this.#softphone.refresh();
    await this.#restart();
  }

  /**
   * The server knows nothing of this phone, which believes to be registered: the server was started anew, and the switch
   * is not part of it. The phone gets another credential as soon as it has no call.
   */
  disowned(): void {
    if (this.#wanted && this.#softphone.state.registration === 'registered') this.#replace();
  }

  /** What the phone registers with has gone away: another credential says where it registers now. A call goes on meanwhile. */
  moved(): void {
    this.#replacementDue = false;
    // An attempt that is under way waits for the place that has gone.
    this.#generation += 1;
    this.#starting = null;
    this.#retry();
  }

  /** Makes the microphone ready in the background, because a call is about to begin. */
  warmUp(): void {
    void this.#softphone.prepareMicrophone();
  }

  /** Answers the leg, or the leg of this id that rings within ten seconds. */
  answerWhenRinging(legId: string): void {
    this.#orders.set(legId, Date.now() + ORDER_LASTS_MS);
    this.#carryOutOrders();
  }

  /**
   * A leg whose call has ended on the server ends here at once, also when the news of it is lost with the SIP socket: the
   * microphone is not left open. So does that of a leader whose listening is over, unless the call is the leader's own by then. One
   * that the server has never shown is left alone: its INVITE may be quicker.
   */
  follow({ calls, supervision }: Pick<DeskSnapshot, 'calls' | 'supervision'>): void {
    const live = new Set(
      calls.flatMap(({ phase, legId }) => (phase === 'ended' || legId === null ? [] : [legId])),
    );
    const over = [...this.#shown].filter((legId) => !live.has(legId));
    // Before: the phone tells of each leg that ends.
    this.#shown = live;
    const listenedTo = this.#listenedTo;
    this.#listenedTo = supervision?.callId ?? null;
    for (const legId of over) this.#softphone.drop(legId);
    if (listenedTo === null || listenedTo === this.#listenedTo) return;
    const isOwn = calls.some(({ id, phase }) => id === listenedTo && phase !== 'ended');
    if (!isOwn) this.drop(listenedTo, null, false);
  }

  /** Cuts or opens the microphone to match what the server says of the leg. */
  setMuted(legId: string, muted: boolean): void {
    const leg = this.#softphone.state.legs.find((item) => item.legId === legId);
    if (leg !== undefined && leg.muted !== muted) this.#softphone.setMuted(legId, muted);
  }

  /** Ends what this page has of the call, or what of it rings, without the server. */
  drop(callId: string, legId: string | null, ringing: boolean): void {
    for (const leg of this.#softphone.state.legs) {
      if (ringing && leg.phase !== 'ringing') continue;
      if (leg.callId === callId || leg.legId === legId) this.#softphone.drop(leg.legId);
    }
  }

  async select(choice: DeviceChoice): Promise<void> {
    await Promise.all([
      this.#softphone.keepMicrophone(choice.keepMicrophone),
      this.#softphone.selectMicrophone(choice.microphoneId),
      this.#softphone.selectOutputs(choice.speakerId, choice.ringDeviceId),
    ]);
  }

  #restart(): Promise<void> {
    this.#wanted = true;
    if (this.#starting !== null) return this.#starting;
    const starting = this.#start().finally(() => {
      if (this.#starting === starting) this.#starting = null;
    });
    this.#starting = starting;
    return starting;
  }

  async #start(): Promise<void> {
    const generation = this.#generation;
    clearTimeout(this.#timer);
    try {
      // Loads the code and asks for the permission while the credential is on its way.
      if (!this.#asked) void this.#softphone.prepareMicrophone().catch(() => {});
      this.#asked = true;
      const credential = await this.#options.provision();
      if (generation !== this.#generation) return;
      await this.#softphone.start({
        uri: credential.uri,
        username: credential.username,
        password: credential.password,
        realm: credential.realm,
        server: socketAddress(credential.server, this.#options.server),
        iceServers: credential.iceServers.map(iceServer),
      });
      if (generation !== this.#generation) return;
      // The switch may not know of it yet: it has just been started, and the server has still to tell it.
      if (this.#softphone.state.registration === 'refused')
        return this.#again(this.#backoff.next(), () => this.#retry());
      const wait = Math.max(RENEW_AT_LEAST_MS, credential.expiresAt - Date.now() - RENEW_BEFORE_MS);
      // In a call too: it may last longer than the credential.
      this.#again(wait, () => this.#retry());
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#again(this.#backoff.next(), () => this.#retry());
      throw error instanceof CommandError
        ? error
        : new CommandError({ code: 'internal', message: String(error), retryable: true, details: {} });
    }
  }

  #hear(event: SoftphoneEvent): void {
    if (event.type === 'quality') return this.#options.onQuality(event);
    if (event.type === 'leg-ended') return void this.#orders.delete(event.legId);
    const { registration, legs } = event.state;
    this.#options.onState(event.state);
    if (registration === 'registered') this.#backoff.reset();
    if (registration === 'refused' && this.#starting === null) {
      this.#again(this.#backoff.next(), () => this.#retry());
    }
    if (legs.length === 0 && this.#replacementDue) this.#replace();
    this.#carryOutOrders();
  }

  /** Another phone means that a call moves to it; a call in progress is not worth that. */
  #replace(): void {
    this.#replacementDue = this.#softphone.state.legs.length > 0;
    if (!this.#replacementDue) this.#retry();
  }

  #retry(): void {
    if (!this.#wanted) return;
    this.#restart().catch(() => {
      // `#start` has planned the next attempt, and the phone's state shows that there is no link.
    });
  }

  #again(wait: number, action: () => void): void {
    clearTimeout(this.#timer);
    // Browsers keep timers in 31 bits; a longer one would fire at once.
    this.#timer = setTimeout(() => this.#wanted && action(), Math.min(wait, 2 ** 31 - 1));
  }

  #carryOutOrders(): void {
    for (const leg of this.#softphone.state.legs) {
      if (leg.phase !== 'ringing' || leg.direction !== 'incoming' || this.#answering.has(leg.legId)) continue;
      if (leg.callId !== null && this.#options.isGivenUp(leg.callId)) {
        this.#softphone.drop(leg.legId);
        continue;
      }
      const until = this.#orders.get(leg.legId) ?? 0;
      if (leg.autoAnswer || until > Date.now()) void this.#answer(leg.legId);
    }
  }

  async #answer(legId: string): Promise<void> {
    this.#answering.add(legId);
    this.#orders.delete(legId);
    try {
      await this.#softphone.answer(legId);
    } catch (error) {
      // The leg is gone or the microphone is: the server ends the call and says so in the snapshot.
      console.warn('Telebar could not answer', legId, error);
    } finally {
      this.#answering.delete(legId);
    }
  }
}

/** Absent rather than undefined: the browser's dictionary takes an undefined name as a given one. */
function iceServer({ urls, username, credential }: SipCredential['iceServers'][number]): RTCIceServer {
  return {
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  };
}

/** Absolute ws(s) address of a credential's server, which may be only a path. */
export function socketAddress(address: string, server: string): string {
  const url = new URL(address, server);
  if (url.protocol === 'http:') url.protocol = 'ws:';
  if (url.protocol === 'https:') url.protocol = 'wss:';
  return url.href;
}
