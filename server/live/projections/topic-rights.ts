import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId, type GroupId } from '../../core/kernel/ids.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import { may, type Subject } from '../../core/model/rights.ts';
import type { TeamConfig } from '../../core/model/set-up.ts';
import { partsOf } from '../../vocabulary/topics.ts';

/** A topic that somebody may follow. */
export type AllowedTopic =
  | { readonly kind: 'desk' | 'colleagues' }
  | { readonly kind: 'roster'; readonly groupId: GroupId | null }
  | { readonly kind: 'queue'; readonly groupId: GroupId };

/**
 * The one place that says who may follow what. Asked when a page subscribes, and again of all that it follows when the set-up
 * has changed. @throws DomainError not-found, forbidden
 */
export function allowedTopic(who: Requester, name: string, config: TeamConfig): AllowedTopic {
  const parts = partsOf(name);
  if (parts === null) throw new DomainError('not-found', 'There is no such topic.');
  // Whoever has calls may call anybody in.
  if (parts.kind === 'desk' || parts.kind === 'colleagues') return { kind: parts.kind };
  const groupId = parts.groupId === null ? null : asId<GroupId>(parts.groupId);
  const subject: Subject = groupId === null ? { kind: 'team' } : { kind: 'group', id: groupId };
  const right = parts.kind === 'queue' ? 'watch-queues' : 'watch-agents';
  const exists = groupId === null || config.groups.has(groupId);
  // Whether there is a group is told to those alone who might see it.
  if (!exists || !may(who, right, subject, config)) {
    throw new DomainError('forbidden', `You may not follow the topic '${name}'.`);
  }
  return groupId !== null && parts.kind === 'queue'
    ? { kind: 'queue', groupId }
    : { kind: 'roster', groupId };
}
