import type { Clock } from '../../core/kernel/clock.ts';
import { SwitchError } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { Absence } from './absence.ts';
import { AriClient } from './ari-client.ts';
import { AriError, AsteriskUnusable, toSwitchError } from './ari-error.ts';
import { AriSocket } from './ari-socket.ts';
import type { AriAsteriskInfo, AriEvent } from './ari-types.ts';
import type { AsteriskConfig } from './asterisk-config.ts';
import { checkNode } from './node-check.ts';
import { checkSetup, introduceTechnology } from './setup-check.ts';
import { explainSilence } from './unreachable.ts';

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 1_000;

/**
 * What does not come by itself, as channels of ours do. Not `subscribeAll`: Asterisk 22 frees the application before the
 * watch on all endpoints that goes with it has ended, and crashes when a phone's contact changes while our socket closes.
 * The technology's own endpoint tells the same and is safe.
 */
const WATCHED = ['channel:', 'bridge:', 'endpoint:PJSIP'];

/** Events that are many and say nothing that is used here. */
const UNWANTED = [
  'ChannelVarset',
  'ChannelDialplan',
  'ChannelCallerId',
  'ChannelConnectedLine',
  'DeviceStateChanged',
  'EndpointStateChange',
  'BridgeVideoSourceChanged',
];

export interface AriLinkHandlers {
  /** Asked before each attempt: the application may be another server's by now. */
  permit(): Promise<void>;
  onEvent(event: AriEvent): void;
  /** Events flow: everything that was kept is to be compared with what Asterisk has. */
  onUp(info: AriAsteriskInfo): Promise<void>;
  /** It has been compared, and the link still holds. */
  onReady(): void;
  onDown(reason: string): void;
  /** Asterisk is dead, or out of reach for too long: what was kept of it is no use any more. Told once an absence. */
  onGivenUp(reason: string): void;
}

/**
 * Keeps the connection to one Asterisk: requests, the event socket, and both again after a loss.
 *
 *   connecting ──▶ up ──socket lost──▶ connecting …
 *        │          └──another server took the application──▶ replaced (for good)
 *        └─ no answer: again after a pause; dead or away for too long: given up, and again
 */
export class AriLink {
  /** Of the Asterisk that was there last; '' before the first. */
  version = '';
  readonly client: AriClient;
  readonly #config: AsteriskConfig;
  readonly #clock: Clock;
  readonly #log: SwitchLog;
  readonly #handlers: AriLinkHandlers;
  readonly #absence: Absence;
  #socket: AriSocket | null = null;
  #up = false;
  #stopped = false;
  /** The attempt that counts; what an earlier one still learns is of no interest. */
  #attempt: object = {};
  #retryMs = FIRST_RETRY_MS;
  #stopRetry: () => void = () => undefined;
  /** Why it could not be reached the last time: told to the log once, not every second. */
  #toldReason = '';

  constructor(config: AsteriskConfig, clock: Clock, log: SwitchLog, handlers: AriLinkHandlers) {
    this.client = new AriClient(config.ariUrl, config.user, config.password);
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
    this.#handlers = handlers;
    this.#absence = new Absence(clock, (reason) => {
      this.#log.error({ reason }, 'Asterisk is given up, with the calls in it; still trying to reach it');
      this.#handlers.onGivenUp(reason);
    });
  }

  get up(): boolean {
    return this.#up;
  }

  /** @throws SwitchError `switch-down` */
  needUp(): void {
    if (!this.#up) throw new SwitchError('switch-down', 'Asterisk cannot be reached');
  }

  /** A request about a leg or a room, with failures in the words of the port. @throws SwitchError */
  async ask<T>(gone: 'no-such-leg' | 'no-such-room', request: () => Promise<T>): Promise<T> {
    this.needUp();
    try {
      return await request();
    } catch (error) {
      throw toSwitchError(error, gone);
    }
  }

  /**
   * Connects. An Asterisk that is not there yet is waited for in the background (`onDown`, then `onReady`).
   * @throws AsteriskUnusable when it is there and cannot be used
   */
  async start(): Promise<void> {
    const attempt = this.#begin();
    try {
      await this.#connect(attempt);
    } catch (error) {
      if (error instanceof AsteriskUnusable) throw error;
      this.#failed(attempt, error);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#absence.end();
    this.#leave();
  }

  #begin(): object {
    this.#attempt = {};
    return this.#attempt;
  }

  /** Lets go of the socket and of every attempt that is under way. */
  #leave(): void {
    this.#begin();
    this.#up = false;
    this.#stopRetry();
    this.#socket?.close();
    this.#socket = null;
  }

  /** @throws AriError, AsteriskUnusable */
  async #connect(attempt: object): Promise<void> {
    const { ariUrl, application } = this.#config;
    const isStale = (): boolean => attempt !== this.#attempt;
    await this.#handlers.permit();
    const info = await checkNode(this.client, ariUrl, this.#log);
    this.version = info.system?.version ?? '';
    await checkSetup(this.client, this.#config, this.#log);
    const socket = await AriSocket.open(
      this.client.eventsUrl(application),
      this.client.authorization,
      this.#clock,
      {
        onEvent: (event) => {
          if (isStale()) return;
          if (event.type === 'ApplicationReplaced' && event.application === application) this.#replaced();
          else this.#handlers.onEvent(event);
        },
        onClosed: (reason) => {
          if (!isStale()) this.#lost(reason);
        },
      },
    );
    if (isStale()) return socket.close();
    this.#socket = socket;
    await this.#watch();
    if (isStale()) return;
    await this.client.call('PUT /applications/{applicationName}/eventFilter', {
      path: { applicationName: application },
      body: { disallowed: UNWANTED.map((type) => ({ type })) },
    });
    if (isStale()) return;
    this.#up = true;
    this.#absence.end();
    await this.#handlers.onUp(info);
    if (isStale()) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#toldReason = '';
    this.#handlers.onReady();
  }

  async #watch(): Promise<void> {
    const subscribe = (): Promise<unknown> =>
      this.client.call('POST /applications/{applicationName}/subscription', {
        path: { applicationName: this.#config.application },
        query: { eventSource: WATCHED },
      });
    try {
      await subscribe();
    } catch (error) {
      if (!(error instanceof AriError) || error.status !== 422) throw error;
      // The endpoint of the technology comes with the first one of its kind, and stays.
      await introduceTechnology(this.client);
      await subscribe();
    }
  }

  #lost(reason: string): void {
    this.#leave();
    this.#log.warn({ reason }, 'the link to Asterisk is lost; connecting again');
    this.#absence.begin();
    this.#handlers.onDown(reason);
    this.#retry();
  }

  #failed(attempt: object, error: unknown): void {
    if (attempt !== this.#attempt) return;
    this.#leave();
    const told =
      error instanceof AriError && error.status === 0 ? explainSilence(error, this.#config.ariUrl) : error;
    const reason = told instanceof Error ? told.message : String(told);
    if (reason !== this.#toldReason) {
      this.#toldReason = reason;
      // What waiting will not mend wants a person.
      const level = told instanceof AsteriskUnusable ? 'error' : 'warn';
      this.#log[level]({ reason }, 'Asterisk cannot be reached; trying again');
    }
    this.#absence.failed(error);
    this.#handlers.onDown(
      error instanceof AriError && error.status === 0 ? 'Asterisk does not answer' : reason,
    );
    this.#retry();
  }

  /**
   * Two servers that took the application from each other in turn would both lose calls. The later one keeps it, and
   * has the calls; this one touches nothing any more.
   */
  #replaced(): void {
    const { application } = this.#config;
    this.#leave();
    this.#absence.end();
    this.#log.error(
      { application },
      'another server has taken this application of Asterisk over; this one takes no calls until it is started again. Servers side by side need a TELEBAR_ASTERISK_APP each',
    );
    this.#handlers.onDown('another server has taken the application over');
    this.#handlers.onGivenUp('another server has taken the application over');
  }

  #retry(): void {
    if (this.#stopped) return;
    this.#stopRetry = this.#clock.after(this.#retryMs, () => {
      const attempt = this.#begin();
      this.#connect(attempt).catch((error: unknown) => this.#failed(attempt, error));
    });
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }
}
