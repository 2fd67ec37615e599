import type { Actor } from '../kernel/actor.ts';
import type { AgentId, GroupId } from '../kernel/ids.ts';
import type { Right } from '../../vocabulary/rights.ts';

/** What of the set-up rights depend on: who is in which group, and who leads which. */
export interface Organisation {
  readonly memberships: ReadonlyMap<AgentId, ReadonlyMap<GroupId, unknown>>;
  readonly leads: ReadonlyMap<AgentId, ReadonlySet<GroupId>>;
}

/** Whom or what a right is used on. */
export type Subject =
  /** Another person's calls. */
  | { readonly kind: 'agent'; readonly id: AgentId }
  /** `agentIds`: who was offered it or had it. */
  | { readonly kind: 'call'; readonly groupId: GroupId | null; readonly agentIds: readonly AgentId[] };

/** Whether the actor has the right at all; of whom and what is asked with `may`. */
export function holds(actor: Actor, right: Right): boolean {
  return actor.kind === 'api-key' ? actor.rights.has(right) : true;
}

/**
 * Whether the actor may use the right on this subject. Agents: on themselves and on calls that they have had a part in.
 * Leaders may also read the calls of the groups that they lead, and of calls without a group those of the groups' members.
 * Administrators may read all of the team's.
 */
export function may(actor: Actor, right: Right, subject: Subject, organisation: Organisation): boolean {
  if (!holds(actor, right)) return false;
  if (actor.kind !== 'agent') return true;
  const { agentId, role } = actor;
  if (subject.kind === 'agent' ? subject.id === agentId : subject.agentIds.includes(agentId)) return true;
  // What others do with their calls is theirs alone.
  if (right !== 'read-calls' || role === 'agent') return false;
  if (role === 'admin') return true;
  const led = groupsLedBy(organisation, agentId);
  const leads = (id: AgentId) =>
    [...(organisation.memberships.get(id)?.keys() ?? [])].some((g) => led.has(g));
  if (subject.kind === 'agent') return leads(subject.id);
  return subject.groupId === null ? subject.agentIds.some(leads) : led.has(subject.groupId);
}

/** The groups whose calls a leader sees. */
export function groupsLedBy({ leads }: Organisation, agentId: AgentId): ReadonlySet<GroupId> {
  return leads.get(agentId) ?? new Set();
}
