import type { Activity, AgentEvent, AgentState } from './agent.ts';

/** Folds one event into the agent. `at`: when it happened, ms since the epoch. */
export function evolveAgent(agent: AgentState, event: AgentEvent, at: number): AgentState {
  return { ...agent, ...changeOf(agent, event, at), version: agent.version + 1 };
}

function changeOf(agent: AgentState, event: AgentEvent, at: number): Partial<AgentState> {
  switch (event.type) {
    case 'signed-in':
      return {
        atWork: true,
        device: event.device,
        groups: {
          ...agent.groups,
          ...Object.fromEntries(event.groups.map((groupId) => [groupId, agent.groups[groupId] ?? at])),
        },
        presenceSince: at,
      };
    case 'signed-out': {
      const left = new Set<string>(event.groups);
      return {
        atWork: event.leftWork ? false : agent.atWork,
        groups: Object.fromEntries(Object.entries(agent.groups).filter(([groupId]) => !left.has(groupId))),
        presenceSince: at,
        ...(event.leftWork ? { pause: null, next: null } : {}),
      };
    }
    case 'paused':
      return { pause: { reasonId: event.reasonId, since: at }, presenceSince: at, next: null };
    case 'resumed':
      // Time spent in a pause is not time spent waiting for a call: the agent queues up at the end.
      return { pause: null, presenceSince: at, next: null, ...idleAgain(agent.activity, at) };
    case 'locked':
      return { locked: true };
    case 'unlocked':
      return { locked: false };
    case 'next-state-chosen':
      return { next: event.next };
    case 'agent-reserved':
      return { activity: { kind: 'ringing', since: at, callId: event.callId } };
    case 'agent-dialling':
      return { activity: { kind: 'dialling', since: at, callId: event.callId } };
    case 'agent-talking':
      return {
        retryAt: stillAhead(agent.retryAt, at),
        activity: { kind: 'talking', since: at, callId: event.callId },
        wrapUp: agent.wrapUp?.callId === event.callId ? agent.wrapUp : null,
      };
    case 'agent-holding':
      return { activity: { kind: 'holding', since: at, callId: event.callId } };
    case 'agent-freed':
    case 'acw-ended':
      return { activity: { kind: 'idle', since: at } };
    case 'acw-started':
      return { activity: { kind: 'acw', since: at, callId: event.callId, endsAt: event.endsAt } };
    case 'wrap-up-noted':
      return { wrapUp: event.wrapUp && { ...event.wrapUp, callId: event.callId } };
    case 'offer-missed':
      return { retryAt: { ...stillAhead(agent.retryAt, at), [event.groupId]: event.retryAt } };
    default:
      return event satisfies never;
  }
}

/** Rests that are over are of no use to anybody. */
function stillAhead(retryAt: AgentState['retryAt'], at: number): AgentState['retryAt'] {
  return Object.fromEntries(Object.entries(retryAt).filter(([, until]) => until > at));
}

function idleAgain(activity: Activity, at: number): Partial<AgentState> {
  return activity.kind === 'idle' ? { activity: { kind: 'idle', since: at } } : {};
}
