import type { Topic } from '../../server/vocabulary/topics.ts';
import type { TopicEvent } from './server-messages.ts';
import { FOLDS } from './topic-fold.ts';
import type { Topics } from './topics.ts';

/** Puts what the server says of a topic beside the desk where elements find it. */
export function feedTopic(topics: Topics, event: TopicEvent): void {
  const { topic } = event;
  switch (event.type) {
    case 'snapshot':
      return topics.set(topic, { state: event.state, status: 'fresh' });
    case 'resumed':
      return topics.set(topic, { ...topics.value(topic), status: 'fresh' });
    case 'patch':
      return topics.set(topic, { state: patched(topics, topic, event), status: 'fresh' });
    case 'closed':
      return topics.set(topic, { state: null, status: 'refused' });
    default:
      return event satisfies never;
  }
}

function patched(
  topics: Topics,
  topic: Topic,
  { kind, patch }: Extract<TopicEvent, { type: 'patch' }>,
): unknown {
  const { state } = topics.value(topic);
  const fold = FOLDS[kind] as (state: unknown, patch: unknown) => unknown;
  return state === null ? null : fold(state, patch);
}
