import { lookup as lookUp } from 'node:dns';
import { request as overHttp, type RequestOptions } from 'node:http';
import { request as overHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { hostOf, isPublic } from './hook-address.ts';

/** An answer is waited for so long, in all, ms. */
const TIMEOUT_MS = 10_000;

/**
 * Sends over HTTP. The very address that was looked up is judged and connected to, so that a name cannot mean one thing when
 * it is checked and another one a moment later. Redirects are answers like others: they are not followed. Of the answer only
 * the status is read.
 */
export class WebSender {
  readonly #inside: boolean;

  /** @param inside whether addresses of the own network are allowed */
  constructor(inside: boolean) {
    this.#inside = inside;
  }

  /** Resolves with the status, 100 to 599. Rejects when there was no answer, with a sentence. */
  send(url: string, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<number> {
    const target = new URL(url);
    const host = hostOf(target);
    if (!this.#inside && isIP(host) !== 0 && !isPublic(host)) return Promise.reject(inside(host));
    const bytes = Buffer.from(body);
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const options: RequestOptions = {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': bytes.length,
        'user-agent': 'Telebar-Webhooks/1',
      },
      lookup: this.#inside ? undefined : publicOnly,
      // Its own connection each time: nobody's sockets are kept open for it.
      agent: false,
      signal: AbortSignal.any([signal, timeout]),
    };
    return new Promise((resolve, reject) => {
      const request = (target.protocol === 'https:' ? overHttps : overHttp)(target, options, (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      request.on('error', (cause) =>
        reject(
          timeout.aborted && !signal.aborted
            ? new Error(`There was no answer within ${TIMEOUT_MS / 1000} seconds.`, { cause })
            : cause,
        ),
      );
      request.end(bytes);
    });
  }
}

const publicOnly: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const found = addresses.find(({ address }) => !isPublic(address));
    if (found) return callback(inside(found.address), []);
    if (options.all === true) return callback(null, addresses);
    const [first] = addresses;
    return callback(null, first?.address ?? '', first?.family);
  });
};

function inside(address: string): Error {
  return new Error(`The address ${address} is not one of the public internet.`);
}
