import type { MicrophoneState } from '../../vocabulary/microphone-states.ts';
import type { AgentEvent, AgentState } from './agent.ts';
import { newAgent } from './agent.ts';
import type { CallEvent, CallState } from './call.ts';
import type { AgentId, CallId, EndpointId } from '../kernel/ids.ts';
import type { Indices, TeamIndices } from './indices.ts';
import type { WritableMap } from './overlay-map.ts';
import { staticGroups } from './set-up.ts';
import type { TeamConfig } from './set-up.ts';

/** The live state of one team, as everybody but its owner sees it: it changes under those who hold it. */
export interface TeamState {
  readonly config: TeamConfig;
  readonly agents: ReadonlyMap<AgentId, AgentState>;
  /** Live calls, and ended ones for ten seconds. */
  readonly calls: ReadonlyMap<CallId, CallState>;
  /** The links below are not kept over a restart: pages and phones are found anew. */
  readonly pages: ReadonlyMap<AgentId, PageLink>;
  readonly endpoints: ReadonlyMap<EndpointId, EndpointLink>;
  readonly switchUp: boolean;
  /** What was loaded has not been compared with the switch yet: the times of its calls do not count. */
  readonly undecided: boolean;
  /** Where things of it are. They follow from all of the above. */
  readonly indices: Indices;
}

/** What the indices are made of, which cannot ask them. */
export type Unindexed = Omit<TeamState, 'indices'>;

/** A team without its indices, to be written in. */
export interface TeamMaps extends Unindexed {
  config: TeamConfig;
  readonly agents: WritableMap<AgentId, AgentState>;
  readonly calls: WritableMap<CallId, CallState>;
  readonly pages: WritableMap<AgentId, PageLink>;
  readonly endpoints: WritableMap<EndpointId, EndpointLink>;
  switchUp: boolean;
  undecided: boolean;
}

/** The team as its owner has it: one mailbox. */
export interface OwnedTeam extends TeamMaps {
  readonly indices: TeamIndices;
}

/** The agent's browser: which page carries the voice, and how it was when that last changed. */
export interface PageLink {
  readonly endpointId: EndpointId;
  readonly clientId: string;
  /** Null until the first heartbeat with a softphone. */
  readonly seen: {
    readonly registered: boolean;
    readonly microphone: MicrophoneState;
  } | null;
  /** The page's socket is gone (closed, reloaded): its voice may be as well. */
  readonly gone: boolean;
  /** It has been quiet for too long, with its socket open: frozen, or asleep. Its next heartbeat ends that. */
  readonly silent: boolean;
}

export interface EndpointLink {
  readonly online: boolean;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** Changes of links, and what the set-up's own tables say: folded into the state, not kept in the journal. */
export type LinkEvent =
  | { type: 'browser-chosen'; agentId: AgentId; endpointId: EndpointId; clientId: string }
  | { type: 'page-seen'; agentId: AgentId; seen: NonNullable<PageLink['seen']> }
  | { type: 'page-gone'; agentId: AgentId }
  | { type: 'page-fell-silent'; agentId: AgentId }
  | { type: 'endpoint-came-online'; endpointId: EndpointId; link: EndpointLink }
  | { type: 'endpoint-went-offline'; endpointId: EndpointId }
  | { type: 'endpoint-forgotten'; endpointId: EndpointId }
  | { type: 'set-up-changed'; config: TeamConfig }
  | { type: 'agent-added'; agentId: AgentId }
  | { type: 'switch-went-down' }
  | { type: 'switch-came-up' }
  | { type: 'call-removed'; callId: CallId };

export type TeamEvent = AgentEvent | CallEvent | LinkEvent;

export function emptyTeam(config: TeamConfig, now: number): TeamMaps {
  return {
    config,
    agents: new Map(
      [...config.agents.keys()].map((id) => [id, newAgent(id, config.teamId, staticGroups(config, id), now)]),
    ),
    calls: new Map(),
    pages: new Map(),
    endpoints: new Map(),
    switchUp: true,
    undecided: false,
  };
}
