import type { Use } from '../../contract/people.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { AgentId, GroupId, TeamId } from '../../core/kernel/ids.ts';
import { overflowLoop } from '../../core/model/queue-rules.ts';
import { checkSaved, missing } from './set-up-changes.ts';
import type { Changed, SetUpChanges, SetUpStores } from './set-up-changes.ts';
import type { GroupRow, RouteRow } from './set-up-store.ts';

type Target = Extract<Changed, { kind: 'agent' | 'group' }>;
type Stores = Pick<SetUpStores, 'groups' | 'teams'>;

/** What a removal has to move. */
export async function usesOf(stores: Stores, teamId: TeamId, of: Target): Promise<Use[]> {
  const groups = await openGroups(stores, teamId);
  const numbers = (await stores.teams.routes(teamId)).filter((route) => leadsTo(route.target, of));
  const overflows = groups.filter(({ overflow }) => overflow && leadsTo(overflow.to, of));
  const led = of.kind === 'agent' ? await ledAlone(stores, teamId, of.id) : new Set<GroupId>();
  return [
    ...numbers.map(({ number }) => ({ kind: 'number' as const, id: number, name: number })),
    ...overflows.map(({ id, name }) => ({ kind: 'overflow' as const, id, name })),
    ...groups
      .filter(({ id }) => led.has(id))
      .map(({ id, name }) => ({ kind: 'only-leader' as const, id, name })),
  ];
}

/** @throws in-use, with `uses` */
export function refuseUses(uses: readonly Use[]): void {
  if (uses.length === 0) return;
  throw new DomainError(
    'in-use',
    'Something still leads there: say with moveTo where it goes, or to nobody.',
    {
      uses,
    },
  );
}

/**
 * The audit is told of each.
 * @param to null: numbers lead nowhere from now on, and callers who would overflow there wait on.
 */
export async function moveUses(
  changes: Pick<SetUpChanges, 'record'>,
  stores: SetUpStores,
  who: Requester,
  { of, to }: { of: Target; to: Target | null },
): Promise<void> {
  const { teamId } = who;
  for (const route of await stores.teams.routes(teamId)) {
    if (!leadsTo(route.target, of)) continue;
    const moved = to && { ...route, target: targetOf(to), version: route.version + 1 };
    if (moved === null) await stores.teams.deleteRoute(route);
    else checkSaved(await stores.teams.updateRoute(moved));
    await changes.record(stores, who, 'number', {
      before: { ...route, id: route.number },
      after: moved && { ...moved, id: route.number },
    });
  }
  const groups = new Map((await openGroups(stores, teamId)).map((group) => [group.id, group]));
  if (of.kind === 'group') groups.delete(of.id);
  for (const group of groups.values()) {
    if (!group.overflow || !leadsTo(group.overflow.to, of)) continue;
    const moved = {
      ...group,
      overflow: to && { ...group.overflow, to: targetOf(to) },
      version: group.version + 1,
    };
    const goesRound = overflowLoop(new Map([...groups, [group.id, moved]]), group.id) !== null;
    const after = goesRound ? { ...moved, overflow: null } : moved;
    checkSaved(await stores.groups.update(after));
    groups.set(group.id, after);
    await changes.record(stores, who, 'group', { before: group, after });
  }
  if (of.kind === 'agent' && to?.kind === 'agent') await moveLeads(changes, stores, who, [of.id, to.id]);
}

/** The heir has another version then. */
async function moveLeads(
  changes: Pick<SetUpChanges, 'record'>,
  stores: SetUpStores,
  who: Requester,
  [leaving, agentId]: readonly [AgentId, AgentId],
): Promise<void> {
  const { teamId } = who;
  const led = await ledAlone(stores, teamId, leaving);
  if (led.size === 0) return;
  const before = await leadsOf(stores, teamId, agentId);
  for (const groupId of led) {
    const leaders = await stores.groups.leadersOf(teamId, groupId);
    await stores.groups.setLeaders(teamId, groupId, [...leaders, { teamId, groupId, agentId }]);
  }
  await stores.agents.raiseVersions(teamId, [agentId]);
  const after = await leadsOf(stores, teamId, agentId);
  await changes.record(stores, who, 'agent', { before, after });
}

/** @throws not-found */
export async function heirOf(
  { agents }: Pick<SetUpStores, 'agents'>,
  teamId: TeamId,
  leaving: AgentId,
  moveTo: string,
): Promise<Target | null> {
  if (moveTo === 'nobody') return null;
  const heir = await agents.byId(teamId, asId<AgentId>(moveTo));
  if (!heir?.active || heir.id === leaving) throw missing('agent to move to');
  return { kind: 'agent', id: heir.id };
}

async function openGroups({ groups }: Stores, teamId: TeamId): Promise<GroupRow[]> {
  return (await groups.all(teamId)).filter(({ closedAt }) => closedAt === null);
}

async function ledAlone({ groups }: Stores, teamId: TeamId, agentId: AgentId): Promise<Set<GroupId>> {
  const alone = new Set<GroupId>();
  for (const { groupId } of await groups.leadershipsOf(teamId, [agentId])) {
    if ((await groups.leadersOf(teamId, groupId)).length === 1) alone.add(groupId);
  }
  return alone;
}

/** What the audit compares. */
async function leadsOf({ groups }: Stores, teamId: TeamId, id: AgentId) {
  const leads = (await groups.leadershipsOf(teamId, [id])).map(({ groupId }) => groupId);
  return { id, teamId, leads };
}

function leadsTo(target: NonNullable<GroupRow['overflow']>['to'], of: Target): boolean {
  if (target.kind === 'group') return of.kind === 'group' && target.groupId === of.id;
  return target.kind === 'agent' && of.kind === 'agent' && target.agentId === of.id;
}

function targetOf(to: Target): RouteRow['target'] {
  return to.kind === 'group' ? { kind: 'group', groupId: to.id } : { kind: 'agent', agentId: to.id };
}
