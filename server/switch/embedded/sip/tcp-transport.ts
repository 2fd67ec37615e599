import { createConnection, createServer, isIP, type Server, type Socket } from 'node:net';
import { SourceBudget } from './source-budget.ts';
import type { Clock } from '../../../core/kernel/clock.ts';
import type { Flow, FlowListener } from './flow.ts';
import { StrangerPool } from './stranger-pool.ts';
import type { StreamHost } from './stream-host.ts';
import { TcpFlow } from './tcp-flow.ts';

/** Connections at once, and those of them on which nobody is known. */
const MAX_CONNECTIONS = 2_000;
const MAX_STRANGERS = 500;

/**
 * SIP over TCP (RFC 3261 §18), at the port that UDP has. Requests to a peer take the connection that is there (whoever opened
 * it), and open one otherwise.
 */
export class TcpTransport {
  readonly #clock: Clock;
  readonly #host: StreamHost<TcpFlow>;
  readonly #flows = new Map<Flow, TcpFlow>();
  readonly #ours = new WeakSet<Flow>();
  readonly #strangers = new StrangerPool<TcpFlow>(MAX_STRANGERS);
  readonly #servers: Server[] = [];
  #count = 0;

  constructor(listener: FlowListener, isKnown: (flow: Flow) => boolean, clock: Clock) {
    this.#clock = clock;
    // One that we have opened leads to whom we want to talk to.
    const known = (flow: Flow): boolean => this.#ours.has(flow) || isKnown(flow);
    this.#host = {
      clock,
      shared: new SourceBudget(clock, 300, 10),
      isKnown: known,
      onStanding: (flow, isPeer) => this.#place(flow, isPeer),
      onMessage: (data, flow) => listener.onMessage(data, flow),
      onLatency: (flow, ms) => listener.onLatency(flow, ms),
      onClosed: (flow) => {
        this.#flows.delete(flow);
        listener.onClosed(flow);
      },
    };
  }

  get open(): boolean {
    return this.#servers.length > 0;
  }

  /** On one address more. Rejects when the port is taken. */
  async listen(address: string, port: number): Promise<void> {
    const server = createServer({ allowHalfOpen: false }, (socket) => this.#accept(socket));
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // As with UDP, each family has its own.
      server.listen({ port, host: address, ipv6Only: true }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    // A connection that could not be taken (no more files) concerns nobody else.
    server.on('error', () => undefined);
    this.#servers.push(server);
  }

  /** The connection with a peer; one is opened when there is none. Null when this transport is closed, or for a name. */
  flow(address: string, port: number): TcpFlow | null {
    if (!this.open || !isIP(address) || port < 1 || port > 65_535) return null;
    for (const flow of this.#flows.values())
      if (flow.address === address && flow.port === port && flow.open) return flow;
    return this.#add(createConnection({ host: address, port }), address, port, true);
  }

  async close(): Promise<void> {
    const ended = this.#servers
      .splice(0)
      .map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    // What was said last (a BYE) is read before the connection is gone.
    const flows = [...this.#flows.values()];
    for (const flow of flows) flow.finish();
    const stop = this.#clock.after(500, () => {
      for (const flow of flows) flow.giveUp();
    });
    await Promise.all(ended);
    stop();
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // Gone again before it was looked at.
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    this.#add(socket, remoteAddress.replace(/^::ffff:/, ''), remotePort, false);
  }

  #add(socket: Socket, address: string, port: number, ours: boolean): TcpFlow {
    const flow = new TcpFlow(`tcp:${++this.#count}`, socket, this.#host, address, port);
    this.#flows.set(flow, flow);
    if (ours) this.#ours.add(flow);
    this.#host.onStanding(flow, this.#host.isKnown(flow));
    return flow;
  }

  #place(flow: TcpFlow, known: boolean): void {
    if (known) {
      this.#strangers.delete(flow.network, flow);
      return;
    }
    const gone = this.#strangers.add(flow.network, flow);
    if (gone !== null && !this.#host.isKnown(gone)) gone.giveUp();
  }
}
