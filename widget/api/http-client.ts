import { fetchAsIs, hasServiceWorker, randomId, stringify } from '../platform/platform.ts';
import type * as z from 'zod/mini';
import { Problem } from '../../server/contract/problem.ts';
import { CommandError, type CommandFailure } from '../live/command-error.ts';

export interface HttpRequest<T> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/v1, with a leading slash; parts that come from outside are already percent-encoded. */
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  /** What the answer must look like; null when it has no body. */
  schema: z.ZodMiniType<T> | null;
  /** The version that was read of what is changed (`If-Match`). */
  version?: number | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

/** The part of `fetch` that is used. */
export type Fetch = (address: string, init: RequestInit) => Promise<Response>;

/** Dialling waits for a person to pick up, so the server itself decides when a command has failed. */
const TIMEOUT_MS = 15_000;

/**
 * JSON over fetch with a bearer token. Every failure is a `CommandError`: the server's problem document (RFC 9457), `offline`
 * when it could not be reached, `timeout` when it did not answer, `internal` when the answer is not what the contract says.
 */
export class HttpClient {
  readonly #base: string;
  readonly #fetch: Fetch;
  #toldOfWorker = false;
  /** Sent with each request while set. */
  token: string | null = null;

  /** `server`: origin or base address of the Telebar server. */
  constructor(server: string, fetchFunction: Fetch = fetchAsIs) {
    this.#base = `${server.replace(/\/+$/, '')}/api/v1`;
    this.#fetch = fetchFunction;
  }

  async request<T>(request: HttpRequest<T>): Promise<T> {
    const timeout = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
    const response = await this.#send(request, timeout);
    const body = await this.#read(response, request, timeout);
    if (!response.ok) throw this.#refusal(response, body);
    const parsed = request.schema?.safeParse(body);
    // Somebody between, a hotel's login page for instance, answers 200 to everything.
    if (parsed === undefined ? response.status === 204 : parsed.success) return parsed?.data as T;
    this.#suspectWorker();
    throw failure(
      'internal',
      `The server's answer to ${request.method} ${request.path} is not understood.`,
      false,
      {
        issues: parsed?.error?.issues.map((issue) => issue.path.join('.')),
      },
    );
  }

  async #send<T>(request: HttpRequest<T>, timeout: AbortSignal): Promise<Response> {
    const headers = new Headers({ accept: 'application/json' });
    if (this.token !== null) headers.set('authorization', `Bearer ${this.token}`);
    if (request.method === 'POST') headers.set('idempotency-key', randomId());
    if (request.body !== undefined) headers.set('content-type', 'application/json');
    if (request.version !== undefined) headers.set('if-match', `"${request.version}"`);
    try {
      return await this.#fetch(this.#address(request), {
        method: request.method,
        headers,
        ...(request.body === undefined ? {} : { body: stringify(request.body) }),
        credentials: 'omit',
        cache: 'no-store',
        signal: request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]),
      });
    } catch (error) {
      throw unreachable(error, request.signal, timeout);
    }
  }

  async #read<T>(response: Response, request: HttpRequest<T>, timeout: AbortSignal): Promise<unknown> {
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      throw unreachable(error, request.signal, timeout);
    }
    if (text === '') return null;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // A proxy's own page, for instance; judged by the status and the schema.
      return null;
    }
  }

  #refusal(response: Response, body: unknown): CommandError {
    const problem = Problem.safeParse(body);
    if (!problem.success) {
      this.#suspectWorker();
      const busy = response.status >= 502 && response.status <= 504;
      return failure(
        busy ? 'unavailable' : 'internal',
        `The server answered ${response.status}.`,
        busy || response.status === 429,
      );
    }
    const { type: _type, title, status: _status, code, detail, retryable, ...details } = problem.data;
    return failure(code, detail === '' ? title : detail, retryable, details);
  }

  /** An answer that is not the server's may be that of a service worker of the page, which no request can pass by. */
  #suspectWorker(): void {
    if (this.#toldOfWorker || !hasServiceWorker()) return;
    this.#toldOfWorker = true;
    console.warn(
      `Telebar: a service worker of this page answers in the place of ${this.#base}. It has to let such requests pass: return from its fetch event without respondWith.`,
    );
  }

  #address<T>({ path, query }: HttpRequest<T>): string {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query ?? {})) {
      if (value !== undefined) search.set(key, String(value));
    }
    const text = search.toString();
    return `${this.#base}${path}${text === '' ? '' : `?${text}`}`;
  }
}

function unreachable(error: unknown, own: AbortSignal | undefined, timeout: AbortSignal): unknown {
  // The caller has cancelled: that is no failure, and query-core wants to see the abort itself.
  if (own?.aborted === true) return error;
  if (timeout.aborted) return failure('timeout', 'The server did not answer in time.', true);
  return failure('offline', 'The server cannot be reached.', true);
}

function failure(
  code: CommandFailure['code'],
  message: string,
  retryable: boolean,
  details: Record<string, unknown> = {},
): CommandError {
  return new CommandError({ code, message, retryable, details });
}
