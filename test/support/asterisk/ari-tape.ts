import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { AriEvent } from '../../../server/switch/asterisk/ari-types.ts';
import type { AsteriskNode } from './node.ts';

/** What passed between the adapter and Asterisk, in the order in which it passed. */
export type TapeEntry =
  | { kind: 'request'; key: string; reply: { status: number; type: string; body: Buffer } }
  | { kind: 'event'; event: AriEvent }
  /** Somebody outside did something: rang, answered, hung up. */
  | { kind: 'outside' };

/** Names a request without what differs from run to run: the address of our audio server. */
export function keyOf(method: string, url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://ari');
  const query = [...searchParams]
    .filter(([name]) => name !== 'media')
    .map(([name, value]) => `${name}=${value}`)
    .toSorted();
  return `${method} ${pathname}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

export async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Stands between the adapter and a real Asterisk, and writes down what passes. */
export class AriRecorder {
  readonly tape: TapeEntry[] = [];
  readonly url: string;
  readonly #stop: () => void;

  private constructor(url: string, tape: TapeEntry[], stop: () => void) {
    this.url = url;
    this.tape = tape;
    this.#stop = stop;
  }

  static async before(node: AsteriskNode): Promise<AriRecorder> {
    const tape: TapeEntry[] = [];
    const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { method = 'GET', url = '' } = request;
      const body = await bodyOf(request);
      const reply = { status: 0, type: '', body: Buffer.alloc(0) };
      tape.push({ kind: 'request', key: keyOf(method, url), reply });
      const answer = await fetch(`${node.ariUrl}${url}`, {
        method,
        headers: {
          authorization: request.headers.authorization ?? '',
          'content-type': request.headers['content-type'] ?? '',
        },
        ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
      });
      reply.status = answer.status;
      reply.type = answer.headers.get('content-type') ?? '';
      reply.body = Buffer.from(await answer.arrayBuffer());
      response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.body);
    };
    const server = createServer((request, response) => {
      pass(request, response).catch(() => response.destroy());
    });
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      const far = new WebSocket(`${node.ariUrl.replace('http', 'ws')}${request.url ?? ''}`, {
        headers: { authorization: request.headers.authorization ?? '' },
      });
      far.on('error', () => socket.destroy());
      // Only then does Asterisk know of the application.
      far.on('open', () => {
        sockets.handleUpgrade(request, socket, head, (near) => {
          far.on('message', (data: Buffer) => {
            tape.push({ kind: 'event', event: JSON.parse(data.toString()) as AriEvent });
            near.send(data.toString());
          });
          near.on('close', () => far.close());
          far.on('close', () => near.close());
        });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new AriRecorder(url, tape, () => {
      sockets.close();
      server.close();
      server.closeAllConnections();
    });
  }

  outside(): void {
    this.tape.push({ kind: 'outside' });
  }

  stop(): void {
    this.#stop();
  }
}
