import type { Actor, ApiKey, Identity, Power } from '../kernel/actor.ts';
import type { AgentId, GroupId } from '../kernel/ids.ts';
import { REACHES, type Role } from '../../vocabulary/roles.ts';
import { RIGHTS, type Right } from '../../vocabulary/rights.ts';

/** What of the set-up rights depend on: who is in which group, and who leads which. */
export interface Organisation {
  readonly memberships: ReadonlyMap<AgentId, ReadonlyMap<GroupId, unknown>>;
  readonly leads: ReadonlyMap<AgentId, ReadonlySet<GroupId>>;
}

/** Whom or what a right is used on. */
export type Subject =
  | { readonly kind: 'team' }
  | { readonly kind: 'group'; readonly id: GroupId }
  /** Another person's calls and times. */
  | { readonly kind: 'agent'; readonly id: AgentId }
  /** `agentIds`: who was offered it or had it. */
  | { readonly kind: 'call'; readonly groupId: GroupId | null; readonly agentIds: readonly AgentId[] };

/** Of the roles that every team has, only that of administrators has these. */
const OF_ADMINISTRATORS: ReadonlySet<Right> = new Set(['read-audit', 'change-set-up']);
const OF_EVERYBODY: ReadonlySet<Right> = new Set(RIGHTS.filter((right) => !OF_ADMINISTRATORS.has(right)));

/** What the roles that every team has let their people do. */
export const POWERS: Readonly<Record<Role, Power>> = {
  agent: { reach: 'own', rights: OF_EVERYBODY },
  leader: { reach: 'groups', rights: OF_EVERYBODY },
  quality: {
    reach: 'team',
    rights: new Set([
      'use-desk',
      'control-calls',
      'read-calls',
      'read-reports',
      'watch-queues',
      'watch-agents',
      'use-contacts',
      'read-customers',
    ]),
  },
  admin: { reach: 'team', rights: new Set(RIGHTS) },
};

/** What is left to somebody who may not work any more and has a call to finish. */
export const FINISHING: Power = { reach: 'own', rights: new Set(['use-desk', 'control-calls']) };

/** Somebody with a role. */
type Powerful = Pick<Identity, 'role' | 'power'>;

export function powerOf(who: Powerful | ApiKey): Power {
  return 'rights' in who ? { reach: 'team', rights: who.rights } : (who.power ?? POWERS[who.role]);
}

/** Whether the one may do everything that the other one may, to as many. */
export function includesPower(power: Power, other: Power): boolean {
  return (
    REACHES.indexOf(power.reach) >= REACHES.indexOf(other.reach) &&
    [...other.rights].every((right) => power.rights.has(right))
  );
}

/** Whether the actor has the right at all; of whom and what is asked with `may`. */
export function holds(actor: Actor, right: Right): boolean {
  return actor.kind === 'system' || powerOf(actor).rights.has(right);
}

/**
 * Whether the actor may use the right on this subject. Agents: on themselves, on calls that they have had a part in, and
 * they may watch the queues of their groups. Leaders may also watch the groups that they lead, and read their calls, and of calls
 * without a group those of the groups' members. Administrators may watch and read all of the team's.
 */
export function may(actor: Actor, right: Right, subject: Subject, organisation: Organisation): boolean {
  if (!holds(actor, right)) return false;
  if (actor.kind !== 'agent') return true;
  const { agentId } = actor;
  const { reach } = powerOf(actor);
  if (right === 'supervise') {
    return subject.kind === 'agent' && maySupervise({ ...actor, id: agentId }, subject.id, organisation);
  }
  if (subject.kind === 'team' || subject.kind === 'group')
    return mayWatch(actor, right, subject, organisation);
  if (subject.kind === 'agent' ? subject.id === agentId : subject.agentIds.includes(agentId)) return true;
  // What others do with their calls is theirs alone.
  if ((right !== 'read-calls' && right !== 'read-reports') || reach === 'own') return false;
  if (reach === 'team') return true;
  const led = groupsLedBy(organisation, agentId);
  const leads = (id: AgentId) =>
    [...(organisation.memberships.get(id)?.keys() ?? [])].some((g) => led.has(g));
  if (subject.kind === 'agent') return leads(subject.id);
  return subject.groupId === null ? subject.agentIds.some(leads) : led.has(subject.groupId);
}

function mayWatch(
  actor: Identity,
  right: Right,
  subject: Extract<Subject, { kind: 'team' | 'group' }>,
  organisation: Organisation,
): boolean {
  if (right !== 'watch-queues' && right !== 'watch-agents') return false;
  const { agentId } = actor;
  const { reach } = powerOf(actor);
  if (reach === 'team') return true;
  if (subject.kind === 'team') return false;
  if (reach === 'groups' && groupsLedBy(organisation, agentId).has(subject.id)) return true;
  return right === 'watch-queues' && (organisation.memberships.get(agentId)?.has(subject.id) ?? false);
}

/** Administrators everybody, leaders the members of their groups, and nobody themselves. */
export function maySupervise(
  { id, ...leader }: Powerful & { readonly id: AgentId },
  agentId: AgentId,
  organisation: Organisation,
): boolean {
  const { reach, rights } = powerOf(leader);
  if (!rights.has('supervise') || reach === 'own' || id === agentId) return false;
  if (reach === 'team') return true;
  const led = groupsLedBy(organisation, id);
  return [...(organisation.memberships.get(agentId)?.keys() ?? [])].some((groupId) => led.has(groupId));
}

/** The groups whose calls a leader sees. */
export function groupsLedBy({ leads }: Organisation, agentId: AgentId): ReadonlySet<GroupId> {
  return leads.get(agentId) ?? new Set();
}
