import type { Told } from './told.ts';

/** Open topics of one kind, by what they are about. */
export class OpenTopics<Key, Topic extends Told> {
  readonly #topics = new Map<Key, Set<Topic>>();

  get isEmpty(): boolean {
    return this.#topics.size === 0;
  }

  /** Until it is closed. */
  open(key: Key, topic: Topic): Topic {
    const topics = this.#topics.get(key) ?? new Set<Topic>();
    this.#topics.set(key, topics.add(topic));
    topic.onClose = () => {
      topics.delete(topic);
      if (topics.size === 0 && this.#topics.get(key) === topics) this.#topics.delete(key);
    };
    return topic;
  }

  of(key: Key): Iterable<Topic> {
    return this.#topics.get(key) ?? [];
  }

  *all(): Iterable<Topic> {
    for (const topics of this.#topics.values()) yield* topics;
  }
}
