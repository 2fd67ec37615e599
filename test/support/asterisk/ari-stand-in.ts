import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AriEvent } from '../../../server/switch/asterisk/ari-types.ts';
import { bodyOf, keyOf, type TapeEntry } from './ari-tape.ts';

type Reply = Extract<TapeEntry, { kind: 'request' }>['reply'];

/** What is asked of a channel, or of a bridge for one, that has to be in the application already. */
const NEEDS_APPLICATION = [
  /^POST \/ari\/channels\/([^/]+)\/(?:dial|play|record|moh|silence|mute|dtmf)\b/,
  /^POST \/ari\/bridges\/[^/]+\/addChannel\?channel=([^&]+)/,
];

interface PendingEvent {
  readonly event: AriEvent;
  readonly delayMs: number;
  /** Events about the same things that come before it. */
  readonly after: readonly PendingEvent[];
  /** Requests that can have caused it, by their key, and how many of them had been made. */
  readonly causes: ReadonlyMap<string, number>;
  readonly outside: number;
  state: 'held' | 'leaving' | 'sent';
}

/** Requests that make something happen to what they name; the others only look or colour. */
const CAUSING =
  /^(?:POST \/ari\/channels\/create|POST .*\/(?:dial|answer|play|record|snoop|stop|addChannel)\b|DELETE \/ari\/(?:channels|bridges|playbacks)\/[^/]+(?:\?|$)|(?:POST|PUT) \/ari\/bridges\/[^/?]+(?:\?|$)|PUT .*\/(?:aor|endpoint)\/)/;

/**
 * Asterisk as it was recorded, with another timing: replies come earlier or later than events, and events about different
 * things in any order. What ARI promises is kept: events about one thing come in their order, and after what caused them.
 */
export class AriStandIn {
  readonly url: string;
  /** Keys of all requests that came. */
  readonly requests: string[] = [];
  readonly #replies = new Map<string, Reply[]>();
  readonly #events: PendingEvent[] = [];
  readonly #replyDelays: () => number;
  readonly #counts = new Map<string, number>();
  readonly #stop: () => void;
  readonly #entered = new Set<string>();
  #socket: WebSocket | null = null;
  #outside = 0;

  private constructor(url: string, tape: readonly TapeEntry[], delays: readonly number[], stop: () => void) {
    this.url = url;
    this.#stop = stop;
    let next = 0;
    const delay = (): number => delays[next++ % delays.length] ?? 0;
    this.#replyDelays = delay;
    const made = new Map<string, number>();
    const last = new Map<string, PendingEvent>();
    let outside = 0;
    for (const entry of tape) {
      if (entry.kind === 'outside') outside += 1;
      else if (entry.kind === 'request') {
        made.set(entry.key, (made.get(entry.key) ?? 0) + 1);
        this.#replies.set(entry.key, [...(this.#replies.get(entry.key) ?? []), entry.reply]);
      } else {
        const about = thingsOf(entry.event);
        const causes = new Map(
          [...made].filter(
            ([key]) => CAUSING.test(key) && about.some((id) => key.includes(encodeURIComponent(id))),
          ),
        );
        const after = about.flatMap((id) => last.get(id) ?? []);
        const pending: PendingEvent = {
          event: entry.event,
          delayMs: delay(),
          after,
          causes,
          outside,
          state: 'held',
        };
        for (const id of about) last.set(id, pending);
        this.#events.push(pending);
      }
    }
  }

  static async play(tape: readonly TapeEntry[], delays: readonly number[]): Promise<AriStandIn> {
    const holder: { it: AriStandIn | null } = { it: null };
    const server = createServer((request, response) => {
      if (holder.it) void holder.it.#answer(request, response);
    });
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => {
      if (holder.it) holder.it.#socket = socket;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    holder.it = new AriStandIn(url, tape, delays, () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.close();
      server.closeAllConnections();
    });
    return holder.it;
  }

  /** Somebody outside has done what was done in the recording. */
  outside(): void {
    this.#outside += 1;
    this.#release();
  }

  /** Events that still wait for something: none when the recording has been played to its end. */
  get held(): string[] {
    return this.#events.filter(({ state }) => state !== 'sent').map(({ event }) => event.type);
  }

  stop(): void {
    this.#stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await bodyOf(request);
    const key = keyOf(request.method ?? '', request.url ?? '');
    this.requests.push(key);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#release();
    const [needed] = NEEDS_APPLICATION.flatMap((pattern) => pattern.exec(key)?.[1] ?? []);
    const early = needed !== undefined && needed.split(',').some((id) => !this.#entered.has(id));
    const reply = early ? undefined : this.#replies.get(key)?.shift();
    setTimeout(() => {
      if (early) response.writeHead(409).end('{"message":"Channel not in Stasis application"}');
      else if (reply) response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.body);
      // Another order asks for other things than the recorded one did: a mute that was not needed there, a state.
      else if (request.method === 'GET') response.writeHead(404).end('{"message":"not found"}');
      else response.writeHead(204).end();
    }, this.#replyDelays());
  }

  #release(): void {
    for (const each of this.#events) {
      if (each.state !== 'held' || each.outside > this.#outside) continue;
      if (each.after.some(({ state }) => state !== 'sent')) continue;
      if ([...each.causes].some(([key, count]) => (this.#counts.get(key) ?? 0) < count)) continue;
      each.state = 'leaving';
      setTimeout(() => {
        each.state = 'sent';
        if (each.event.type === 'StasisStart') this.#entered.add(each.event.channel.id);
        this.#socket?.send(JSON.stringify(each.event));
        this.#release();
      }, each.delayMs);
    }
  }
}

/** Ids of everything that an event is about. */
function thingsOf(event: AriEvent): string[] {
  const found: string[] = [];
  const note = (part: unknown, name: 'id' | 'name' | 'resource'): void => {
    if (typeof part !== 'object' || part === null || !(name in part)) return;
    const value = (part as Record<string, unknown>)[name];
    if (typeof value === 'string') found.push(value);
  };
  const parts = event as unknown as Record<string, unknown>;
  for (const part of ['channel', 'peer', 'bridge', 'playback']) note(parts[part], 'id');
  note(parts['recording'], 'name');
  note(parts['endpoint'], 'resource');
  return found;
}
