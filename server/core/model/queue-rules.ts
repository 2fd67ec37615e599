import type { AgentId, GroupId } from '../kernel/ids.ts';
import type { AbsenceRule, Strategy } from '../../vocabulary/queue-rules.ts';

/** How a group's callers wait, and who gets them. Times in ms. */
export interface QueueRules {
  strategy: Strategy;
  /** Of `skill-level`: what an agent has to have after so long a wait. Falls from the first, which is after 0 ms, to level 1. */
  skillSteps: Array<{ afterMs: number; level: number }>;
  /** Points. */
  priority: number;
  /** Whether an agent who has talked with the customer in the last days is waited for; null: no. */
  sticky: { days: number; waitMs: number } | null;
  /** In all, over every group; null: no end. */
  maxWaitMs: number | null;
  maxLength: number | null;
  /** `afterMs`: of waiting in this group; null: not by time. */
  overflow: { afterMs: number | null; to: OverflowTarget } | null;
  whenNobody: AbsenceRule;
  whenPaused: AbsenceRule;
  whenBusy: AbsenceRule;
  /** So many calls in a row that an agent lets ring; null: never. */
  pauseAfterMissed: number | null;
  announcements: { everyMs: number; position: boolean; estimatedWait: boolean } | null;
  /** A folder of sounds; null: none. */
  sounds: string | null;
  /** `percent` of those who were offered, short abandons apart, are to be answered within that time. */
  serviceLevel: { withinMs: number; percent: number; shortAbandonMs: number };
}

export type OverflowTarget =
  | { kind: 'group'; groupId: GroupId }
  | { kind: 'agent'; agentId: AgentId }
  | { kind: 'number'; number: string }
  | { kind: 'end' };

/** As a group's line is until somebody says otherwise. */
export const QUEUE_RULES = {
  strategy: 'longest-idle',
  skillSteps: [],
  priority: 0,
  sticky: null,
  maxWaitMs: null,
  maxLength: null,
  overflow: null,
  whenNobody: 'wait',
  whenPaused: 'wait',
  whenBusy: 'wait',
  pauseAfterMissed: null,
  announcements: null,
  sounds: null,
  serviceLevel: { withinMs: 20_000, percent: 80, shortAbandonMs: 5_000 },
} as const satisfies QueueRules | object;

/** The groups of a ring, the first one once more at its end; null: whoever overflows from that group gets somewhere. */
export function overflowLoop(
  groups: ReadonlyMap<GroupId, Pick<QueueRules, 'overflow'>>,
  from: GroupId,
): GroupId[] | null {
  const path: GroupId[] = [];
  for (let at: GroupId | null = from; at !== null; at = nextGroup(groups.get(at))) {
    const begun = path.indexOf(at);
    path.push(at);
    if (begun >= 0) return path.slice(begun);
  }
  return null;
}

function nextGroup(rules: Pick<QueueRules, 'overflow'> | undefined): GroupId | null {
  const to = rules?.overflow?.to;
  return to?.kind === 'group' ? to.groupId : null;
}
