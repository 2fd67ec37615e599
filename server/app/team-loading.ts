import { newAgent } from '../core/agent/agent-state.ts';
import type { Activity, AgentState } from '../core/agent/agent-state.ts';
import type { CallState } from '../core/call/call-state.ts';
import type { AgentId, CallId, GroupId } from '../core/ids.ts';
import type { CallRow, ReasonRow, Repositories, TeamRow } from '../core/ports/repositories.ts';
import { staticGroups, teamConfig } from '../core/team/team-config.ts';
import type { TeamConfig } from '../core/team/team-config.ts';
import { emptyTeam } from '../core/team/team-state.ts';
import type { TeamState } from '../core/team/team-state.ts';

export interface LoadedTeam {
  readonly row: TeamRow;
  readonly reasons: readonly ReasonRow[];
  readonly phones: Awaited<ReturnType<Repositories['teams']['phones']>>;
  /** With the calls that a crash left open, still open. */
  readonly state: TeamState;
  /** Open calls whose snapshot cannot be read any more: only their rows can be closed. */
  readonly unreadable: readonly CallRow[];
}

/** Reads one team: what is set up, who was signed in, which calls were open. */
export async function loadTeam(
  repositories: Repositories,
  row: TeamRow,
  open: readonly CallRow[],
  now: number,
): Promise<LoadedTeam> {
  const [agents, groups, members, phones, reasons, presences] = [
    await repositories.agents.all(row.id),
    await repositories.groups.all(row.id),
    await repositories.groups.members(row.id),
    await repositories.teams.phones(row.id),
    await repositories.teams.reasons(row.id),
    await repositories.presence.all(row.id),
  ];
  const config = teamConfig({ team: row, agents, groups, members, phones, reasons });
  const own = open.filter((call) => call.teamId === row.id);
  const calls = new Map<CallId, CallState>();
  for (const call of own) {
    if (isCallState(call.state)) calls.set(call.id, { ...call.state, wrapUp: call.wrapUp });
  }
  const empty = emptyTeam(config, now);
  const restored = new Map(empty.agents);
  for (const presence of presences) {
    if (!restored.has(presence.agentId)) continue;
    restored.set(presence.agentId, restoreAgent(config, presence.agentId, presence.state, calls, now));
  }
  return {
    row,
    reasons,
    phones,
    state: { ...empty, agents: restored, calls },
    unreadable: own.filter((call) => !calls.has(call.id)),
  };
}

/** The stored agent, as far as today's set-up still has what it names. */
function restoreAgent(
  config: TeamConfig,
  agentId: AgentId,
  stored: unknown,
  calls: ReadonlyMap<CallId, CallState>,
  now: number,
): AgentState {
  const fixed = staticGroups(config, agentId);
  const fresh = newAgent(agentId, config.teamId, fixed, now);
  if (!isAgentState(stored)) return fresh;
  const memberships = config.memberships.get(agentId);
  const groups = Object.entries(stored.groups).filter(([id]) => memberships?.has(id as GroupId));
  const phoneKnown = stored.device.kind === 'browser' || config.phones.has(stored.device.endpointId);
  return {
    ...fresh,
    ...stored,
    groups: { ...fresh.groups, ...Object.fromEntries(groups) },
    device: phoneKnown ? stored.device : fresh.device,
    activity: restoreActivity(stored.activity, calls, now),
  };
}

function restoreActivity(activity: Activity, calls: ReadonlyMap<CallId, CallState>, now: number): Activity {
  if (activity.kind === 'idle' || activity.kind === 'acw' || calls.has(activity.callId)) return activity;
  return { kind: 'idle', since: now };
}

function isAgentState(value: unknown): value is AgentState {
  return isRecord(value) && isRecord(value['activity']) && isRecord(value['groups']) && 'device' in value;
}

function isCallState(value: unknown): value is CallState {
  return isRecord(value) && isRecord(value['phase']) && Array.isArray(value['legs']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
