import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from '../core/kernel/clock.ts';
import type { AgentId, SessionId, TeamId } from '../core/kernel/ids.ts';
import type { Logger } from '../core/kernel/logger.ts';
import { refusalOf } from '../core/kernel/refusals.ts';
import type { Identity } from '../core/kernel/actor.ts';
import { PASSED_ON, headersToPassOn } from '../core/kernel/passed-on.ts';
import type { Desks, Sessions } from './doors.ts';
import { WaitingRoom } from '../core/kernel/waiting-room.ts';
import { PageConnection, type PageHost } from './page-connection.ts';
import { PageOrders } from './page-orders.ts';
import { KEEP_MS, TopicStreams } from './topic-streams.ts';
import type { ProblemCode } from '../contract/problem.ts';

/** Largest message of a page, bytes. */
const MAX_MESSAGE = 16 * 1024;
/** Pages of one agent, present or expected back. */
const MOST_PAGES = 24;
/** Sockets that have not proved who they are. Those that have are not counted: strangers cannot take their places. */
const STRANGERS = { perNetwork: 200, inAll: 1000 };

/** Where a socket comes from. */
interface From {
  /** Of the page when it is not one of ours; judged before the handshake and again with the token. */
  readonly origin: string | null;
  /** As `networkOf` gives it. */
  readonly network: string;
  /** Answers with this status and lets go of the socket. */
  readonly refuse: (status: string) => void;
}

export interface RealtimeDeps {
  readonly services: { readonly sessions: Sessions; readonly desks: Desks };
  /** The address of the server that has the team of a page; null: this one. */
  readonly elsewhere: (who: Identity) => Promise<string | null>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Page {
  who: Identity;
  clientId: string;
  /** Null: of this server itself, or none. */
  origin: string | null;
  orders: PageOrders;
  connection: PageConnection | null;
  /** Cancels forgetting; set while no socket is there. */
  cancelForget: () => void;
}

/** The desks' sockets: who is connected, and which page is waited for. */
export class RealtimeServer {
  readonly #deps: RealtimeDeps;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    clientTracking: false,
    // A connection writes its frames itself.
    perMessageDeflate: false,
    // Answered by the connection, within its budget.
    autoPong: false,
  });
  readonly #strangers = new WaitingRoom<PageConnection>(STRANGERS, (connection) =>
    connection.end('rate-limited', 'Too many sockets of this address have not said who they are.'),
  );
  readonly #connections = new Set<PageConnection>();
  /** By session and page. */
  readonly #pages = new Map<string, Page>();
  readonly #streams: TopicStreams;
  readonly #stopWatching: Array<() => void>;

  constructor(deps: RealtimeDeps) {
    this.#deps = deps;
    const { sessions, desks } = deps.services;
    this.#streams = new TopicStreams(desks, deps);
    this.#stopWatching = [
      sessions.onEnded(({ sessionId }) => this.#endSession(sessionId)),
      desks.onRegrouped((teamId) => this.#review(teamId)),
    ];
  }

  /** Takes over a request to upgrade. */
  async handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    { origin, network, refuse }: From,
  ): Promise<void> {
    if (origin !== null && !(await this.#deps.services.sessions.isAllowedOrigin(origin))) {
      this.#deps.logger.warn({ origin }, 'realtime refused: origin not allowed');
      return refuse('403 Forbidden');
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new PageConnection(
        webSocket,
        socket,
        this.#hostOf(request.headers, origin, network),
      );
      this.#connections.add(connection);
      this.#strangers.enter(network, connection);
    });
  }

  /** Sockets that are open. */
  get connected(): number {
    return this.#connections.size;
  }

  /** Says goodbye to every page. */
  close(): void {
    for (const stop of this.#stopWatching) stop();
    for (const connection of this.#connections) connection.end('shutting-down', 'The server is stopping.');
    for (const page of this.#pages.values()) {
      page.cancelForget();
      page.orders.dispose();
    }
    this.#pages.clear();
    this.#streams.close();
  }

  /** Their teams have gone to another server: pages come again, and are led there. */
  endTeams(teams: ReadonlySet<TeamId>): void {
    for (const page of [...this.#pages.values()]) {
      if (!teams.has(page.who.teamId)) continue;
      page.connection?.end('shutting-down', 'Another server has the team now: come again.');
      this.#forget(page);
    }
  }

  /** Cuts off whoever has not closed by now. */
  terminate(): void {
    for (const connection of this.#connections) connection.terminate();
  }

  #hostOf(headers: IncomingHttpHeaders, origin: string | null, network: string): PageHost {
    const { sessions, desks } = this.#deps.services;
    return {
      clock: this.#deps.clock,
      authenticate: (token) => sessions.authenticate(token, origin),
      elsewhere: async (who) => {
        const url = headers[PASSED_ON] === undefined ? await this.#deps.elsewhere(who) : null;
        return url === null ? null : { url, headers: headersToPassOn(headers) };
      },
      passedOn: (connection) => this.#strangers.leave(network, connection),
      streams: this.#streams,
      ordersOf: (who, clientId, connection) => {
        this.#strangers.leave(network, connection);
        return this.#ordersOf(who, clientId, connection, origin);
      },
      heartbeat: (who, clientId, phone) => desks.heartbeat(who, clientId, phone),
      gone: (connection) => {
        this.#strangers.leave(network, connection);
        this.#gone(connection);
      },
      explain: (error) => this.#explain(error),
    };
  }

  #ordersOf(who: Identity, clientId: string, connection: PageConnection, origin: string | null): PageOrders {
    const key = keyOf(who, clientId);
    const known = this.#pages.get(key);
    if (known !== undefined) {
      known.cancelForget();
      // The same page again: its old socket is dead or about to be.
      if (known.connection !== connection) known.connection?.terminate();
      known.connection = connection;
      return known.orders;
    }
    this.#makeRoom(who.agentId);
    const { desks } = this.#deps.services;
    const orders = new PageOrders(desks, who, clientId, () => this.#deps.clock.now());
    this.#pages.set(key, { who, clientId, origin, orders, connection, cancelForget: () => undefined });
    return orders;
  }

  /**
   * An agent with too many pages loses the one that came first, an absent one rather than a present one. It is told that
   * another has taken its place, so that it does not come back by itself and push out the next.
   */
  #makeRoom(agentId: AgentId): void {
    const pages = [...this.#pages.values()].filter((page) => page.who.agentId === agentId);
    if (pages.length < MOST_PAGES) return;
    const oldest = pages.find((page) => page.connection === null) ?? pages[0];
    if (oldest === undefined) return;
    oldest.connection?.end(
      'taken-over',
      `At most ${MOST_PAGES} pages of an agent are connected; others came later.`,
    );
    this.#forget(oldest);
  }

  #gone(connection: PageConnection): void {
    this.#connections.delete(connection);
    const { identity, clientId } = connection;
    if (identity === null || clientId === null) return;
    const page = this.#pages.get(keyOf(identity, clientId));
    if (page === undefined || page.connection !== connection) return;
    page.connection = null;
    page.orders.detach(connection);
    this.#deps.services.desks.disconnected(identity, clientId);
    page.cancelForget = this.#deps.clock.after(KEEP_MS, () => this.#forget(page));
  }

  #forget(page: Page): void {
    if (page.connection !== null) this.#deps.services.desks.disconnected(page.who, page.clientId);
    page.cancelForget();
    page.orders.dispose();
    this.#pages.delete(keyOf(page.who, page.clientId));
  }

  #review(teamId: TeamId): void {
    this.#reviewOrigins(teamId).catch((error: unknown) => {
      this.#deps.logger.warn({ teamId, err: error }, 'the origins of open pages could not be looked at');
    });
    for (const connection of this.#connections) {
      if (connection.identity?.teamId === teamId) connection.review();
    }
  }

  /** Pages of origins that the team has taken off its list are closed. */
  async #reviewOrigins(teamId: TeamId): Promise<void> {
    const pages = [...this.#pages.values()].filter(({ who }) => who.teamId === teamId);
    for (const origin of new Set(pages.map((page) => page.origin))) {
      if (origin === null || (await this.#deps.services.sessions.isOriginOf(teamId, origin))) continue;
      for (const page of pages) {
        if (page.origin !== origin || this.#pages.get(keyOf(page.who, page.clientId)) !== page) continue;
        page.connection?.end('origin-not-allowed', 'Pages of this origin may not use the team any more.');
        this.#forget(page);
      }
    }
  }

  #endSession(sessionId: SessionId): void {
    for (const page of [...this.#pages.values()]) {
      if (page.who.sessionId !== sessionId) continue;
      page.connection?.end('token-invalid', 'The session has been ended.');
      this.#forget(page);
    }
  }

  #explain(error: unknown): { code: ProblemCode; detail: string } {
    const refusal = refusalOf(error);
    if (refusal !== null) return { code: refusal.code, detail: refusal.message };
    this.#deps.logger.error({ err: error }, 'realtime failed');
    return { code: 'internal', detail: 'Something went wrong.' };
  }
}

function keyOf(who: Identity, clientId: string): string {
  return `${who.sessionId} ${clientId}`;
}
