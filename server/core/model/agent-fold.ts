import type { Activity, AgentEvent, AgentState } from './agent.ts';
import type { GroupId } from '../kernel/ids.ts';

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
        ...(event.device.kind === 'outside' ? { outsideNumber: event.device.number } : {}),
        groups: {
          ...agent.groups,
          ...Object.fromEntries(event.groups.map((groupId) => [groupId, agent.groups[groupId] ?? at])),
        },
        presenceSince: at,
      };
    case 'memberships-changed':
      return { groups: { ...without(agent.groups, event.left), ...since(event.joined, at) } };
    case 'signed-out': {
      return {
        atWork: event.leftWork ? false : agent.atWork,
        groups: without(agent.groups, event.groups),
        presenceSince: at,
        ...(event.leftWork ? { pause: null, next: null } : {}),
      };
    }
    case 'paused':
      return {
        pause: {
          reasonId: event.reasonId,
          since: at,
          ...(event.missed === undefined ? {} : { missed: event.missed }),
        },
        presenceSince: at,
        next: null,
      };
    case 'resumed':
      // Time spent in a pause is not time spent waiting for a call: the agent queues up at the end.
      return { pause: null, missed: 0, presenceSince: at, next: null, ...idleAgain(agent.activity, at) };
    case 'locked':
      return { locked: true };
    case 'unlocked':
      return { locked: false };
    case 'next-state-chosen':
      return { next: event.next };
    case 'agent-reserved':
      return {
        activity: { kind: 'ringing', since: at, callId: event.callId, ...freeSince(agent.activity) },
        ...(event.turnOf ? { turns: { ...agent.turns, [event.turnOf]: at } } : {}),
      };
    case 'agent-dialling':
      return { activity: { kind: 'dialling', since: at, callId: event.callId } };
    case 'agent-talking':
      return {
        retryAt: stillAhead(agent.retryAt, at),
        missed: 0,
        activity: { kind: 'talking', since: at, callId: event.callId },
        wrapUp: agent.wrapUp?.callId === event.callId ? agent.wrapUp : null,
        ...(event.takenOn === undefined ? {} : { taken: oneMore(agent, event.takenOn) }),
      };
    case 'agent-holding':
      return { activity: { kind: 'holding', since: at, callId: event.callId } };
    case 'agent-monitoring':
      return { activity: { kind: 'monitoring', since: at, callId: event.callId } };
    case 'agent-forced':
      return { forced: { action: event.action, by: event.by, at } };
    case 'agent-freed':
      return { activity: { kind: 'idle', since: at, ...(event.takenBack ? freeAgain(agent.activity) : {}) } };
    case 'acw-ended':
      return { activity: { kind: 'idle', since: at } };
    case 'acw-started':
      return { activity: { kind: 'acw', since: at, callId: event.callId, endsAt: event.endsAt } };
    case 'wrap-up-noted':
      return { wrapUp: event.wrapUp && { ...event.wrapUp, callId: event.callId } };
    case 'offer-missed':
      return {
        retryAt: { ...stillAhead(agent.retryAt, at), [event.groupId]: event.retryAt },
        ...(event.letRing === undefined ? {} : { missed: event.letRing ? (agent.missed ?? 0) + 1 : 0 }),
      };
    default:
      return event satisfies never;
  }
}

function freeSince(activity: Activity): { freeSince?: number } {
  return activity.kind === 'idle' ? { freeSince: activity.waitsSince ?? activity.since } : {};
}

function freeAgain(activity: Activity): { waitsSince?: number } {
  const isKnown = activity.kind === 'ringing' && activity.freeSince !== undefined;
  return isKnown ? { waitsSince: activity.freeSince } : {};
}

function oneMore({ taken }: AgentState, day: number): NonNullable<AgentState['taken']> {
  return { day, count: taken?.day === day ? taken.count + 1 : 1 };
}

function since(groups: readonly GroupId[], at: number): AgentState['groups'] {
  return Object.fromEntries(groups.map((groupId) => [groupId, at]));
}

function without(groups: AgentState['groups'], left: readonly GroupId[]): AgentState['groups'] {
  return Object.fromEntries(Object.entries(groups).filter(([id]) => !left.includes(id as GroupId)));
}

/** Rests that are over are of no use to anybody. */
function stillAhead(retryAt: AgentState['retryAt'], at: number): AgentState['retryAt'] {
  return Object.fromEntries(Object.entries(retryAt).filter(([, until]) => until > at));
}

function idleAgain(activity: Activity, at: number): Partial<AgentState> {
  return activity.kind === 'idle' ? { activity: { kind: 'idle', since: at } } : {};
}
