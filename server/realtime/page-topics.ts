import type { Subscription } from '../contract/realtime/frame.ts';
import type { Identity } from '../core/kernel/actor.ts';
import type { Explain } from './doors.ts';
import { frameOf, type Follower, type Sink, type TopicStream } from './topic-stream.ts';
import type { TopicStreams } from './topic-streams.ts';

/** Topics that one page may follow at a time. */
export const MOST_TOPICS = 256;

/** The topics that one connected page follows. */
export class PageTopics {
  readonly #sink: Sink;
  readonly #streams: TopicStreams;
  readonly #explain: Explain;
  readonly #followed = new Map<string, { stream: TopicStream; follower: Follower }>();

  constructor(sink: Sink, streams: TopicStreams, explain: Explain) {
    this.#sink = sink;
    this.#streams = streams;
    this.#explain = explain;
  }

  /** @throws whatever keeps the page from its own desk; of other topics it is told that they are closed */
  subscribe(who: Identity, topics: readonly Subscription[]): void {
    for (const { topic, resume } of topics) {
      this.#leave(topic);
      if (this.#followed.size >= MOST_TOPICS) {
        this.#close(topic, 'rate-limited', `At most ${MOST_TOPICS} topics are followed by a page.`);
        continue;
      }
      try {
        const stream = this.#streams.of(who, topic);
        this.#followed.set(topic, { stream, follower: stream.follow(this.#sink, resume) });
      } catch (error) {
        this.#refuse(topic, error);
      }
    }
  }

  unsubscribe(topics: readonly string[]): void {
    for (const topic of topics) this.#leave(topic);
  }

  /** Who may follow what may be different now: what is not allowed any more ends. */
  review(who: Identity): void {
    for (const [topic, { stream }] of this.#followed) {
      try {
        if (this.#streams.of(who, topic) === stream) continue;
        this.subscribe(who, [{ topic }]);
      } catch (error) {
        this.#leave(topic);
        this.#refuse(topic, error);
      }
    }
  }

  /** What the page has not read is sent again as a whole, when it reads again. */
  catchUp(): void {
    for (const { stream, follower } of this.#followed.values()) stream.catchUp(follower);
  }

  leave(): void {
    for (const topic of [...this.#followed.keys()]) this.#leave(topic);
  }

  #leave(topic: string): void {
    const followed = this.#followed.get(topic);
    if (followed === undefined) return;
    this.#followed.delete(topic);
    followed.stream.leave(followed.follower);
    this.#streams.left(followed.stream);
  }

  #refuse(topic: string, error: unknown): void {
    if (topic === 'desk') throw error;
    const { code, detail } = this.#explain(error);
    this.#close(topic, code, detail);
  }

  #close(topic: string, code: ReturnType<Explain>['code'], detail: string): void {
    this.#sink.send(frameOf({ type: 'closed', topic, code, detail }));
  }
}
