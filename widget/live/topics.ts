import type { KindOf, TopicState } from '../../server/contract/realtime/topics.ts';
import type { Topic } from '../../server/vocabulary/topics.ts';

/** What is known of a topic. */
export interface TopicValue<S> {
  /** Null until the server has told it, and when it may not be followed. */
  readonly state: S | null;
  /** unknown: it has not come yet. fresh. stale: the connection is gone, and this is how it was. refused. */
  readonly status: 'unknown' | 'fresh' | 'stale' | 'refused';
}

interface Followed {
  value: TopicValue<unknown>;
  readonly listeners: Set<() => void>;
}

const UNKNOWN: TopicValue<never> = { state: null, status: 'unknown' };

/**
 * The topics that elements of the page follow, each for as long as somebody does. Elements use it through `TopicsController`; the
 * connection asks the server for what is wanted, and puts what it says in here.
 */
export class Topics {
  readonly #followed = new Map<Topic, Followed>();
  #onWanted: () => void = () => undefined;
  #isTelling = false;

  /** Follows the topic until the returned function is called. `listener`: its value is another one. */
  follow(topic: Topic, listener: () => void): () => void {
    const followed = this.#followed.get(topic) ?? { value: UNKNOWN, listeners: new Set() };
    // Wrapped, so that the same function may follow twice and leave once.
    const own = (): void => listener();
    followed.listeners.add(own);
    if (followed.listeners.size === 1) {
      this.#followed.set(topic, followed);
      this.#wantedChanged();
    }
    return () => {
      followed.listeners.delete(own);
      if (followed.listeners.size > 0 || this.#followed.get(topic) !== followed) return;
      this.#followed.delete(topic);
      this.#wantedChanged();
    };
  }

  value<T extends Topic>(topic: T): TopicValue<TopicState<KindOf<T>>> {
    return (this.#followed.get(topic)?.value ?? UNKNOWN) as TopicValue<TopicState<KindOf<T>>>;
  }

  /** What is followed now. */
  get wanted(): Topic[] {
    return [...this.#followed.keys()];
  }

  /** Tells when that is different, once for all that happens in one turn. */
  onWanted(listener: () => void): void {
    this.#onWanted = listener;
  }

  /** Of a topic that nobody follows nothing is kept. */
  set(topic: Topic, value: TopicValue<unknown>): void {
    const followed = this.#followed.get(topic);
    if (followed === undefined) return;
    followed.value = value;
    for (const listener of [...followed.listeners]) {
      try {
        listener();
      } catch (error) {
        reportError(error);
      }
    }
  }

  /** The connection is gone. */
  stale(): void {
    for (const [topic, { value }] of this.#followed) {
      if (value.status === 'fresh') this.set(topic, { ...value, status: 'stale' });
    }
  }

  /** Nothing of one agent is shown to the next. */
  clear(): void {
    for (const [topic, { value }] of this.#followed) if (value !== UNKNOWN) this.set(topic, UNKNOWN);
  }

  #wantedChanged(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      this.#onWanted();
    });
  }
}
