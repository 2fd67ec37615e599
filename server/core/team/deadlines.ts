import { FRESH_MS, heardAt, isSilent } from '../agent/availability.ts';
import { finishWrapUp } from '../agent/next-state.ts';
import type { CallState } from '../model/call.ts';
import { callAgain, callAgainAt } from '../call/device-return.ts';
import { endCall } from '../call/ending.ts';
import { withdrawOffer } from '../call/offer.ts';
import { callBack } from '../call/recovery.ts';
import { ringingLeg } from '../call/talk.ts';
import type { AgentId, GroupId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { TeamState } from '../model/team.ts';

/** An ended call stays in sight for so long, ms. */
export const KEPT_MS = 10_000;
/** The switch joins legs within milliseconds; after so long it will not any more, ms. */
const JOIN_MS = 10_000;

/** When time alone will next change something; null: it will not. Ask again after every decision. */
export function nextDeadline(team: TeamState, now: number): number | null {
  let next = Infinity;
  const waitingGroups = new Set<GroupId>();
  for (const call of team.undecided ? [] : team.calls.values()) {
    next = Math.min(next, deadlineOf(team, call, now));
    if (team.switchUp) next = Math.min(next, callAgainAt(team, call));
    if (call.phase.kind === 'waiting' && call.groupId) waitingGroups.add(call.groupId);
  }
  for (const agent of team.agents.values()) {
    const { activity } = agent;
    if (activity.kind === 'acw' && activity.endsAt !== null) next = Math.min(next, activity.endsAt);
    const page = agent.device.kind === 'browser' ? team.pages.get(agent.id) : undefined;
    if (page && !page.silent) next = Math.min(next, heardAt(page) + FRESH_MS);
    if (page && activity.kind === 'ringing' && !team.undecided) {
      const call = team.calls.get(activity.callId);
      if (call && ringingLeg(call, agent.id)) next = Math.min(next, heardAt(page) + FRESH_MS);
    }
    if (activity.kind !== 'idle') continue;
    for (const groupId of waitingGroups) {
      const retryAt = agent.retryAt[groupId] ?? 0;
      if (retryAt > now) next = Math.min(next, retryAt);
    }
  }
  return next === Infinity ? null : next;
}

function deadlineOf(team: TeamState, call: CallState, now: number): number {
  const { phase } = call;
  // Nobody can be joined while the switch is away: the time for it begins anew when it is back.
  if (!team.switchUp && (phase.kind === 'connecting' || phase.kind === 'recovering')) return Infinity;
  switch (phase.kind) {
    case 'waiting':
    case 'talking':
    case 'held':
      return Infinity;
    case 'offered':
      return Math.min(phase.ringEndsAt, phase.awayUntil ?? Infinity);
    case 'connecting':
      return phase.since + JOIN_MS;
    case 'calling-agent':
    case 'calling-far':
      return Math.min(phase.until, phase.awayUntil ?? Infinity);
    case 'recovering':
      return phase.legId === null && phase.nextTryAt > now
        ? Math.min(phase.until, phase.nextTryAt)
        : phase.until;
    case 'ended':
      return phase.since + KEPT_MS;
    default:
      return phase satisfies never;
  }
}

/** Does what is due. Retry times need no deed: the queues are served after every decision. */
export function tick(draft: Draft): void {
  const { undecided } = draft.team;
  for (const call of undecided ? [] : draft.team.calls.values()) {
    if (draft.now >= deadlineOf(draft.team, call, draft.now)) timeIsUp(draft, call);
    else if (call.phase.kind === 'recovering') callBack(draft, call.id);
    else if (draft.team.switchUp) callAgain(draft, call);
  }
  for (const agent of draft.team.agents.values()) {
    const { activity } = agent;
    if (activity.kind === 'acw' && activity.endsAt !== null && activity.endsAt <= draft.now) {
      finishWrapUp(draft, agent.id);
    }
    if (!isSilent(draft.team, agent, draft.now)) continue;
    // So that everybody who looks sees it, whatever the agent does.
    if (draft.team.pages.get(agent.id)?.silent === false) {
      draft.apply({ type: 'page-fell-silent', agentId: agent.id });
    }
    if (activity.kind === 'ringing' && !undecided) {
      fellSilent(draft, draft.call(activity.callId), agent.id);
    }
  }
}

/** The page went silent while the call rang there: the caller does not wait for the rest of the ring time. */
function fellSilent(draft: Draft, call: CallState, agentId: AgentId): void {
  if (!ringingLeg(call, agentId)) return;
  if (call.phase.kind === 'offered') withdrawOffer(draft, call.id, 'unreachable');
  else endCall(draft, call.id, 'unreachable', { kind: 'system' });
}

/** The device was waited for in vain. */
function isAway(draft: Draft, { awayUntil }: { readonly awayUntil: number | null }): boolean {
  return awayUntil !== null && awayUntil <= draft.now;
}

function timeIsUp(draft: Draft, call: CallState): void {
  const { phase } = call;
  switch (phase.kind) {
    case 'offered':
      withdrawOffer(draft, call.id, isAway(draft, phase) ? 'unreachable' : 'no-answer');
      return;
    case 'connecting':
      endCall(draft, call.id, 'switch-failure', { kind: 'system' });
      return;
    case 'calling-agent':
    case 'calling-far':
      endCall(draft, call.id, isAway(draft, phase) ? 'unreachable' : 'no-answer', { kind: 'system' });
      return;
    case 'recovering':
      if (draft.now >= phase.until) endCall(draft, call.id, 'media-lost', { kind: 'system' });
      else callBack(draft, call.id);
      return;
    case 'ended':
      draft.apply({ type: 'call-removed', callId: call.id });
      return;
    case 'waiting':
    case 'talking':
    case 'held':
      return;
    default:
      phase satisfies never;
  }
}
