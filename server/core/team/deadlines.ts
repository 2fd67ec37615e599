import { FRESH_MS, heardAt, isSilent } from '../agent/availability.ts';
import { finishWrapUp } from '../agent/next-state.ts';
import type { CallState } from '../model/call.ts';
import { callAgain, callAgainTimes } from '../call/device-return.ts';
import { endCall } from '../call/ending.ts';
import { withdrawOffer } from '../call/offer.ts';
import { callBack } from '../call/recovery.ts';
import { ringingLeg } from '../call/talk.ts';
import type { AgentState } from '../model/agent.ts';
import type { AgentId } from '../kernel/ids.ts';
import type { Fact } from './input.ts';
import type { Draft } from '../model/draft.ts';
import type { TeamState, Unindexed } from '../model/team.ts';

/** An ended call stays in sight for so long, ms. */
export const KEPT_MS = 10_000;
/** The switch joins legs within milliseconds; after so long it will not any more, ms. */
const JOIN_MS = 10_000;

/** When time alone will next change something; null: it will not. Ask again after every decision. */
export function nextDeadline({ indices }: TeamState): number | null {
  const { calls, agents, rests } = indices.settled;
  const next = Math.min(calls.next, agents.next, rests.next);
  return next === Infinity ? null : next;
}

/** When time alone will next do something to the call, after that time; `Infinity`: it will not. */
export function callDueAt(team: Unindexed, call: CallState, after: number): number {
  if (team.undecided) return Infinity;
  const { phase } = call;
  const times = [endOf(team, call)];
  if (phase.kind === 'recovering' && phase.legId === null && team.switchUp) times.push(phase.nextTryAt);
  if (team.switchUp) times.push(...callAgainTimes(team, call));
  return earliest(times, after);
}

/** The same for an agent, but for the end of a rest, which changes nothing by itself. */
export function agentDueAt(team: Unindexed, agent: AgentState, after: number): number {
  const { activity } = agent;
  const times: number[] = [];
  if (activity.kind === 'acw' && activity.endsAt !== null) times.push(activity.endsAt);
  if (agent.device.kind === 'phone') return earliest(times, after);
  const page = team.pages.get(agent.id);
  if (page && !page.silent) times.push(heardAt(page) + FRESH_MS);
  if (activity.kind === 'ringing' && !team.undecided) {
    const call = team.calls.get(activity.callId);
    if (call && ringingLeg(call, agent.id)) times.push(page ? heardAt(page) + FRESH_MS : activity.since);
  }
  return earliest(times, after);
}

function earliest(times: readonly number[], after: number): number {
  return Math.min(...times.filter((time) => time > after));
}

/** When the phase of the call is over. */
function endOf(team: Unindexed, call: CallState): number {
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
      return phase.until;
    case 'ended':
      return phase.since + KEPT_MS;
    default:
      return phase satisfies never;
  }
}

/** Does what is due. Rests need no deed: who has rested is offered calls after every decision. */
export function tick(draft: Draft, only?: Extract<Fact, { type: 'Tick' }>['only']): void {
  const { team, now } = draft;
  const { undecided } = team;
  const { calls, agents } = team.indices.settled;
  for (const callId of undecided ? [] : (only?.calls ?? calls.due(now))) {
    const call = team.calls.get(callId);
    if (!call) continue;
    if (now >= endOf(team, call)) timeIsUp(draft, call);
    else if (call.phase.kind === 'recovering') callBack(draft, callId);
    else if (team.switchUp) callAgain(draft, call);
  }
  for (const agentId of only?.agents ?? agents.due(now)) {
    const agent = team.agents.get(agentId);
    if (!agent) continue;
    const { activity } = agent;
    if (activity.kind === 'acw' && activity.endsAt !== null && activity.endsAt <= now) {
      finishWrapUp(draft, agentId);
    }
    if (!isSilent(team, agent, now)) continue;
    // So that everybody who looks sees it, whatever the agent does.
    if (team.pages.get(agentId)?.silent === false) draft.apply({ type: 'page-fell-silent', agentId });
    if (activity.kind === 'ringing' && !undecided) fellSilent(draft, draft.call(activity.callId), agentId);
  }
  draft.elapse();
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
      endCall(draft, call.id, 'media-lost', { kind: 'system' });
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
