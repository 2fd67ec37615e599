import { CallView } from '../../contract/desk.ts';
import type { ProblemCode } from '../../contract/problem.ts';
import { RosterRow } from '../../contract/realtime/roster.ts';
import { ForcedPauseRequest, ForcedRequest, SupervisionAnswer } from '../../contract/supervision.ts';
import { AgentKeyPath } from '../../http/path-ids.ts';
import { sessionRoute, type Feature, type Route } from '../../http/route.ts';
import type { ForcedAction } from '../../vocabulary/forced-actions.ts';
import type { MonitorMode } from '../../vocabulary/monitor-modes.ts';
import type { SupervisionCommands } from './supervision-service.ts';

const LISTENING: readonly ProblemCode[] = [
  'not-found',
  'call-not-active',
  'agent-busy',
  'not-allowed-now',
  'device-not-connected',
  'call-failed',
];
const FORCING: readonly ProblemCode[] = ['not-found', 'state-changed', 'call-failed'];
const at = { method: 'post', right: 'supervise', params: AgentKeyPath, status: 200 } as const;

/** What leaders do at agents: docs/calls-of-many-parties.md. The path names the agent by id or number. */
export function supervisionRoutes(supervision: SupervisionCommands): Feature {
  return {
    tag: 'Supervision',
    routes: [
      monitor('listen', 'Hear what the agent hears, and be heard by nobody', LISTENING),
      monitor('whisper', 'Be heard by the agent alone', LISTENING),
      monitor('barge', 'Be heard by all whom the agent talks to', [...LISTENING, 'barge-taken']),
      sessionRoute({
        ...at,
        path: '/agents/:id/stop-monitoring',
        whenLocked: 'allowed',
        summary: 'Listen to the agent no longer',
        response: SupervisionAnswer,
        problems: ['not-found', 'call-failed'],
        run: (who, { params }) => supervision.stop(who, params.id),
      }),
      sessionRoute({
        ...at,
        path: '/agents/:id/take-over',
        summary: "Take the agent's place in the call",
        body: ForcedRequest,
        response: CallView,
        problems: [...LISTENING, 'state-changed'],
        run: (who, { params, body }) => supervision.takeOver(who, params.id, body),
      }),
      force('hangup', "End the agent's call as the agent would"),
      force('idle', 'End a pause or after-call work; in a call it is what follows', [
        'not-signed-in',
        'not-allowed-now',
      ]),
      force('sign-out', 'Sign the agent out; in a call it is what follows', [
        'static-member',
        'not-allowed-now',
      ]),
      sessionRoute({
        ...at,
        path: '/agents/:id/pause',
        summary: 'Pause the agent; in a call it is what follows',
        body: ForcedPauseRequest,
        response: RosterRow,
        problems: [...FORCING, 'unknown-reason', 'not-signed-in', 'not-allowed-now'],
        run: (who, { params, body }) => supervision.pause(who, params.id, body.reasonId, body),
      }),
    ],
  };

  function monitor(mode: MonitorMode, summary: string, problems: readonly ProblemCode[]): Route {
    return sessionRoute({
      ...at,
      path: `/agents/:id/${mode}`,
      summary,
      response: SupervisionAnswer,
      problems,
      run: (who, { params }) => supervision.monitor(who, params.id, mode),
    });
  }

  function force(
    action: Exclude<ForcedAction, 'take-over' | 'pause'>,
    summary: string,
    problems: readonly ProblemCode[] = [],
  ): Route {
    return sessionRoute({
      ...at,
      path: `/agents/:id/${action}`,
      summary,
      body: ForcedRequest,
      response: RosterRow,
      problems: [...FORCING, ...problems],
      run: (who, { params, body }) => supervision.force(who, params.id, action, body),
    });
  }
}
