import type { ProblemCode } from '../../server/contract/problem.ts';
import { ServerMessage } from '../../server/contract/realtime/frame.ts';
import { TOPICS, type TopicPatch, type TopicState } from '../../server/contract/realtime/topics.ts';
import type { Topic, TopicKind } from '../../server/vocabulary/topics.ts';

/** What the server says of one topic. */
export type TopicEvent =
  | {
      [K in TopicKind]:
        | { type: 'snapshot'; kind: K; topic: Topic; state: TopicState<K>; time: number }
        | { type: 'patch'; kind: K; topic: Topic; patch: TopicPatch<K> };
    }[TopicKind]
  /** The stream goes on where it broke. */
  | { type: 'resumed'; topic: Topic }
  /** It is not followed: this agent may not. */
  | { type: 'closed'; topic: Topic; code: ProblemCode };

/** Null for what is not understood: a newer server may say what this page does not know. */
export function parseMessage(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null;
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    // Not from a Telebar server; the deadline of the hello ends such a connection.
    return null;
  }
  const parsed = ServerMessage.safeParse(json);
  return parsed.success ? parsed.data : null;
}

/** Null when its contents are not understood. */
export function eventOf(
  message: Extract<ServerMessage, { type: 'snapshot' | 'patch' | 'resumed' }>,
  topic: Topic,
  kind: TopicKind,
): TopicEvent | null {
  if (message.type === 'resumed') return { type: 'resumed', topic };
  const { state, patch } = TOPICS[kind];
  const parsed =
    message.type === 'snapshot' ? state.safeParse(message.state) : patch.safeParse(message.patch);
  if (!parsed.success) return null;
  const event =
    message.type === 'snapshot'
      ? { type: 'snapshot', kind, topic, state: parsed.data, time: message.time }
      : { type: 'patch', kind, topic, patch: parsed.data };
  return event as TopicEvent;
}
