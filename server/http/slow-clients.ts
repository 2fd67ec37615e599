import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
import { WaitingRoom, type Places } from '../core/kernel/waiting-room.ts';
import { DomainError } from '../core/kernel/domain-error.ts';
import { addressOf } from './requester.ts';
import { networkOf } from '../core/kernel/network-of.ts';
import { problemOf, sendProblem } from './problem.ts';

/** Time for the fields of a request, from the first byte or from connecting, ms. */
const HEADERS_MS = 10_000;
/** Time for a request with its body, ms. */
const REQUEST_MS = 20_000;
/** How often the two are looked at, ms. */
const CHECK_MS = 2_000;
/** Time to read that another protocol is refused, ms. */
const REFUSAL_MS = 10_000;
/** An answer that nobody reads for so long is given up, ms. */
const UNREAD_MS = 120_000;

/** Connections on which no request is being answered. An office of hundreds that begins at nine has one address. */
const SILENT_CONNECTIONS = { perNetwork: 1024, inAll: 2048 };
/** Bodies that have not come whole. */
const OPEN_BODIES = { perNetwork: 256, inAll: 512 };

/** Times for the parts of a request, in ms. */
export interface RequestTimes {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  readonly refusalMs: number;
}

interface Connection {
  readonly network: string;
  /** Answers that it waits for: requests may be sent in a row. */
  owed: number;
}

/**
 * An HTTP server that waits for nobody for ever: fields, bodies and connections that send nothing have deadlines, and so
 * many of them at once. Behind reverse proxies all connections are theirs, so that only their number in all counts.
 */
export function patientServer(
  listener: RequestListener,
  { proxied, times, silent: places }: { proxied: boolean; times?: RequestTimes; silent?: Places },
): Server {
  const server = createServer(
    {
      headersTimeout: times?.headersMs ?? HEADERS_MS,
      requestTimeout: times?.requestMs ?? REQUEST_MS,
      connectionsCheckingInterval: times?.checkMs ?? CHECK_MS,
    },
    listener,
  );
  server.timeout = UNREAD_MS;
  const { perNetwork, inAll } = places ?? SILENT_CONNECTIONS;
  const silent = new WaitingRoom<Socket>({ perNetwork: proxied ? inAll : perNetwork, inAll }, (socket) =>
    socket.destroy(),
  );
  const connections = new WeakMap<Socket, Connection>();
  server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress ?? '');
    connections.set(socket, { network, owed: 0 });
    silent.enter(network, socket);
    socket.once('close', () => silent.leave(network, socket));
  });
  // More is owed, or the connection is another server's from now on.
  const speaks = (socket: Socket, owed: number) => {
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connection.owed += owed;
    silent.leave(connection.network, socket);
  };
  const isAnswered = (socket: Socket) => {
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connection.owed -= 1;
    if (connection.owed === 0 && !socket.destroyed) silent.enter(connection.network, socket);
  };
  server.on('upgrade', ({ socket }) => {
    speaks(socket, Infinity);
    // The server's own times hold no longer.
    const deadline = setTimeout(() => {
      if (socket.writableEnded) socket.destroy();
    }, times?.refusalMs ?? REFUSAL_MS);
    socket.once('close', () => clearTimeout(deadline));
  });
  server.prependListener('request', ({ socket }, response) => {
    speaks(socket, 1);
    response.once('close', () => isAnswered(socket));
  });
  return server;
}

/** Before the parser of bodies: a client that sends its bodies byte by byte holds none of the others' places. */
export function limitOpenBodies(places = OPEN_BODIES): RequestHandler {
  const open = new WaitingRoom<{ request: Request; response: Response }>(places, ({ request, response }) => {
    const refusal = new DomainError(
      'rate-limited',
      `At most ${places.perNetwork} bodies of one address are read at once: send each without a pause.`,
      { limit: places.perNetwork },
    );
    response.set('Connection', 'close');
    response.once('finish', () => request.destroy());
    sendProblem(response, problemOf(refusal, String(response.locals['requestId'])));
  });
  return (request, response, next) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if (encoding !== undefined || (length !== undefined && length !== '0')) {
      const network = networkOf(addressOf(request));
      const guest = { request, response };
      open.enter(network, guest);
      const leave = () => open.leave(network, guest);
      request.once('end', leave).once('close', leave);
    }
    next();
  };
}
