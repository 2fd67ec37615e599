import { deviceOf, isReachable } from '../agent/availability.ts';
import { ownRingMs } from '../call/outbound.ts';
import { callDevice } from '../call/device-leg.ts';
import { dropParty } from '../call/leaving.ts';
import { DomainError } from '../kernel/domain-error.ts';
import type { AgentId, CallId, PlaybackId } from '../kernel/ids.ts';
import { currentCall, stateWord } from '../model/agent.ts';
import type { CallState } from '../model/call.ts';
import type { Draft } from '../model/draft.ts';
import { partyOf, supervisorsIn } from '../model/parties.ts';
import type { Monitoring, Party } from '../model/party.ts';
import { maySupervise } from '../model/rights.ts';
import type { TeamState } from '../model/team.ts';
import type { DialTarget } from '../ports/switch.ts';
import type { Command } from '../team/input.ts';

interface InCall {
  readonly call: CallState;
  readonly party: Party;
}

/**
 * The leader hears what the agent hears: the leader's telephone is called, and answers by itself. Who is there already is heard by
 * nobody, by the agent or by all from now on; what is so already is not refused.
 * call-not-active: the agent talks to nobody. agent-busy, not-allowed-now: the leader has a call, or after-call work.
 */
export function monitor(
  draft: Draft,
  { agentId, supervisorId, mode }: Extract<Command, { type: 'Monitor' }>,
) {
  const { call } = conversationOf(draft, agentId);
  if (mode === 'barge') checkFree(draft, call, supervisorId);
  listen(draft, call, supervisorId, { agentId, mode });
}

/** As `monitor`, for those who have been looked at already. */
export function listen(draft: Draft, call: CallState, supervisorId: AgentId, to: Monitoring): void {
  const own = supervising(draft.team, supervisorId);
  if (own?.call.id === call.id) {
    const { id: partyId, monitor: now } = own.party;
    const isSo = now?.agentId === to.agentId && now.mode === to.mode && now.takesOver === to.takesOver;
    const monitor = { ...to, tone: now?.tone ?? null, asked: now?.asked ?? null };
    if (!isSo) draft.apply({ type: 'monitor-changed', callId: call.id, partyId, monitor });
    return;
  }
  const device = checkLeader(draft, supervisorId);
  if (own) dropParty(draft, own.call.id, own.party, 'normal', { kind: 'agent', agentId: supervisorId });
  const agent = draft.team.config.agents.get(to.agentId);
  draft.apply({ type: 'agent-monitoring', agentId: supervisorId, callId: call.id });
  callDevice(draft, call.id, {
    agentId: supervisorId,
    device,
    role: 'agent',
    callerId: { number: agent?.number ?? '', ...(agent ? { name: agent.name } : {}) },
    ringMs: ownRingMs(device),
    answersItself: true,
    party: {
      role: 'supervisor',
      place: 'apart',
      broughtBy: null,
      returnsTo: null,
      monitor: { ...to, tone: toneOf(draft) },
      until: draft.now + ownRingMs(device),
    },
  });
}

/** As the team wants it when the listening begins. */
function toneOf({ team, ids }: Draft): PlaybackId | null {
  return team.config.monitorNotice === 'tone' ? ids.next<PlaybackId>('play') : null;
}

/** Of this agent; who listens to nobody, or to somebody else, goes on so. */
export function stopMonitoring(draft: Draft, supervisorId: AgentId, agentId: AgentId): void {
  const own = supervising(draft.team, supervisorId);
  if (own?.party.monitor?.agentId !== agentId) return;
  dropParty(draft, own.call.id, own.party, 'normal', { kind: 'agent', agentId: supervisorId });
}

/** Whom the leader listens to, and where; undefined: nobody. */
export function supervising(team: TeamState, supervisorId: AgentId): InCall | undefined {
  const activity = team.agents.get(supervisorId)?.activity;
  const call = activity?.kind === 'monitoring' ? team.calls.get(activity.callId) : undefined;
  const party = call && partyOf(call, supervisorId);
  return call && party?.monitor ? { call, party } : undefined;
}

/** The call that the agent is in; null: none. */
export function conversationCall(team: TeamState, agentId: AgentId): CallId | null {
  const agent = team.agents.get(agentId);
  return agent ? currentCall(agent) : null;
}

/** The conversation that the agent is in. call-not-active: none. */
export function conversationOf(draft: Draft, agentId: AgentId): InCall {
  const callId = conversationCall(draft.team, agentId);
  const call = callId ? draft.team.calls.get(callId) : undefined;
  const party = call?.phase.kind === 'conversation' ? partyOf(call, agentId) : undefined;
  if (!call || !party || party.called || party.monitor) {
    throw new DomainError('call-not-active', 'The agent talks to nobody.');
  }
  return { call, party };
}

/** Leaders who may not listen to the agent any more are let go. */
export function followRights(draft: Draft): void {
  const { config } = draft.team;
  for (const call of [...draft.team.calls.values()]) {
    for (const party of supervisorsIn(call)) {
      const leader = party.agentId && config.agents.get(party.agentId);
      if (leader && party.monitor && maySupervise(leader, party.monitor.agentId, config)) continue;
      dropParty(draft, call.id, party, 'forbidden', { kind: 'system' });
    }
  }
}

function checkLeader(draft: Draft, supervisorId: AgentId): DialTarget {
  const leader = draft.agent(supervisorId);
  const { kind } = leader.activity;
  if (kind === 'acw') {
    throw new DomainError('not-allowed-now', 'The after-call work comes first.', {
      state: stateWord(leader),
    });
  }
  if (kind !== 'idle' && kind !== 'monitoring')
    throw new DomainError('agent-busy', 'The leader is in a call.');
  if (!draft.team.switchUp) throw new DomainError('unavailable', 'The switch is down.');
  const device = deviceOf(draft.team, leader);
  if (!device || !isReachable(draft.team, leader)) {
    throw new DomainError('device-not-connected', "The leader's device is not connected.");
  }
  return device;
}

/** One voice from outside at a time. */
function checkFree(draft: Draft, call: CallState, supervisorId: AgentId): void {
  const other = supervisorsIn(call).find(
    (party) => party.monitor?.mode === 'barge' && party.agentId !== supervisorId,
  );
  const by = other?.agentId && draft.team.config.agents.get(other.agentId);
  if (!by) return;
  const { id, number, name } = by;
  throw new DomainError('barge-taken', 'Another leader barges in already.', { by: { id, number, name } });
}
