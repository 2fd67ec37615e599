import type { GroupSetUpPatch } from '../../contract/set-up.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { AgentId, GroupId } from '../../core/kernel/ids.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import { overflowLoop } from '../../core/model/queue-rules.ts';
import type { OverflowTarget, QueueRules } from '../../core/model/queue-rules.ts';
import { refuseLeadingHere } from './numbers-that-lead-here.ts';
import { missing } from './set-up-changes.ts';
import type { SetUpStores } from './set-up-changes.ts';
import type { GroupRow } from './set-up-store.ts';

type Given = NonNullable<NonNullable<GroupSetUpPatch['overflow']>>;

/** As it is kept. */
export function overflowOf({ afterMs, to }: Given): NonNullable<QueueRules['overflow']> {
  return { afterMs, to: targetOf(to) };
}

function targetOf(to: Given['to']): OverflowTarget {
  if (to.kind === 'group') return { kind: 'group', groupId: asId<GroupId>(to.groupId) };
  return to.kind === 'agent' ? { kind: 'agent', agentId: asId<AgentId>(to.agentId) } : to;
}

/**
 * Whether callers of the group, as it is about to be saved, get somewhere in the end.
 * @throws not-found: no such group or agent; overflow-outside: the group may not pass calls on outside; overflow-loop, `groups` in their order;
 * number-leads-here
 */
export async function checkOverflow(stores: SetUpStores, row: GroupRow, numbers: Numbers): Promise<void> {
  const to = row.overflow?.to;
  if (!to) return;
  if (to.kind === 'number' && !row.transferOutside) {
    throw new DomainError(
      'overflow-outside',
      `Calls of ${row.name} may not be passed on to numbers outside: allow that, or choose another overflow.`,
    );
  }
  if (to.kind === 'number')
    await refuseLeadingHere(stores, numbers, { teamId: row.teamId, number: to.number });
  if (to.kind === 'agent') {
    const agent = await stores.agents.byId(row.teamId, to.agentId);
    if (!agent || agent.deletedAt !== null) throw missing('agent');
  }
  if (to.kind !== 'group') return;
  const open = (await stores.groups.all(row.teamId)).filter(({ closedAt }) => closedAt === null);
  const groups = new Map([...open, row].map((each) => [each.id, each]));
  if (!groups.has(to.groupId)) throw missing('group');
  const loop = overflowLoop(groups, row.id);
  if (!loop) return;
  const named = loop.map((id) => ({ id, name: groups.get(id)?.name ?? id }));
  throw new DomainError('overflow-loop', loopSentence(named.map(({ name }) => name)), { groups: named });
}

/** `names`: the first one once more at the end. */
function loopSentence(names: readonly string[]): string {
  const steps = names.slice(1).map((name, index) => `${names[index]} to ${name}`);
  return `Callers would go round: from ${steps.join(', from ')}. Let one of these groups overflow to somebody else.`;
}
