import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EndpointId, LegId, RoomId } from '../../server/core/kernel/ids.ts';
import type { Clock } from '../../server/core/kernel/clock.ts';
import type { IdSource } from '../../server/core/kernel/id-source.ts';
import type { EndpointSpec } from '../../server/core/ports/switch.ts';
import type { EmbeddedSwitchConfig } from '../../server/switch/embedded/embedded-config.ts';
import { EmbeddedSwitch } from '../../server/switch/embedded/embedded-switch.ts';
import { LocalMediaEngine } from '../../server/switch/embedded/media/engine.ts';
import type { MediaEngine } from '../../server/switch/embedded/media/media-engine.ts';
import { SIP_REALM } from '../../server/switch/embedded/sip-realm.ts';
import { freePort } from './ports.ts';
import { SequenceIds } from './sequence-ids.ts';
import { SipPeer, type SipPeerOptions } from './sip-peer.ts';
import { SwitchEvents } from './switch-events.ts';

/** Real time, for tests that talk to real peers. */
export const realClock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

/** Keeps what the switch logs, for a test that fails. */
export class LogBook {
  readonly lines: string[] = [];
  readonly debug = this.#write('debug');
  readonly info = this.#write('info');
  readonly warn = this.#write('warn');
  readonly error = this.#write('error');

  #write(level: string): (details: object, message: string) => void {
    return (details, message) => {
      const { err, ...rest } = details as { err?: unknown };
      this.lines.push(`${level} ${message} ${JSON.stringify(rest)} ${err instanceof Error ? err.stack : ''}`);
    };
  }
}

/** The credential of an endpoint as the server would hand it to the switch. */
export function endpointSpec(
  username: string,
  password: string,
  more: Partial<EndpointSpec> = {},
): EndpointSpec {
  const ha1 = createHash('md5').update(`${username}:${SIP_REALM}:${password}`).digest('hex');
  return {
    endpointId: `ep_${username}` as EndpointId,
    kind: 'agent',
    username,
    ha1,
    expiresAt: null,
    device: 'phone',
    displayName: `Phone ${username}`,
    ...more,
  };
}

export interface BedOptions {
  engine?: MediaEngine;
  clock?: Clock;
  ids?: IdSource;
  config?: Partial<EmbeddedSwitchConfig>;
  isAllowedOrigin?: (origin: string) => Promise<boolean>;
  addressOf?: (request: IncomingMessage) => string;
}

/** An embedded switch on free ports of the loopback, with everything to call it. */
export class SwitchBed {
  readonly sw: EmbeddedSwitch;
  readonly events: SwitchEvents;
  readonly log: LogBook;
  readonly #http: Server;
  readonly #peers: SipPeer[] = [];

  private constructor(sw: EmbeddedSwitch, log: LogBook) {
    this.sw = sw;
    this.log = log;
    this.events = new SwitchEvents(sw);
    this.#http = createServer((_request, response) => response.writeHead(404).end());
    this.#http.on('upgrade', (request, socket, head) => sw.handleUpgrade(request, socket, head));
  }

  static async open(options: BedOptions = {}): Promise<SwitchBed> {
    const log = new LogBook();
    const engine =
      options.engine ??
      new LocalMediaEngine({
        bindAddress: '127.0.0.1',
        webrtcPort: 0,
        iceServers: [],
        silenceMs: 1_500,
        rtpPorts: rtpRange(),
      });
    const sw = new EmbeddedSwitch({
      config: {
        bindAddress: '127.0.0.1',
        sipPort: await freePort(),
        trunk: { allowedAddresses: ['127.0.0.1'] },
        ...options.config,
      },
      engine,
      clock: options.clock ?? realClock,
      ids: options.ids ?? new SequenceIds(),
      log,
      isAllowedOrigin: options.isAllowedOrigin ?? (async () => true),
      ...(options.addressOf === undefined ? {} : { addressOf: options.addressOf }),
    });
    const bed = new SwitchBed(sw, log);
    await sw.start();
    await new Promise<void>((resolve) => bed.#http.listen(0, '127.0.0.1', resolve));
    return bed;
  }

  get webSocketUrl(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}/sip`;
  }

  async peer(options: Omit<SipPeerOptions, 'switchPort'> = {}): Promise<SipPeer> {
    const peer = await SipPeer.open({ switchPort: this.sw.sipPort, ...options });
    this.#peers.push(peer);
    return peer;
  }

  /** A desk phone that is provisioned and registered. */
  async phone(username: string, options: Omit<SipPeerOptions, 'switchPort'> = {}): Promise<SipPeer> {
    await this.sw.provision(endpointSpec(username, `secret-${username}`));
    const peer = await this.peer({ username, password: `secret-${username}`, ...options });
    const response = await peer.register();
    if (response.status !== 200) throw new Error(`the phone was refused with ${response.status}`);
    return peer;
  }

  async close(): Promise<void> {
    await this.sw.stop();
    for (const peer of this.#peers) await peer.close();
    this.events.dispose();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }
}

/** Test files run side by side, so each process takes a range of its own. */
export function rtpRange(): readonly [number, number] {
  const first = 20_000 + (process.pid % 200) * 100;
  return [first, first + 99];
}

export const legId = (id: string): LegId => id as LegId;
export const roomId = (id: string): RoomId => id as RoomId;
