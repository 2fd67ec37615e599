import { currentCall, isSignedIn } from '../model/agent.ts';
import type { AgentState } from '../model/agent.ts';
import { deviceOf, directAvailability, isReachable } from '../agent/availability.ts';
import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, CallId, GroupId, LegId, RoomId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { DialCommand } from '../team/input.ts';
import { mergeCallData } from './call-data.ts';
import { agentLeg } from '../model/call.ts';
import type { Destination } from '../model/call.ts';
import { endCall } from './ending.ts';
import { callDevice, callerIdFor, callNumber, FAR_RING_MS } from './device-leg.ts';
import { DIRECT_RING_MS } from './offer.ts';
import { mayDial } from '../model/set-up.ts';
import type { Group } from '../model/set-up.ts';
import type { DialTarget } from '../ports/switch.ts';

/** How long the agent's own device may take to answer: a desk phone may have to be picked up, ms. */
const OWN_RING_MS = 20_000;
/** The same of a number outside: networks are slow to let it ring, ms. */
const OUTSIDE_RING_MS = 40_000;

/** How long the device may take to answer when its agent has asked for the call, ms. */
export function ownRingMs(device: DialTarget): number {
  return device.kind === 'number' ? OUTSIDE_RING_MS : OWN_RING_MS;
}

/** The agent's own device is called first and answers by itself; then the far side. */
export function dial(draft: Draft, command: DialCommand): void {
  const { agentId, callId, ownLeg } = command;
  const agent = draft.agent(agentId);
  const profile = draft.team.config.agents.get(agentId);
  if (!profile || !isSignedIn(agent)) throw new DomainError('not-signed-in', 'Sign in before dialling.');
  if (currentCall(agent)) throw new DomainError('agent-busy', 'The agent is in a call.');
  if (!draft.team.switchUp) throw new DomainError('unavailable', 'The switch is down.');
  const device = deviceOf(draft.team, agent);
  if (!device || (!ownLeg && !isReachable(draft.team, agent))) {
    throw new DomainError('device-not-connected', "The agent's device is not connected.");
  }
  const group = command.to.kind === 'number' ? diallingGroup(draft, agent, command) : undefined;
  const to = dialledTo(draft, command, group);
  const far = to.kind === 'agent' ? draft.team.config.agents.get(to.agentId) : undefined;
  const number = to.kind === 'number' ? to.number : (far?.number ?? '');
  const name = command.customer?.name ?? far?.name ?? null;

  if (agent.activity.kind === 'acw') draft.apply({ type: 'acw-ended', agentId });
  const legId = ownLeg ?? draft.ids.next<LegId>('leg');
  draft.apply({
    type: 'call-created',
    callId,
    call: {
      id: callId,
      teamId: draft.team.config.teamId,
      direction: to.kind === 'agent' ? 'internal' : 'outbound',
      createdAt: draft.now,
      number,
      name,
      did: null,
      groupId: group?.id ?? null,
      customerId: command.customer?.id ?? null,
      data: mergeCallData({}, command.data),
      agentId,
      agentIds: [agentId],
      roomId: draft.ids.next<RoomId>('room'),
      phase: {
        kind: 'calling-agent',
        since: draft.now,
        agentId,
        legId,
        to,
        until: draft.now + ownRingMs(device),
        awayUntil: null,
      },
    },
  });
  draft.apply({ type: 'agent-dialling', agentId, callId });
  if (ownLeg) {
    const endpointId = device.kind === 'endpoint' ? device.endpointId : null;
    const { number: own, name: called } = profile;
    const leg = { id: legId, role: 'agent', agentId, endpointId, number: own, name: called } as const;
    draft.apply({ type: 'leg-added', callId, leg: { ...leg, state: 'offered' } });
    callFarSide(draft, callId);
    return;
  }
  callDevice(draft, callId, {
    legId,
    agentId,
    device,
    role: 'agent',
    callerId: callerIdFor(draft.call(callId), 'agent'),
    ringMs: ownRingMs(device),
    answersItself: true,
  });
}

/** The group that the call counts for, and whose rule says what may be dialled. */
function diallingGroup(
  draft: Draft,
  agent: AgentState,
  command: Pick<DialCommand, 'groupId' | 'known'>,
): Group | undefined {
  const allows = (group: Group): boolean => mayDial(group, command.known);
  const restricted = new DomainError(
    'dialling-restricted',
    command.known
      ? 'The group does not dial out.'
      : 'The group does not dial out, or only numbers of the history.',
  );
  if (command.groupId) {
    const group = draft.group(command.groupId);
    if (!group || agent.groups[group.id] === undefined) {
      throw new DomainError('unknown-group', 'The agent is not signed in to this group.', {
        groupId: command.groupId,
      });
    }
    if (!allows(group)) throw restricted;
    return group;
  }
  const groupsOf = (ids: readonly GroupId[]) => ids.flatMap((groupId) => draft.group(groupId) ?? []);
  const signedIn = groupsOf(Object.keys(agent.groups) as GroupId[]);
  const group = signedIn.find(allows);
  if (group) return group;
  // Leaving all groups does not set free: those of the agent bind without being signed in to.
  const own = groupsOf([...(draft.team.config.memberships.get(agent.id)?.keys() ?? [])]);
  if (signedIn.length > 0 || (own.length > 0 && !own.some(allows))) throw restricted;
  return undefined;
}

/**
 * Where somebody is reached who is called into a call, as far as the agent may dial there.
 * dialling-restricted, unknown-number: it may not, or is the agent's own.
 */
export function destination(
  draft: Draft,
  agentId: AgentId,
  target: { kind: 'agent'; agentId: AgentId } | { kind: 'number'; number: string; known: boolean },
): Destination {
  const asked = { agentId, groupId: null, callerId: null };
  if (target.kind === 'agent') return dialledTo(draft, { ...asked, to: target }, undefined);
  const group = diallingGroup(draft, draft.agent(agentId), { groupId: null, known: target.known });
  return dialledTo(draft, { ...asked, to: target }, group);
}

function dialledTo(
  draft: Draft,
  command: Pick<DialCommand, 'agentId' | 'to' | 'callerId'>,
  group: Group | undefined,
): Destination {
  const { config } = draft.team;
  if (command.to.kind === 'agent') {
    const target = command.to.agentId;
    if (target === command.agentId) {
      throw new DomainError('unknown-number', "This is the agent's own number.");
    }
    checkTarget(draft, target);
    return { kind: 'agent', agentId: target };
  }
  const own = group?.callerId ?? config.callerIds[0] ?? '';
  const callerId = command.callerId ?? own;
  if (callerId !== own && !config.callerIds.includes(callerId)) {
    throw new DomainError('forbidden', 'The team may not show this caller id.', { callerId });
  }
  return { kind: 'number', number: command.to.number, callerId };
}

/**
 * The device on which the agent can be called in person.
 * target-busy, target-unavailable: not now.
 */
export function checkTarget(draft: Draft, agentId: AgentId): DialTarget {
  const agent = draft.team.agents.get(agentId);
  const availability = directAvailability(draft.team, agent);
  if (availability === 'busy') throw new DomainError('target-busy', 'The called agent is busy.');
  const device = agent ? deviceOf(draft.team, agent) : null;
  if (availability !== 'available' || !device) {
    throw new DomainError('target-unavailable', 'The called agent is signed out or not linked.');
  }
  return device;
}

/** The agent's side is there: now the number outside, or the other agent. */
export function callFarSide(draft: Draft, callId: CallId): void {
  const call = draft.call(callId);
  if (call.phase.kind !== 'calling-agent') return;
  const { to } = call.phase;
  if (to.kind === 'agent') {
    ringColleague(draft, callId, call.phase.agentId, to.agentId);
    return;
  }
  const own = agentLeg(call, call.phase.agentId);
  const legId = callNumber(draft, callId, { to, name: call.name, near: own?.id });
  draft.apply({ type: 'far-side-called', callId, legId, farAgentId: null, until: draft.now + FAR_RING_MS });
}

function ringColleague(draft: Draft, callId: CallId, callerId: AgentId, target: AgentId): void {
  const caller = draft.team.config.agents.get(callerId);
  const state = draft.team.agents.get(target);
  // Somebody else may have reached the colleague while the caller's own device was being called.
  const availability = directAvailability(draft.team, state);
  const device = state ? deviceOf(draft.team, state) : null;
  if (availability !== 'available' || !device || !caller) {
    const cause = availability === 'busy' ? 'busy' : 'unreachable';
    endCall(draft, callId, cause, { kind: 'system' });
    return;
  }
  draft.apply({ type: 'agent-reserved', agentId: target, callId });
  const legId = callDevice(draft, callId, {
    agentId: target,
    device,
    role: 'peer',
    callerId: { number: caller.number, name: caller.name },
    ringMs: DIRECT_RING_MS,
    answersItself: false,
  });
  draft.apply({
    type: 'far-side-called',
    callId,
    legId,
    farAgentId: target,
    until: draft.now + DIRECT_RING_MS,
  });
}
