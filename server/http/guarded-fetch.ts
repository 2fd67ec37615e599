import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { hostAddresses, type HostAddresses } from './host-addresses.ts';
import { checkTarget, judgedLookup } from './judged-lookup.ts';

/** An answer is waited for so long, in all, ms. */
const TIMEOUT_MS = 10_000;
/** Documents and keys of a provider have a few kilobytes. */
const MOST_BYTES = 1_048_576;

/** What is asked of an address that somebody else has named. */
export interface GuardedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}
export type GuardedFetch = (url: string, request: GuardedRequest) => Promise<Response>;

interface Options {
  /** Whether addresses of the own network, and plain HTTP, are allowed. */
  readonly inside: boolean;
  /** Absent: those that name servers tell. */
  readonly addressesOf?: HostAddresses;
}

/**
 * `fetch` for addresses that are set up by administrators: those that were looked up are judged and connected to, redirects are answers like
 * others, and what is too long or too slow is an error with a sentence.
 */
export function guardedFetch({ inside, addressesOf = hostAddresses(inside) }: Options): GuardedFetch {
  const lookup = judgedLookup(addressesOf, inside);
  return async (url, { method, headers, body, signal }) => {
    const target = new URL(url);
    checkTarget(target, inside);
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    const options = {
      ...{ method, headers, lookup, signal: signal ? AbortSignal.any([signal, limit]) : limit },
      // None that somebody else has opened: whose address would have been judged by nobody.
      agent: false,
    };
    try {
      return await new Promise<Response>((resolve, reject) => {
        const ask = target.protocol === 'https:' ? overHttps : overHttp;
        const request = ask(target, options, (response) => {
          read(response).then((bytes) => resolve(answerOf(response, bytes)), reject);
        });
        request.on('error', reject);
        request.end(bytesOf(body));
      });
    } catch (cause) {
      if (!limit.aborted) throw cause;
      throw new Error(`There was no answer within ${TIMEOUT_MS / 1000} seconds.`, { cause });
    }
  };
}

async function read(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error('The answer is longer than 1 MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Statuses that have no body may have none in a `Response` either (Fetch, null body status). */
function answerOf({ statusCode = 502, headers }: IncomingMessage, bytes: Buffer): Response {
  const told = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
  const body = [204, 205, 304].includes(statusCode) ? null : new Uint8Array(bytes);
  return new Response(body, { status: statusCode, headers: told });
}

function bytesOf(body: unknown): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new Error('A body of this kind is not sent.');
}
