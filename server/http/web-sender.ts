import {
  Agent as HttpAgent,
  request as overHttp,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as overHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { hostAddresses, type HostAddresses } from './host-addresses.ts';
import { checkTarget, judgedLookup } from './judged-lookup.ts';

/** An answer is waited for so long, in all, ms. */
const TIMEOUT_MS = 10_000;
/** Of an answer so much is let through, to keep its connection; of a longer one the connection is closed. */
const MOST_ANSWER_BYTES = 16_384;
/** Connections are kept for what is sent next: so many to one host, for so long, ms. Most servers close theirs after five seconds or later. */
const AGENT = { keepAlive: true, maxSockets: 16, maxFreeSockets: 2, timeout: 4_000 } as const;

export interface WebSenderOptions {
  /** Whether addresses of the own network, and plain HTTP, are allowed. */
  readonly inside: boolean;
  /** Absent: those that name servers tell. */
  readonly addressesOf?: HostAddresses;
}

/**
 * Sends over HTTP. The very addresses that were looked up are judged and connected to, so that a name cannot mean one thing
 * when it is checked and another one a moment later. Redirects are answers like others: they are not followed. Of the answer
 * only the status is read.
 */
export class WebSender {
  readonly #inside: boolean;
  readonly #lookup: LookupFunction;
  readonly #agents = { http: new HttpAgent(AGENT), https: new HttpsAgent(AGENT) };

  constructor({ inside, addressesOf = hostAddresses(inside) }: WebSenderOptions) {
    this.#inside = inside;
    this.#lookup = judgedLookup(addressesOf, inside);
  }

  /** Resolves with the status, 100 to 599. Rejects when there was no answer, with a sentence. */
  async send(
    url: string,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal,
  ): Promise<number> {
    const target = new URL(url);
    checkTarget(target, this.#inside);
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const attempt = () => this.#post(target, headers, Buffer.from(body), AbortSignal.any([signal, timeout]));
    try {
      return await attempt().catch((error: unknown) => {
        // The other side had closed the connection that was kept: it has not read anything.
        if (error instanceof ClosedMeanwhile) return attempt();
        throw error;
      });
    } catch (cause) {
      if (timeout.aborted && !signal.aborted)
        throw new Error(`There was no answer within ${TIMEOUT_MS / 1000} seconds.`, { cause });
      throw cause;
    }
  }

  /** Closes the connections that are kept. */
  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #post(target: URL, headers: Record<string, string>, bytes: Buffer, signal: AbortSignal): Promise<number> {
    const isSecure = target.protocol === 'https:';
    const options: RequestOptions = {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': bytes.length,
        'user-agent': 'Telebar-Webhooks/1',
      },
      lookup: this.#lookup,
      agent: isSecure ? this.#agents.https : this.#agents.http,
      signal,
    };
    return new Promise((resolve, reject) => {
      const request = (isSecure ? overHttps : overHttp)(target, options, (response) => {
        resolve(response.statusCode ?? 0);
        letThrough(response);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        const isClosed = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(isClosed ? new ClosedMeanwhile(error.message, { cause: error }) : error);
      });
      request.end(bytes);
    });
  }
}

class ClosedMeanwhile extends Error {}

/** Nobody reads it; what is short leaves the connection free for the next one. */
function letThrough(response: IncomingMessage): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) response.destroy();
  });
  // The status has been told: what becomes of the rest concerns nobody.
  response.on('error', () => {});
}
