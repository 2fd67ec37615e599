import { endpointOf, isFree, isResting } from '../agent/availability.ts';
import { currentCall } from '../model/agent.ts';
import type { AgentState } from '../model/agent.ts';
import { isInLine } from '../model/call.ts';
import type { CallState } from '../model/call.ts';
import type { Changes } from '../model/changes.ts';
import { TeamIndices } from '../model/indices.ts';
import type { Change, WritableMap } from '../model/overlay-map.ts';
import type { OwnedTeam, TeamMaps, Unindexed } from '../model/team.ts';
import type { AgentId, CallId, GroupId, LegId } from '../kernel/ids.ts';
import { dayIn } from '../kernel/time-zone.ts';
import { placeInLine, placeUnanswered } from '../queue/line.ts';
import { waitsSince } from '../queue/wishes.ts';
import { agentPlace } from '../queue/strategies/order.ts';
import { agentDueAt, callDueAt } from './deadlines.ts';

/** Gives what was loaded, or begun with, its indices. */
export function indexed(team: TeamMaps, now: number): OwnedTeam {
  const owned: OwnedTeam = Object.assign(team, { indices: new TeamIndices() });
  for (const [callId, call] of team.calls) reindexCall(owned, callId, { before: undefined, after: call });
  for (const agentId of team.agents.keys()) reindexAgent(owned, agentId, now);
  for (const groupId of owned.indices.groupsWithLine()) owned.indices.unserved.add(groupId);
  return owned;
}

/** The same team once more: what is laid over it changes the other one in nothing. */
export function copied({ config, switchUp, undecided, ...maps }: Unindexed, now: number): OwnedTeam {
  const copy: TeamMaps = {
    config,
    switchUp,
    undecided,
    agents: new Map(maps.agents),
    calls: new Map(maps.calls),
    pages: new Map(maps.pages),
    endpoints: new Map(maps.endpoints),
  };
  return indexed(copy, now);
}

/** Carries out what was decided. Only the owner of the team does so, when it is stored. */
export function layOver(team: OwnedTeam, changes: Changes): void {
  if (changes.setUp?.after) team.config = changes.setUp.after;
  lay(team.agents, changes.agents);
  lay(team.calls, changes.calls);
  lay(team.pages, changes.pages);
  lay(team.endpoints, changes.endpoints);
  if (changes.flags) {
    team.switchUp = changes.flags.after.switchUp;
    team.undecided = changes.flags.after.undecided;
  }
  reindex(team, changes);
}

function lay<K, V>(map: WritableMap<K, V>, changes: ReadonlyMap<K, Change<V>>): void {
  for (const [key, { after }] of changes) {
    if (after === undefined) map.delete(key);
    else map.set(key, after);
  }
}

function reindex(team: OwnedTeam, changes: Changes): void {
  const { indices } = team;
  const { at } = changes;
  if (changes.elapsed) passDueTimes(team, at);
  for (const [callId, change] of changes.calls) {
    reindexCall(team, callId, change);
    countLeaving(team, change, at);
  }
  const agents = new Set([
    ...(changes.setUp ? team.agents.keys() : []),
    ...changes.agents.keys(),
    ...changes.pages.keys(),
    ...indices.rests.due(at),
  ]);
  for (const endpointId of changes.endpoints.keys()) {
    for (const agentId of indices.mayUse(endpointId)) agents.add(agentId);
  }
  for (const agentId of agents) {
    reindexAgent(team, agentId, at);
    // Whether its device is called again depends on the agent's page.
    const agent = team.agents.get(agentId);
    const callId = agent && currentCall(agent);
    if (callId && !changes.calls.has(callId)) setCallTime(team, callId);
  }
  // Times stand still while the switch is away, and follow the rules of the groups.
  if (changes.flags || changes.setUp) for (const callId of team.calls.keys()) setCallTime(team, callId);
  if (changes.flags) for (const agentId of team.agents.keys()) setAgentTime(team, agentId);
  if (changes.dispatched) indices.unserved.clear();
  else for (const groupId of indices.groupsWithLine()) indices.unserved.add(groupId);
}

/** What was due and has changed nothing is not due again. */
function passDueTimes(team: OwnedTeam, at: number): void {
  const { calls, agents } = team.indices;
  for (const callId of calls.due(at)) {
    const call = team.calls.get(callId);
    calls.set(callId, call ? callDueAt(team, call, at) : Infinity);
  }
  for (const agentId of agents.due(at)) {
    const agent = team.agents.get(agentId);
    agents.set(agentId, agent ? agentDueAt(team, agent, at) : Infinity);
  }
}

function reindexCall(team: OwnedTeam, callId: CallId, { before, after }: Change<CallState>): void {
  const { indices } = team;
  if (before?.legs !== after?.legs) indices.setLegs(callId, legIds(before), legIds(after));
  if (before?.agentIds !== after?.agentIds) {
    indices.setCallsOf(callId, before?.agentIds ?? [], after?.agentIds ?? []);
  }
  indices.moveInLine(before ? placeInLine(before) : null, after ? placeInLine(after) : null);
  indices.moveUnanswered(before ? placeUnanswered(before) : null, after ? placeUnanswered(after) : null);
  setCallTime(team, callId);
}

/** A call that was answered out of its line, or given up there. */
function countLeaving(
  { config, indices }: OwnedTeam,
  { before, after }: Change<CallState>,
  at: number,
): void {
  const groupId = after?.groupId;
  const rules = groupId && config.groups.get(groupId)?.serviceLevel;
  if (!rules || !before || !isInLine(before)) return;
  const isAnswered = after.phase.kind === 'connecting';
  if (!isAnswered && !(after.phase.kind === 'ended' && after.phase.cause === 'abandoned')) return;
  const day = dayIn(config.timeZone, at);
  indices.counts.count({ groupId, at, day, waitedMs: at - waitsSince(after), isAnswered, rules });
}

function legIds(call: CallState | undefined): LegId[] {
  return call?.legs.map((leg) => leg.id) ?? [];
}

function setCallTime(team: OwnedTeam, callId: CallId): void {
  const call = team.calls.get(callId);
  team.indices.calls.set(callId, call ? callDueAt(team, call, -Infinity) : Infinity);
}

function reindexAgent(team: OwnedTeam, agentId: AgentId, at: number): void {
  const { indices } = team;
  const agent = team.agents.get(agentId);
  setAgentTime(team, agentId);
  if (!agent) {
    indices.setAgent(agentId, null);
    indices.rests.set(agentId, Infinity);
    return;
  }
  const groups = isFree(team, agent) ? (Object.keys(agent.groups) as GroupId[]) : [];
  indices.setAgent(agentId, {
    endpointId: endpointOf(team, agent),
    signedIn: team.config.agents.has(agentId) ? (Object.keys(agent.groups) as GroupId[]) : [],
    isPaused: agent.pause !== null,
    places: new Map(
      groups
        .filter((groupId) => !isResting(agent, groupId, at))
        .map((groupId) => [groupId, agentPlace(team.config, agent, groupId)]),
    ),
  });
  indices.rests.set(agentId, restsUntil(agent, groups, at));
}

function setAgentTime(team: OwnedTeam, agentId: AgentId): void {
  const agent = team.agents.get(agentId);
  team.indices.agents.set(agentId, agent ? agentDueAt(team, agent, -Infinity) : Infinity);
}

function restsUntil(agent: AgentState, groups: readonly GroupId[], at: number): number {
  return Math.min(...groups.map((id) => agent.retryAt[id] ?? at).filter((until) => until > at));
}
