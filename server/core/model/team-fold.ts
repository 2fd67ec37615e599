import { evolveAgent } from './agent-fold.ts';
import { createCall, evolveCall } from './call-fold.ts';
import type { AgentEvent } from './agent.ts';
import type { AgentId, EndpointId } from '../kernel/ids.ts';
import { isAgentEvent } from './event-kinds.ts';
import type { LaterCallEvent } from './event-kinds.ts';
import type { EndpointLink, PageLink, TeamEvent, TeamState } from './team.ts';

/** Folds one event into the team. `at`: when it happened, ms since the epoch. */
export function evolveTeam(team: TeamState, event: TeamEvent, at: number): TeamState {
  switch (event.type) {
    case 'call-created':
      return { ...team, calls: new Map(team.calls).set(event.callId, createCall(event)) };
    case 'call-removed': {
      const calls = new Map(team.calls);
      calls.delete(event.callId);
      return { ...team, calls };
    }
    case 'browser-chosen':
      return withPage(team, event.agentId, {
        endpointId: event.endpointId,
        clientId: event.clientId,
        chosenAt: at,
        seen: null,
        gone: false,
        silent: false,
      });
    case 'page-seen': {
      const page = team.pages.get(event.agentId);
      if (!page) return team;
      return withPage(team, event.agentId, { ...page, seen: event.seen, gone: false, silent: false });
    }
    case 'page-gone': {
      const page = team.pages.get(event.agentId);
      return page ? withPage(team, event.agentId, { ...page, gone: true }) : team;
    }
    case 'page-fell-silent': {
      const page = team.pages.get(event.agentId);
      return page ? withPage(team, event.agentId, { ...page, silent: true }) : team;
    }
    case 'endpoint-came-online':
      return withEndpoint(team, event.endpointId, event.link);
    case 'endpoint-measured': {
      const link = team.endpoints.get(event.endpointId);
      return link ? withEndpoint(team, event.endpointId, { ...link, latencyMs: event.latencyMs }) : team;
    }
    case 'endpoint-went-offline':
      return withEndpoint(team, event.endpointId, {
        online: false,
        address: null,
        userAgent: null,
        latencyMs: null,
      });
    case 'switch-went-down':
      return { ...team, switchUp: false };
    case 'switch-came-up':
      return { ...team, switchUp: true, undecided: false };
    default:
      return isAgentEvent(event) ? withAgent(team, event, at) : withCall(team, event, at);
  }
}

function withAgent(team: TeamState, event: AgentEvent, at: number): TeamState {
  const agent = team.agents.get(event.agentId);
  if (!agent) return team;
  return { ...team, agents: new Map(team.agents).set(event.agentId, evolveAgent(agent, event, at)) };
}

function withCall(team: TeamState, event: LaterCallEvent, at: number): TeamState {
  const call = team.calls.get(event.callId);
  if (!call) return team;
  return { ...team, calls: new Map(team.calls).set(event.callId, evolveCall(call, event, at)) };
}

function withPage(team: TeamState, agentId: AgentId, page: PageLink): TeamState {
  return { ...team, pages: new Map(team.pages).set(agentId, page) };
}

function withEndpoint(team: TeamState, endpointId: EndpointId, link: EndpointLink): TeamState {
  return { ...team, endpoints: new Map(team.endpoints).set(endpointId, link) };
}
