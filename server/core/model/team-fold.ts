import { evolveAgent } from './agent-fold.ts';
import { newAgent } from './agent.ts';
import { staticGroups } from './set-up.ts';
import { createCall, evolveCall } from './call-fold.ts';
import type { AgentEvent } from './agent.ts';
import type { AgentId } from '../kernel/ids.ts';
import { isAgentEvent } from './event-kinds.ts';
import type { LaterCallEvent } from './event-kinds.ts';
import type { TeamMaps, PageLink, TeamEvent } from './team.ts';

/** Folds one event into the team, which is a draft's or the caller's own. `at`: when it happened, ms since the epoch. */
export function evolveTeam(team: TeamMaps, event: TeamEvent, at: number): void {
  switch (event.type) {
    case 'call-created':
      team.calls.set(event.callId, createCall(event));
      return;
    case 'call-removed':
      team.calls.delete(event.callId);
      return;
    case 'browser-chosen':
      team.pages.set(event.agentId, {
        endpointId: event.endpointId,
        clientId: event.clientId,
        seen: null,
        gone: false,
        silent: false,
      });
      return;
    case 'page-seen':
      changePage(team, event.agentId, { seen: event.seen, gone: false, silent: false });
      return;
    case 'page-gone':
      changePage(team, event.agentId, { gone: true });
      return;
    case 'page-fell-silent':
      changePage(team, event.agentId, { silent: true });
      return;
    case 'endpoint-came-online':
      team.endpoints.set(event.endpointId, event.link);
      return;
    case 'endpoint-went-offline':
      if (!team.endpoints.has(event.endpointId)) return;
      team.endpoints.set(event.endpointId, { online: false, address: null, userAgent: null });
      return;
    case 'endpoint-forgotten':
      team.endpoints.delete(event.endpointId);
      return;
    case 'set-up-changed':
      team.config = event.config;
      return;
    case 'agent-added': {
      const { config } = team;
      const fixed = staticGroups(config, event.agentId);
      team.agents.set(event.agentId, newAgent(event.agentId, config.teamId, fixed, at));
      return;
    }
    case 'switch-went-down':
      team.switchUp = false;
      return;
    case 'switch-came-up':
      team.switchUp = true;
      team.undecided = false;
      return;
    default:
      if (isAgentEvent(event)) changeAgent(team, event, at);
      else changeCall(team, event, at);
  }
}

function changeAgent(team: TeamMaps, event: AgentEvent, at: number): void {
  const agent = team.agents.get(event.agentId);
  if (agent) team.agents.set(event.agentId, evolveAgent(agent, event, at));
}

function changeCall(team: TeamMaps, event: LaterCallEvent, at: number): void {
  const call = team.calls.get(event.callId);
  if (call) team.calls.set(event.callId, evolveCall(call, event, at));
}

function changePage(team: TeamMaps, agentId: AgentId, change: Partial<PageLink>): void {
  const page = team.pages.get(agentId);
  if (page) team.pages.set(agentId, { ...page, ...change });
}
