import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Flow, FlowListener } from './flow.ts';

/** RFC 7118 gives no bound; nothing that a browser sends comes near this. */
const MAX_MESSAGE_BYTES = 65_536;
const PING_MS = 5_000;
/** A peer that does not answer a ping in this time is gone: TCP would notice minutes later. */
const PONG_MS = 4_000;
/** A peer that does not read is not fed any more. */
const MAX_BUFFERED_BYTES = 1 << 20;

/** Sockets at once; each costs a ping every few seconds, whether anybody registers on it or not. */
const MAX_SOCKETS = 5_000;

class WebSocketFlow implements Flow {
  readonly protocol = 'WS';
  readonly reliable = true;
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly #socket: WebSocket;

  constructor(id: string, socket: WebSocket, address: string, port: number) {
    this.id = id;
    this.#socket = socket;
    this.address = address;
    this.port = port;
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(text: string): boolean {
    if (!this.open) return false;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#socket.terminate();
      return false;
    }
    this.#socket.send(text, () => undefined);
    return true;
  }
}

/** SIP over WebSocket (RFC 7118), on upgrades that an HTTP server hands over. */
export class WebSocketTransport {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('sip') ? 'sip' : false),
  });
  readonly #listener: FlowListener;
  readonly #clock: Clock;
  #count = 0;

  constructor(listener: FlowListener, clock: Clock) {
    this.#listener = listener;
    this.#clock = clock;
  }

  /** Completes the upgrade, or refuses it with 400 when the peer does not speak `sip` (RFC 7118 §4.1). */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes('sip')) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    if (this.#server.clients.size >= MAX_SOCKETS) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#serve(webSocket, request));
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

  #serve(socket: WebSocket, request: IncomingMessage): void {
    const { remoteAddress = '', remotePort = 0 } = request.socket;
    const address = remoteAddress.replace(/^::ffff:/, '');
    const flow = new WebSocketFlow(`ws:${++this.#count}`, socket, address, remotePort);
    let stopTimer: () => void = () => undefined;
    let pingedAt = 0;
    const ping = (): void => {
      pingedAt = this.#clock.now();
      socket.ping();
      stopTimer = this.#clock.after(PONG_MS, () => socket.terminate());
    };
    socket.on('pong', () => {
      if (pingedAt === 0) return;
      const now = this.#clock.now();
      this.#listener.onLatency(flow, now - pingedAt);
      stopTimer();
      stopTimer = this.#clock.after(Math.max(PING_MS - (now - pingedAt), 0), ping);
      pingedAt = 0;
    });
    socket.on('message', (data) => {
      const buffer = Buffer.isBuffer(data)
        ? data
        : Array.isArray(data)
          ? Buffer.concat(data)
          : Buffer.from(data);
      this.#listener.onMessage(buffer, flow);
    });
    // Too long a message, a broken frame: `close` follows and tells what has to be told.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      stopTimer();
      this.#listener.onClosed(flow);
    });
    ping();
  }
}
