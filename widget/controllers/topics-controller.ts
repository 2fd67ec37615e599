import { ContextConsumer } from '@lit/context';
import type { ReactiveController } from 'lit';
import type { KindOf, TopicState } from '../../server/contract/realtime/topics.ts';
import type { Topic } from '../../server/vocabulary/topics.ts';
import { topicsContext } from '../live/contexts.ts';
import type { Topics } from '../live/topics.ts';
import type { ControllerHost } from './context-value.ts';

/**
 * Follows topics while the element is on the page, and asks for an update when one of them says something else.
 *
 * ```ts
 * readonly #queues = new TopicsController(this, () => this.groupIds.map((id) => `queue:${id}` as const));
 * render() { const figures = this.#queues.state(`queue:${id}`); … }
 * ```
 */
export class TopicsController implements ReactiveController {
  readonly #host: ControllerHost;
  readonly #wanted: () => readonly Topic[];
  readonly #followed = new Map<Topic, () => void>();
  #topics: Topics | undefined;
  #isConnected = false;

  /** `wanted`: asked anew after each update. */
  constructor(host: ControllerHost, wanted: () => readonly Topic[]) {
    this.#host = host;
    this.#wanted = wanted;
    host.addController(this);
    new ContextConsumer(host, {
      context: topicsContext,
      subscribe: true,
      callback: (topics) => this.#attach(topics),
    });
  }

  /** Null as long as the server has not told it. */
  state<T extends Topic>(topic: T): TopicState<KindOf<T>> | null {
    return this.#topics?.value(topic).state ?? null;
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.#follow();
  }

  hostUpdated(): void {
    this.#follow();
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#follow();
  }

  #attach(topics: Topics): void {
    if (topics === this.#topics) return;
    this.#leave([...this.#followed.keys()]);
    this.#topics = topics;
    this.#follow();
  }

  #follow(): void {
    const topics = this.#topics;
    const wanted = new Set(this.#isConnected ? this.#wanted() : []);
    this.#leave([...this.#followed.keys()].filter((topic) => !wanted.has(topic)));
    if (topics === undefined) return;
    for (const topic of wanted) {
      if (this.#followed.has(topic)) continue;
      this.#followed.set(
        topic,
        topics.follow(topic, () => this.#host.requestUpdate()),
      );
    }
  }

  #leave(topics: readonly Topic[]): void {
    for (const topic of topics) {
      this.#followed.get(topic)?.();
      this.#followed.delete(topic);
    }
  }
}
