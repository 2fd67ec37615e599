import { finishWrapUp } from '../agent/next-state.ts';
import type { CallState } from '../model/call.ts';
import { dropParty } from '../call/leaving.ts';
import type { CallId } from '../kernel/ids.ts';
import type { Cause, Offer } from '../model/call.ts';
import { offersOf } from '../model/offers.ts';
import type { Party } from '../model/party.ts';
import { awayParties, calledParties } from '../model/parties.ts';
import { callAgain, callAgainTimes } from '../call/device-return.ts';
import { endCall } from '../call/ending.ts';
import { withdrawOffer } from '../call/offer.ts';
import { callBack } from '../call/recovery.ts';
import { leaveSilentPage, ringsInSilence } from '../call/silent-page.ts';
import { announce, announceTimes } from '../queue/announcing.ts';
import { keepLimits, limitTimes } from '../queue/overflow.ts';
import { lowerWishes, wishTimes } from '../queue/wishes.ts';
import type { AgentState } from '../model/agent.ts';
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
  const times = [endOf(team, call)];
  if (call.phase.kind === 'waiting')
    times.push(...wishTimes(team, call), ...limitTimes(team, call), ...announceTimes(team, call));
  if (team.switchUp) times.push(...callAgainTimes(team, call), ...callBackTimes(call));
  return earliest(times, after);
}

/** The same for an agent, but for the end of a rest, which changes nothing by itself. */
export function agentDueAt(team: Unindexed, agent: AgentState, after: number): number {
  const { activity } = agent;
  const times: number[] = [];
  if (activity.kind === 'acw' && activity.endsAt !== null) times.push(activity.endsAt);
  // Only after a start, or when the switch was away: a page that falls silent is left at once.
  if (ringsInSilence(team, agent)) times.push(activity.since);
  return earliest(times, after);
}

function earliest(times: readonly number[], after: number): number {
  return Math.min(...times.filter((time) => time > after));
}

/** When the phase of the call is over. */
function endOf(team: Unindexed, call: CallState): number {
  const { phase } = call;
  // Nobody can be joined while the switch is away: the time for it begins anew when it is back.
  if (!team.switchUp && (phase.kind === 'connecting' || phase.kind === 'conversation')) return Infinity;
  switch (phase.kind) {
    case 'waiting':
      return Infinity;
    case 'offered':
      return Math.min(...offersOf(call).map(offerEndsAt));
    case 'connecting':
      return phase.since + JOIN_MS;
    case 'calling-agent':
    case 'calling-far':
      return Math.min(phase.until, phase.awayUntil ?? Infinity);
    case 'conversation':
      return Math.min(
        ...awayParties(call).map(({ away }) => away.until),
        ...calledParties(call).map(({ called }) => called.until),
        call.aloneUntil ?? Infinity,
      );
    case 'ended':
      return phase.since + KEPT_MS;
    default:
      return phase satisfies never;
  }
}

function callBackTimes(call: CallState): number[] {
  return awayParties(call).flatMap(({ away }) => (away.legId === null ? [away.nextTryAt] : []));
}

/** Does what is due. Rests need no deed: who has rested is offered calls after every decision. */
export function tick(draft: Draft, only?: Extract<Fact, { type: 'Tick' }>['only']): void {
  const { team, now } = draft;
  const { undecided } = team;
  const { calls, agents } = team.indices.settled;
  for (const callId of undecided ? [] : (only?.calls ?? calls.due(now))) {
    const call = team.calls.get(callId);
    if (!call) continue;
    if (call.phase.kind === 'waiting') waitOn(draft, call);
    else if (now >= endOf(team, call)) timeIsUp(draft, call);
    else if (team.switchUp) {
      for (const { agentId } of awayParties(call)) callBack(draft, callId, agentId);
      callAgain(draft, call);
    }
  }
  for (const agentId of only?.agents ?? agents.due(now)) {
    const agent = team.agents.get(agentId);
    if (!agent) continue;
    const { activity } = agent;
    if (activity.kind === 'acw' && activity.endsAt !== null && activity.endsAt <= now) {
      finishWrapUp(draft, agentId);
    }
    leaveSilentPage(draft, agentId);
  }
  draft.elapse();
}

function offerEndsAt({ ringEndsAt, awayUntil }: Offer): number {
  return Math.min(ringEndsAt, awayUntil ?? Infinity);
}

/** It waits: with time it asks for less, and gives up the line. */
function waitOn(draft: Draft, call: CallState): void {
  lowerWishes(draft, call);
  if (!draft.team.switchUp) return;
  keepLimits(draft, call.id);
  announce(draft, draft.call(call.id));
}

/** What has rung in vain is not offered once more after its time: an offer may have outlasted it. */
export function limitReturned(draft: Draft): void {
  const { calls, switchUp } = draft.team;
  if (!switchUp) return;
  for (const callId of [...calls.changed()]) {
    const call = calls.get(callId);
    if (call?.phase.kind !== 'waiting' || calls.before(callId)?.phase.kind !== 'offered') continue;
    lowerWishes(draft, call);
    keepLimits(draft, callId);
  }
}

/** The device was waited for in vain. */
function isAway(draft: Draft, { awayUntil }: { readonly awayUntil: number | null }): boolean {
  return awayUntil !== null && awayUntil <= draft.now;
}

function timeIsOver(draft: Draft, callId: CallId, { id }: Party, cause: Cause): void {
  const party = draft.call(callId).parties.find((each) => each.id === id);
  if (party) dropParty(draft, callId, party, cause, { kind: 'system' });
}

function timeIsUp(draft: Draft, call: CallState): void {
  const { phase } = call;
  switch (phase.kind) {
    case 'offered':
      for (const offer of offersOf(call)) {
        if (offerEndsAt(offer) > draft.now) continue;
        withdrawOffer(draft, call.id, isAway(draft, offer) ? 'unreachable' : 'no-answer', offer.agentId);
      }
      return;
    case 'connecting':
      endCall(draft, call.id, 'switch-failure', { kind: 'system' });
      return;
    case 'calling-agent':
    case 'calling-far':
      endCall(draft, call.id, isAway(draft, phase) ? 'unreachable' : 'no-answer', { kind: 'system' });
      return;
    case 'conversation':
      if (typeof call.aloneUntil === 'number' && call.aloneUntil <= draft.now) {
        return endCall(draft, call.id, 'expired', { kind: 'system' });
      }
      for (const party of awayParties(call)) {
        if (party.away.until <= draft.now) timeIsOver(draft, call.id, party, 'media-lost');
      }
      for (const party of calledParties(call)) {
        if (party.called.until <= draft.now) timeIsOver(draft, call.id, party, 'no-answer');
      }
      return;
    case 'ended':
      draft.apply({ type: 'call-removed', callId: call.id });
      return;
    case 'waiting':
      return;
    default:
      phase satisfies never;
  }
}
