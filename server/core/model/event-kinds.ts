import type { AgentEvent } from './agent.ts';
import type { CallEvent } from './call.ts';
import type { LinkEvent, TeamEvent } from './team.ts';

export type LaterCallEvent = Exclude<CallEvent, { type: 'call-created' }>;

const AGENT_EVENTS: Record<AgentEvent['type'], true> = {
  'signed-in': true,
  'signed-out': true,
  paused: true,
  resumed: true,
  locked: true,
  unlocked: true,
  'next-state-chosen': true,
  'agent-reserved': true,
  'agent-dialling': true,
  'agent-talking': true,
  'agent-holding': true,
  'agent-monitoring': true,
  'agent-forced': true,
  'agent-freed': true,
  'acw-started': true,
  'acw-ended': true,
  'wrap-up-noted': true,
  'offer-missed': true,
  'memberships-changed': true,
};

const LINK_EVENTS: Record<LinkEvent['type'], true> = {
  'browser-chosen': true,
  'page-seen': true,
  'page-gone': true,
  'page-fell-silent': true,
  'endpoint-came-online': true,
  'endpoint-went-offline': true,
  'endpoint-forgotten': true,
  'set-up-changed': true,
  'agent-added': true,
  'switch-went-down': true,
  'switch-came-up': true,
  'call-removed': true,
};

export function isAgentEvent(event: TeamEvent): event is AgentEvent {
  return Object.hasOwn(AGENT_EVENTS, event.type);
}

/** Link events are neither journalled nor saved. */
export function isLinkEvent(event: TeamEvent): event is LinkEvent {
  return Object.hasOwn(LINK_EVENTS, event.type);
}
