import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../../core/kernel/clock.ts';
import type { Flow, FlowListener } from './flow.ts';
import { refuseUpgrade } from '../../../core/kernel/refuse-upgrade.ts';
import { SourceBudget } from './source-budget.ts';
import { StrangerPool } from './stranger-pool.ts';
import type { StreamHost } from './stream-host.ts';
import { WebSocketFlow } from './websocket-flow.ts';

/** RFC 7118 gives no bound; nothing that a browser sends comes near this. */
const MAX_MESSAGE_BYTES = 32_768;
/** Pieces that one message may come in: each costs more memory than its bytes. */
const MAX_FRAGMENTS = 64;
/** Sockets at once; each costs a ping every few seconds. */
const MAX_SOCKETS = 5_000;
/** Of them, those on which nobody is registered. */
const MAX_STRANGERS = 1_000;

/** SIP over WebSocket (RFC 7118), on upgrades that an HTTP server hands over. */
export class WebSocketTransport {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: 4 * MAX_FRAGMENTS,
    perMessageDeflate: false,
    // Each is paid for first.
    autoPong: false,
    handleProtocols: (offered) => (offered.has('sip') ? 'sip' : false),
  });
  readonly #isKnown: (flow: Flow) => boolean;
  readonly #clock: Clock;
  readonly #strangers = new StrangerPool<WebSocketFlow>(MAX_STRANGERS);
  readonly #host: StreamHost<WebSocketFlow>;
  #count = 0;

  /** `isKnown`: whether somebody is registered, or has a call, on a flow. */
  constructor(listener: FlowListener, isKnown: (flow: Flow) => boolean, clock: Clock) {
    this.#isKnown = isKnown;
    this.#clock = clock;
    this.#host = {
      clock,
      shared: new SourceBudget(clock, 300, 10),
      isKnown,
      onStanding: (flow, known) => this.#place(flow, known),
      onMessage: (data, flow) => listener.onMessage(data, flow),
      onLatency: (flow, ms) => listener.onLatency(flow, ms),
      onClosed: (flow) => listener.onClosed(flow),
    };
  }

  /** Completes the upgrade, or refuses it with 400 when the peer does not speak `sip` (RFC 7118 §4.1). */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes('sip')) {
      refuseUpgrade(socket, '400 Bad Request');
      return;
    }
    if (this.#server.clients.size >= MAX_SOCKETS) {
      refuseUpgrade(socket, '503 Service Unavailable');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const { remotePort = 0 } = request.socket;
      this.#place(
        new WebSocketFlow(`ws:${++this.#count}`, webSocket, this.#host, address, remotePort),
        false,
      );
    });
  }

  /** Closes every socket. */
  async close(): Promise<void> {
    for (const client of this.#server.clients) client.close(1001, 'switch stops');
    await new Promise<void>((resolve) => {
      const kill = this.#clock.after(500, () => {
        for (const client of this.#server.clients) client.terminate();
      });
      this.#server.close(() => {
        kill();
        resolve();
      });
    });
  }

  /** Among the strangers or out of them. One that has to make room may have become known since it was looked at. */
  #place(flow: WebSocketFlow, known: boolean): void {
    if (known) {
      this.#strangers.delete(flow.network, flow);
      return;
    }
    const gone = this.#strangers.add(flow.network, flow);
    if (gone !== null && !this.#isKnown(gone)) gone.giveUp();
  }
}
