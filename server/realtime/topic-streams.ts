import type { Identity } from '../core/kernel/actor.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { Logger } from '../core/kernel/logger.ts';
import { Batches } from './batches.ts';
import type { Desks } from './doors.ts';
import { ResumeBuffer } from './resume-buffer.ts';
import { TopicStream, type StreamDeps } from './topic-stream.ts';

/** How long a page may be away and still get what it missed, ms. */
export const KEEP_MS = 60_000;
/** What is kept for pages that are away, of all topics of all teams. */
const MOST_BYTES = 24 * 1024 * 1024;

interface Open {
  readonly stream: TopicStream;
  /** Cancels the end of a stream that nobody follows. */
  stay: () => void;
}

/** The streams of all topics that somebody follows, or has followed a moment ago. */
export class TopicStreams {
  readonly #desks: Pick<Desks, 'topic'>;
  readonly #deps: StreamDeps & { readonly clock: Clock };
  readonly #open = new Map<string, Open>();

  constructor(desks: Pick<Desks, 'topic'>, deps: { readonly clock: Clock; readonly logger: Logger }) {
    this.#desks = desks;
    const { clock, logger } = deps;
    const buffer = new ResumeBuffer(MOST_BYTES, KEEP_MS);
    this.#deps = { clock, logger, buffer, batches: new Batches(clock) };
  }

  /** The one stream of that topic. @throws DomainError when this person may not follow it */
  of(who: Identity, topic: string): TopicStream {
    const place = this.#desks.topic(who, topic);
    const known = this.#open.get(place.key);
    if (known !== undefined) {
      known.stay();
      return known.stream;
    }
    const stream = new TopicStream(topic, place, this.#deps);
    this.#open.set(place.key, { stream, stay: () => undefined });
    return stream;
  }

  /** Somebody has left it: when nobody comes back to it, it ends. */
  left(stream: TopicStream): void {
    const open = this.#open.get(stream.key);
    if (open === undefined || stream.isFollowed) return;
    open.stay();
    open.stay = this.#deps.clock.after(KEEP_MS, () => {
      this.#open.delete(stream.key);
      stream.dispose();
    });
  }

  close(): void {
    for (const { stream, stay } of this.#open.values()) {
      stay();
      stream.dispose();
    }
    this.#open.clear();
  }
}
