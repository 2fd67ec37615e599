import type { Clock } from '../../core/ports/clock.ts';
import { SwitchError } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { AriClient } from './ari-client.ts';
import { AriError, AsteriskUnusable, toSwitchError } from './ari-error.ts';
import { AriSocket } from './ari-socket.ts';
import type { AriAsteriskInfo, AriEvent } from './ari-types.ts';
import type { AsteriskConfig } from './asterisk-config.ts';
import { checkNode } from './node-check.ts';

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5_000;

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
  onEvent(event: AriEvent): void;
  /** Events flow; resolves when everything that was kept has been compared. */
  onUp(info: AriAsteriskInfo): Promise<void>;
  onDown(reason: string): void;
}

/** Keeps the connection to one Asterisk: requests, the event socket, and both again after a loss. */
export class AriLink {
  readonly client: AriClient;
  readonly #config: AsteriskConfig;
  readonly #clock: Clock;
  readonly #log: SwitchLog;
  readonly #handlers: AriLinkHandlers;
  #socket: AriSocket | null = null;
  #up = false;
  #stopped = false;
  #retryMs = FIRST_RETRY_MS;
  #stopRetry: () => void = () => undefined;

  constructor(config: AsteriskConfig, clock: Clock, log: SwitchLog, handlers: AriLinkHandlers) {
    this.client = new AriClient(config.ariUrl, config.user, config.password);
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
    this.#handlers = handlers;
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
   * Connects. An Asterisk that is not there yet is waited for in the background (`onDown`, then `onUp`).
   * @throws AsteriskUnusable when it is there and cannot be used
   */
  async start(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      if (error instanceof AsteriskUnusable) throw error;
      this.#failed(error);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#up = false;
    this.#stopRetry();
    this.#socket?.close();
    this.#socket = null;
  }

  async #connect(): Promise<void> {
    const { ariUrl, application } = this.#config;
    const info = await checkNode(this.client, ariUrl, this.#log);
    let open = true;
    const socket = await AriSocket.open(
      this.client.eventsUrl(application),
      this.client.authorization,
      this.#clock,
      {
        onEvent: (event) => {
          if (event.type === 'ApplicationReplaced') {
            this.#log.error({ application }, 'another server has taken the application over');
          }
          this.#handlers.onEvent(event);
        },
        onClosed: (reason) => {
          open = false;
          this.#lost(reason);
        },
      },
    );
    if (this.#stopped) return socket.close();
    this.#socket = socket;
    await this.client.call('PUT /applications/{applicationName}/eventFilter', {
      path: { applicationName: application },
      body: { disallowed: UNWANTED.map((type) => ({ type })) },
    });
    this.#up = true;
    await this.#handlers.onUp(info);
    // Lost while it was being compared: the retry is under way.
    if (!open) return;
    this.#retryMs = FIRST_RETRY_MS;
  }

  #lost(reason: string): void {
    this.#socket = null;
    if (this.#stopped) return;
    const wasUp = this.#up;
    this.#up = false;
    if (wasUp) {
      this.#log.warn({ reason }, 'the link to Asterisk is lost; connecting again');
      this.#handlers.onDown(reason);
    }
    this.#retry();
  }

  #failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#log.warn({ reason }, 'Asterisk cannot be reached; trying again');
    const socket = this.#socket;
    this.#socket = null;
    this.#up = false;
    socket?.close();
    this.#handlers.onDown(
      error instanceof AriError && error.status === 0 ? 'Asterisk does not answer' : reason,
    );
    this.#retry();
  }

  #retry(): void {
    this.#stopRetry();
    if (this.#stopped) return;
    this.#stopRetry = this.#clock.after(this.#retryMs, () => {
      this.#connect().catch((error: unknown) => this.#failed(error));
    });
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }
}
