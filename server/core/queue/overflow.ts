import { deviceOf, directAvailability } from '../agent/availability.ts';
import { callerIdOf, callNumber, FAR_RING_MS } from '../call/device-leg.ts';
import { endCall } from '../call/ending.ts';
import { DIRECT_RING_MS, offerCall } from '../call/offer.ts';
import type { CallState, Cause } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import type { OverflowTarget } from '../model/queue-rules.ts';
import type { Group } from '../model/set-up.ts';
import type { Unindexed } from '../model/team.ts';
import type { AgentId, CallId, GroupId } from '../kernel/ids.ts';
import { absenceIn } from './staffing.ts';
import { placeInLine } from './line.ts';
import { levelAfter, waitsSince } from './wishes.ts';

// A call that nobody takes gets somewhere in the end: each group is left once at most, and what is tried in vain is not tried again.

/** Times at which a call that waits has waited too long for its group. */
export function limitTimes({ config }: Unindexed, call: CallState): number[] {
  const group = call.groupId ? config.groups.get(call.groupId) : undefined;
  if (!group || call.asking) return [];
  const times = group.maxWaitMs === null ? [] : [waitsSince(call) + group.maxWaitMs];
  const afterMs = call.overflowed ? null : (group.overflow?.afterMs ?? null);
  return afterMs === null ? times : [...times, enteredAt(call) + afterMs];
}

function enteredAt(call: CallState): number {
  return call.enteredAt ?? waitsSince(call);
}

/** Ends or overflows a call, as far as it has waited too long. */
export function keepLimits(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  const group = call.groupId ? draft.team.config.groups.get(call.groupId) : undefined;
  if (!group || call.phase.kind !== 'waiting') return;
  const { now } = draft;
  if (group.maxWaitMs !== null && waitsSince(call) + group.maxWaitMs <= now) {
    return endCall(draft, callId, 'waited-too-long', { kind: 'system' });
  }
  const afterMs = group.overflow?.afterMs ?? null;
  if (afterMs !== null && enteredAt(call) + afterMs <= now) overflow(draft, call, group, 'waited-too-long');
}

/** The call has come to the line of its group, which may be full, or in which nobody may be there. */
export function enterLine(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  const group = call.groupId ? draft.team.config.groups.get(call.groupId) : undefined;
  if (!group || call.phase.kind !== 'waiting') return;
  if (group.maxLength !== null && draft.team.indices.unansweredIn(group.id) > group.maxLength) {
    if (!overflow(draft, call, group, 'queue-full')) endCall(draft, callId, 'queue-full', { kind: 'system' });
    return;
  }
  const absence = absenceIn(draft, group.id);
  if (absence) followRule(draft, call, group, group[absence]);
}

/**
 * Of a group whose last agent has left, or has paused, nobody waits whom its rules do not let wait. Nor does anybody who has come to its
 * line without having arrived there: passed on, or back from an agent at whom it rang in vain.
 */
export function leaveEmptyLines(draft: Draft): void {
  const { calls, indices } = draft.team;
  const waiting = new Map<GroupId, CallId[]>();
  for (const groupId of leftGroups(draft)) {
    const wants = [...indices.settled.wants(groupId)];
    waiting.set(
      groupId,
      wants.flatMap((want) => indices.settled.line(groupId, want).map(({ id }) => id)),
    );
  }
  for (const callId of calls.changed()) {
    const groupId = waitsIn(calls.get(callId));
    if (!groupId || waitsIn(calls.before(callId)) === groupId) continue;
    const others = waiting.get(groupId);
    if (others) others.push(callId);
    else waiting.set(groupId, [callId]);
  }
  for (const [groupId, callIds] of waiting) {
    const group = draft.team.config.groups.get(groupId);
    if (!group || (group.whenNobody === 'wait' && group.whenPaused === 'wait')) continue;
    const absence = absenceIn(draft, groupId);
    if (!absence || absence === 'whenBusy') continue;
    for (const callId of callIds) {
      const call = calls.get(callId);
      if (call && waitsIn(call) === groupId) followRule(draft, call, group, group[absence]);
    }
  }
}

/** Groups that have an agent less who works. */
function leftGroups({ team: { agents } }: Draft): Set<GroupId> {
  const left = new Set<GroupId>();
  for (const agentId of agents.changed()) {
    const [before, after] = [agents.before(agentId), agents.get(agentId)];
    for (const groupId of Object.keys(before?.groups ?? {}) as GroupId[]) {
      const isThere = after?.groups[groupId] !== undefined && after.pause === null;
      if (before?.pause === null && !isThere) left.add(groupId);
      else if (before && after?.groups[groupId] === undefined) left.add(groupId);
    }
  }
  return left;
}

/** In which line the caller is; null: in none, or it is an agent who asks for somebody there. */
function waitsIn(call: CallState | undefined): GroupId | null {
  return call && !call.asking ? (placeInLine(call)?.groupId ?? null) : null;
}

function followRule(draft: Draft, call: CallState, group: Group, rule: Group['whenNobody']): void {
  if (rule === 'end') endCall(draft, call.id, 'not-staffed', { kind: 'system' });
  else if (rule === 'overflow') overflow(draft, call, group, 'not-staffed');
}

/** Says whether the call has got somewhere else; otherwise it waits on. */
function overflow(draft: Draft, call: CallState, group: Group, cause: Cause): boolean {
  if (!group.overflow || call.overflowed) return false;
  const { to } = group.overflow;
  if (to.kind === 'group') return toGroup(draft, call, to.groupId);
  draft.apply({ type: 'overflow-tried', callId: call.id });
  return toSomebody(draft, call, group, to, cause);
}

function toSomebody(
  draft: Draft,
  call: CallState,
  group: Group,
  to: Exclude<OverflowTarget, { kind: 'group' }>,
  cause: Cause,
): boolean {
  switch (to.kind) {
    case 'agent':
      return toAgent(draft, call, to.agentId);
    case 'number':
      return toNumber(draft, call, group, to.number);
    case 'end':
      endCall(draft, call.id, cause, { kind: 'system' });
      return true;
    default:
      return to satisfies never;
  }
}

/** A group in which the call has been is not gone to again, whatever the set-up says by now. */
function toGroup(draft: Draft, call: CallState, named: GroupId): boolean {
  const { groups, closedGroups } = draft.team.config;
  const groupId = groups.has(named) ? named : closedGroups.get(named)?.successorId;
  const group = groupId ? groups.get(groupId) : undefined;
  if (!group || group.id === call.groupId || call.passed?.includes(group.id)) {
    draft.apply({ type: 'overflow-tried', callId: call.id });
    return false;
  }
  const level = levelAfter(group, draft.now - waitsSince(call));
  draft.apply({ type: 'call-rerouted', callId: call.id, groupId: group.id, level, overflow: true });
  enterLine(draft, call.id);
  return true;
}

/** Rung once; the call comes back to its place when that is in vain. */
function toAgent(draft: Draft, { id: callId }: CallState, agentId: AgentId): boolean {
  const agent = draft.team.agents.get(agentId);
  const isThere = directAvailability(draft.team, agent) === 'available';
  if (!agent || !isThere || deviceOf(draft.team, agent) === null) return false;
  offerCall(draft, callId, agentId, DIRECT_RING_MS);
  return draft.call(callId).phase.kind === 'offered';
}

/** Those outside talk for as long as the group allows it. The caller hears music until somebody answers. */
function toNumber(draft: Draft, { id: callId }: CallState, group: Group, number: string): boolean {
  if (!group.transferOutside) return false;
  const callerId = callerIdOf(draft, { groupId: group.id });
  draft.apply({ type: 'call-left-line', callId, until: draft.now + group.talkOnMs });
  callNumber(draft, callId, {
    to: { kind: 'number', number, callerId },
    name: null,
    party: {
      role: 'consulted',
      place: 'main',
      broughtBy: null,
      returnsTo: null,
      until: draft.now + FAR_RING_MS,
    },
  });
  return true;
}
