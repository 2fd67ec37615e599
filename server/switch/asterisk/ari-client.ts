import type { AriOperations } from './ari-types.ts';
import { AriError } from './ari-error.ts';

const REQUEST_MS = 5_000;

type Operations = AriOperations;
type Part<K extends keyof Operations, Name extends string> =
  Operations[K] extends Record<Name, infer Value> ? Value : never;

/** Path, query and body of an operation; a query without required fields may be left out. */
export type AriRequest<K extends keyof Operations> = ([Part<K, 'path'>] extends [never]
  ? unknown
  : { path: Part<K, 'path'> }) &
  ([Part<K, 'query'>] extends [never]
    ? unknown
    : object extends Part<K, 'query'>
      ? { query?: Part<K, 'query'> }
      : { query: Part<K, 'query'> }) & { body?: Record<string, unknown> };

type Value = string | number | boolean;

interface Loose {
  path?: Record<string, Value>;
  query?: Record<string, Value | readonly Value[] | undefined>;
  body?: Record<string, unknown>;
}

/** Asterisk's REST interface, typed by the description that Asterisk carries itself. */
export class AriClient {
  readonly #base: string;
  readonly #authorization: string;

  /** @param url `http://host:port`, without `/ari` */
  constructor(url: string, user: string, password: string) {
    this.#base = `${url.replace(/\/+$/, '')}/ari`;
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  get authorization(): string {
    return this.#authorization;
  }

  /** Address of the event socket. */
  eventsUrl(application: string): string {
    const query = new URLSearchParams({ app: application });
    return `${this.#base.replace(/^http/, 'ws')}/events?${query}`;
  }

  /** @throws AriError */
  async call<K extends keyof Operations>(
    operation: K,
    request: AriRequest<K>,
  ): Promise<Operations[K]['response']> {
    const response = await this.#send(operation, request as Loose);
    if (response.status === 204) return null as Operations[K]['response'];
    return (await response.json()) as Operations[K]['response'];
  }

  /** The audio of a finished recording. @throws AriError */
  async recordingFile(recordingName: string): Promise<Buffer> {
    const operation = 'GET /recordings/stored/{recordingName}/file';
    const response = await this.#send(operation, { path: { recordingName } });
    return Buffer.from(await response.arrayBuffer());
  }

  async #send(operation: keyof Operations, { path = {}, query = {}, body }: Loose): Promise<Response> {
    const [method = '', template = ''] = operation.split(' ');
    const place = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
      encodeURIComponent(String(path[name])),
    );
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) search.set(name, typeof value === 'object' ? value.join(',') : String(value));
    }
    const url = `${this.#base}${place}${search.size === 0 ? '' : `?${search}`}`;
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers: {
          authorization: this.#authorization,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(REQUEST_MS),
      });
    } catch (cause) {
      throw new AriError(0, `${method} ${place}: Asterisk does not answer`, { cause });
    }
    if (response.ok) return response;
    const text = await response.text().catch(() => '');
    throw new AriError(response.status, `${method} ${place}: ${response.status} ${messageOf(text)}`);
  }
}

function messageOf(text: string): string {
  try {
    const parsed = JSON.parse(text) as { message?: string; error?: string };
    return parsed.message ?? parsed.error ?? text;
  } catch {
    return text.slice(0, 200);
  }
}
