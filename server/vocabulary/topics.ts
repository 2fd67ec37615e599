/** What a page can follow on the realtime socket: each topic has a stream of its own, shared by all who follow it. */
export type Topic =
  /** The agent's own desk: presence, device, calls. */
  | 'desk'
  /** Everybody of the team. */
  | 'roster'
  /** Whom an agent can call in: everybody of the team with little of each, and its groups. */
  | 'colleagues'
  /** The members of one group, by its id. */
  | `roster:${string}`
  /** The line of one group and who serves it, in numbers. */
  | `queue:${string}`;
export type TopicKind = 'desk' | 'roster' | 'colleagues' | 'queue';

/** Kind of a topic, and the group that it names, if any; null: there is no such topic. */
export function partsOf(topic: string): { kind: TopicKind; groupId: string | null } | null {
  if (topic === 'desk' || topic === 'roster' || topic === 'colleagues') return { kind: topic, groupId: null };
  const [, kind, groupId] = /^(roster|queue):(.+)$/.exec(topic) ?? [];
  return kind === undefined || groupId === undefined ? null : { kind: kind as TopicKind, groupId };
}
