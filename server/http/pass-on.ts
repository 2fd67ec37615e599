import type { Request, Response } from 'express';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '../core/kernel/domain-error.ts';
import { headersToPassOn } from '../core/kernel/passed-on.ts';

/** A command waits for the switch; after so long nothing comes any more, ms. */
const ANSWER_MS = 15_000;
/** Of the request, beside what is told of its page. */
const ASKED = ['accept', 'authorization', 'content-type', 'idempotency-key', 'if-match'];
/** Of the connection between the servers, and nobody else's business (RFC 9110 §7.6.1). */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'date']);

/** The team lives at another server. */
export class Elsewhere extends Error {
  readonly url: string;
  constructor(url: string) {
    super(`The team lives at ${url}.`);
    this.url = url;
  }
}

/**
 * Has another server answer a request whose body has been read (JSON or none).
 * @throws DomainError `unavailable` when it does not answer
 */
export async function passOn(request: Request, response: Response, url: string): Promise<void> {
  const headers = headersToPassOn(request.headers);
  for (const name of ASKED) {
    const value = request.get(name);
    if (value !== undefined) headers[name] = value;
  }
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  if (body !== null) headers['content-length'] = String(Buffer.byteLength(body));
  try {
    const asking = (url.startsWith('https:') ? secure : plain)(url + request.originalUrl, {
      method: request.method,
      headers,
      timeout: ANSWER_MS,
    });
    asking.once('timeout', () => asking.destroy(new Error('no answer in time')));
    response.once('close', () => asking.destroy());
    await new Promise<void>((resolve, reject) => {
      asking.once('error', reject);
      asking.once('response', (answer) => {
        response.status(answer.statusCode ?? 502);
        for (const [name, value] of Object.entries(answer.headers)) {
          if (value !== undefined && !OF_THE_CONNECTION.has(name)) response.setHeader(name, value);
        }
        pipeline(answer, response).then(resolve, reject);
      });
      asking.end(body ?? undefined);
    });
  } catch (cause) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    throw new DomainError(
      'unavailable',
      'The server that has the team does not answer: come again.',
      {},
      { cause },
    );
  }
}
