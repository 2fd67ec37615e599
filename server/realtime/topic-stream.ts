import { randomBytes } from 'node:crypto';
import type { Position, ServerMessage } from '../contract/realtime/frame.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { Batches } from './batches.ts';
import type { TopicPlace, TopicSource } from './doors.ts';
import type { Kept, ResumeBuffer } from './resume-buffer.ts';
import { textFrame } from './text-frame.ts';

/** Where a stream's messages go. */
export interface Sink {
  /** @param frame as it is written to a WebSocket */
  send(frame: Buffer): void;
  /** False while too much is waiting to be sent: the page gets a snapshot later instead of everything in between. */
  readonly writable: boolean;
}

/** One page that follows a topic. */
export interface Follower {
  readonly sink: Sink;
  /** It has not got what came last; it gets a snapshot when it can take one. */
  behind: boolean;
}

export interface StreamDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly batches: Batches;
  readonly logger: Logger;
  readonly buffer: ResumeBuffer;
}

/**
 * The ordered stream of one topic, the same for all its pages: each message is written once. What came last is kept for pages
 * that come back. A page that cannot take a message is left behind, and gets a snapshot when it can:
 *
 *     follow                      sink not writable
 *   ─────────▶ in step ─────────────────────────────▶ behind
 *                 ▲                                      │
 *                 └──────── drained: snapshot ───────────┘
 */
export class TopicStream {
  /** Names this stream: sequences of another one mean nothing here. */
  readonly epoch = randomBytes(9).toString('base64url');
  readonly #topic: string;
  readonly #place: TopicPlace;
  readonly #deps: StreamDeps;
  readonly #source: TopicSource;
  readonly #followers = new Set<Follower>();
  readonly #kept: Kept[] = [];
  #sequence = 0;
  #cancelTelling: (() => void) | null = null;

  /** @throws DomainError when the topic cannot be opened */
  constructor(topic: string, place: TopicPlace, deps: StreamDeps) {
    this.#topic = topic;
    this.#place = place;
    this.#deps = deps;
    this.#source = place.open(() => this.#changed());
  }

  get key(): string {
    return this.#place.key;
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0;
  }

  /** From a position on when what came after it is still kept, otherwise with a snapshot. */
  follow(sink: Sink, resume?: Position): Follower {
    const follower: Follower = { sink, behind: false };
    this.#followers.add(follower);
    const missed = resume?.epoch === this.epoch ? this.#after(resume.sequence) : null;
    if (resume === undefined || missed === null) this.#snapshot(follower);
    else {
      this.#send(follower, frameOf({ type: 'resumed', topic: this.#topic, ...resume }));
      for (const { frame } of missed) this.#send(follower, frame);
    }
    return follower;
  }

  leave(follower: Follower): void {
    this.#followers.delete(follower);
  }

  /** The sink may have been emptied. */
  catchUp(follower: Follower): void {
    if (follower.behind) this.#snapshot(follower);
  }

  dispose(): void {
    this.#followers.clear();
    this.#cancelTelling?.();
    this.#deps.buffer.drop(this.#kept);
    this.#source.close();
  }

  #changed(): void {
    const { coalesceMs } = this.#place;
    if (coalesceMs === 0) return this.#tell();
    this.#cancelTelling ??= this.#deps.batches.within(coalesceMs, () => {
      this.#cancelTelling = null;
      this.#tell();
    });
  }

  /** Called by timers too: a topic that fails ends nothing but its own telling. */
  #tell(): void {
    try {
      const patch = this.#source.patch();
      if (patch !== null) this.#broadcast(patch);
    } catch (error) {
      this.#deps.logger.error({ topic: this.#topic, err: error }, 'a topic could not be told');
    }
  }

  #broadcast(patch: string): void {
    this.#sequence += 1;
    const head = `{"type":"patch","topic":"${this.#topic}","epoch":"${this.epoch}"`;
    const frame = textFrame(`${head},"sequence":${this.#sequence},"patch":${patch}}`);
    this.#deps.buffer.keep(this.#kept, frame, this.#sequence, this.#deps.clock.now());
    for (const follower of this.#followers) this.#send(follower, frame);
  }

  #send(follower: Follower, frame: Buffer): void {
    if (follower.behind) return;
    if (follower.sink.writable) follower.sink.send(frame);
    else follower.behind = true;
  }

  /** Messages after a sequence, or null when some of them are no longer kept (or were never sent). */
  #after(sequence: number): Kept[] | null {
    if (sequence > this.#sequence) return null;
    const oldest = this.#kept[0]?.sequence ?? this.#sequence + 1;
    return sequence + 1 < oldest ? null : this.#kept.filter((kept) => kept.sequence > sequence);
  }

  #snapshot(follower: Follower): void {
    follower.behind = !follower.sink.writable;
    if (follower.behind) return;
    const head = `{"type":"snapshot","topic":"${this.#topic}","epoch":"${this.epoch}"`;
    const at = `"sequence":${this.#sequence},"time":${this.#deps.clock.now()}`;
    follower.sink.send(textFrame(`${head},${at},"state":${this.#source.snapshot()}}`));
  }
}

export function frameOf(message: ServerMessage): Buffer {
  return textFrame(JSON.stringify(message));
}
