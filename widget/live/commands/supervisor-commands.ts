import type { ForcedPauseRequest, ForcedRequest, Supervision } from '../../../server/contract/supervision.ts';
import { ofAgent } from './command.ts';

/** It is of this agent, who is named by id or number. */
export function isOf(supervision: Supervision | null, agent: unknown): supervision is Supervision {
  return supervision !== null && (supervision.agent.id === agent || supervision.agent.number === agent);
}

/** What a leader does at another agent, who is named by id or number. */
export const supervisorCommands = {
  /** Hears what the agent hears, and is heard by nobody. */
  listen: ofAgent({
    send: (api, agent: string) => api.monitor(agent, 'listen'),
    warmsUp: true,
    undoes: ['stopMonitoring'],
    host: 'supervisor.listen',
    event: 'telebar-monitor-started',
  }),
  /** Is heard by the agent alone. */
  whisper: ofAgent({
    send: (api, agent: string) => api.monitor(agent, 'whisper'),
    warmsUp: true,
    undoes: ['stopMonitoring'],
    host: 'supervisor.whisper',
    event: 'telebar-monitor-changed',
  }),
  /** Is heard by all whom the agent talks to. */
  barge: ofAgent({
    send: (api, agent: string) => api.monitor(agent, 'barge'),
    warmsUp: true,
    undoes: ['stopMonitoring'],
    host: 'supervisor.barge',
    event: 'telebar-monitor-changed',
  }),
  stopMonitoring: ofAgent({
    send: (api, agent: string) => api.monitor(agent, 'stop-monitoring'),
    owed: {
      done: ['forbidden', 'not-found'],
      replaces: ['stopMonitoring'],
      ends: true,
      // The leader may listen anew from another page.
      givenUp: true,
      isSo: (_call, _agent, argument, supervision) => !isOf(supervision, argument),
      ofArgument: () => true,
    },
    host: 'supervisor.stop',
    event: 'telebar-monitor-ended',
  }),
  /** The leader has the call from then on, and the agent's part is over. */
  takeOverCall: ofAgent({
    send: (api, agent: string, request: ForcedRequest = {}) => api.takeOverCall(agent, request),
    warmsUp: true,
    host: 'supervisor.takeOver',
    event: 'telebar-monitor-ended',
  }),
  forceHangup: ofAgent({
    send: (api, agent: string, request: ForcedRequest = {}) => api.force(agent, 'hangup', request),
    host: 'supervisor.hangup',
  }),
  forcePause: ofAgent({
    send: (api, agent: string, request: ForcedPauseRequest) => api.force(agent, 'pause', request),
    host: 'supervisor.pause',
  }),
  forceIdle: ofAgent({
    send: (api, agent: string, request: ForcedRequest = {}) => api.force(agent, 'idle', request),
    host: 'supervisor.idle',
  }),
  forceSignOut: ofAgent({
    send: (api, agent: string, request: ForcedRequest = {}) => api.force(agent, 'sign-out', request),
    host: 'supervisor.signOut',
  }),
} as const;
