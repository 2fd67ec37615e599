import { currentCall, newAgent } from '../core/model/agent.ts';
import type { Activity, AgentState } from '../core/model/agent.ts';
import type { CallEvent, CallState } from '../core/model/call.ts';
import { upcastCall } from '../core/model/call-upcast.ts';
import type { AgentId, CallId, GroupId, LegId } from '../core/kernel/ids.ts';
import type { Facts } from '../core/ports/facts.ts';
import type { DialRequest } from '../core/ports/switch.ts';
import { staticGroups } from '../core/model/set-up.ts';
import type { Team, TeamConfig } from '../core/model/set-up.ts';
import { emptyTeam } from '../core/model/team.ts';
import { indexed } from '../core/team/reindex.ts';
import type { OwnedTeam } from '../core/model/team.ts';
import { readSetUp } from './set-up/set-up-source.ts';
import type { SetUp } from './set-up/set-up-source.ts';
import type { BrowserPhoneRow, CallRow, LiveRepositories } from '../core/ports/live-store.ts';

export interface LoadedTeam extends SetUp {
  /** With the calls that a crash left open, still open. */
  readonly state: OwnedTeam;
  /** The phones of pages, when the switch has kept them. */
  readonly browserPhones: readonly BrowserPhoneRow[];
  /** What was to be dialled for the open calls, as recorded. */
  readonly dials: ReadonlyMap<LegId, DialRequest>;
  /** Open calls whose snapshot cannot be read any more: only their rows can be closed. */
  readonly unreadable: readonly CallRow[];
  /** What has no end yet of the times of agents and calls. */
  readonly facts: Facts;
}

/** Reads one team: what is set up, who was signed in, which calls were open. */
export async function loadTeam(
  repositories: LiveRepositories,
  row: Team,
  open: readonly CallRow[],
  { now, switchUp, legsOutliveServer }: { now: number; switchUp: boolean; legsOutliveServer: boolean },
): Promise<LoadedTeam> {
  const setUp = await readSetUp(repositories, row);
  const { config } = setUp;
  const own = open.filter((call) => call.teamId === row.id);
  const calls = new Map<CallId, CallState>();
  for (const call of own) {
    if (isCallState(call.state)) calls.set(call.id, { ...upcastCall(call.state), wrapUp: call.wrapUp });
  }
  const browserPhones = legsOutliveServer ? await repositories.browserPhones.all(row.id) : [];
  const dials = legsOutliveServer ? await dialsOf(repositories, calls) : new Map<LegId, DialRequest>();
  const empty = emptyTeam(config, now);
  const restored = new Map(empty.agents);
  for (const presence of await repositories.presence.all(row.id)) {
    const agent = restoreAgent(config, presence.agentId, presence.state, calls, now);
    // Who may not work any more finishes the present call.
    if (restored.has(agent.id) || currentCall(agent)) restored.set(agent.id, agent);
  }
  return {
    ...setUp,
    browserPhones,
    dials,
    state: indexed(
      {
        ...empty,
        agents: restored,
        calls,
        pages: pagesOf(restored, browserPhones),
        switchUp,
        undecided: legsOutliveServer,
      },
      now,
    ),
    unreadable: own.filter((call) => !calls.has(call.id)),
    facts: await repositories.facts.open(row.id, now),
  };
}

/** Requests to dial that were stored with the decision that made them; they left after that, if they did. */
async function dialsOf(
  repositories: LiveRepositories,
  calls: ReadonlyMap<CallId, CallState>,
): Promise<Map<LegId, DialRequest>> {
  const dials = new Map<LegId, DialRequest>();
  for (const call of calls.values()) {
    for (const row of await repositories.journal.of(call.teamId, call.id)) {
      if (row.type !== 'switch-asked') continue;
      const { intents } = row.event as Extract<CallEvent, { type: 'switch-asked' }>;
      for (const intent of intents) if (intent.op === 'dial') dials.set(intent.request.legId, intent.request);
    }
  }
  return dials;
}

/** Pages that carried the voice; they have not been heard of since. */
function pagesOf(
  agents: ReadonlyMap<AgentId, AgentState>,
  phones: readonly BrowserPhoneRow[],
): OwnedTeam['pages'] {
  const known = phones.filter(({ agentId }) => agents.has(agentId));
  return new Map(
    known.map(({ agentId, endpointId, clientId }) => [
      agentId,
      { endpointId, clientId, seen: null, gone: false, silent: false },
    ]),
  );
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
  const phoneKnown = stored.device.kind !== 'phone' || config.phones.has(stored.device.endpointId);
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
