import { NextStateRequest, PauseRequest, SignInRequest, SignOutRequest } from '../../contract/commands.ts';
import { AgentView, DeskSnapshot } from '../../contract/desk.ts';
import type { AgentCommands } from './agent-service.ts';
import type { DeskService } from './desk-service.ts';
import { addressOf } from '../../http/requester.ts';
import { sessionRoute, type Feature } from '../../http/route.ts';

export function agentRoutes(agents: AgentCommands, desks: Pick<DeskService, 'snapshot'>): Feature {
  const confirmed = { status: 200, response: AgentView } as const;
  return {
    tag: 'Agent',
    routes: [
      sessionRoute({
        method: 'get',
        path: '/desk',
        right: 'use-desk',
        summary: 'Everything that the desk shows now',
        status: 200,
        response: DeskSnapshot,
        problems: [],
        run: (who) => desks.snapshot(who),
      }),
      sessionRoute({
        method: 'post',
        path: '/agent/sign-in',
        right: 'use-desk',
        summary:
          'Sign in to groups with a device; a number outside only as the team has it, and one of the own choice as the groups dial',
        body: SignInRequest,
        ...confirmed,
        problems: [
          'not-allowed-now',
          'unknown-group',
          'unknown-device',
          'unknown-number',
          'number-leads-here',
          'target-unavailable',
          'forbidden',
          'dialling-restricted',
          'device-not-connected',
          'device-in-use',
          'device-address-differs',
          'microphone-unavailable',
        ],
        run: (who, { body, request }) => agents.signIn(who, body, addressOf(request)),
      }),
      sessionRoute({
        method: 'post',
        path: '/agent/sign-out',
        right: 'use-desk',
        summary: 'Sign out of groups, or of all of them',
        body: SignOutRequest,
        ...confirmed,
        problems: ['unknown-group', 'static-member'],
        run: (who, { body }) => agents.signOut(who, body.groups),
      }),
      sessionRoute({
        method: 'post',
        path: '/agent/pause',
        right: 'use-desk',
        summary: 'Take no calls, with a reason',
        body: PauseRequest,
        ...confirmed,
        problems: ['not-signed-in', 'unknown-reason', 'not-allowed-now'],
        run: (who, { body }) => agents.pause(who, body.reasonId),
      }),
      sessionRoute({
        method: 'post',
        path: '/agent/resume',
        right: 'use-desk',
        summary: 'End the pause',
        ...confirmed,
        problems: [],
        run: (who) => agents.resume(who),
      }),
      sessionRoute({
        method: 'post',
        path: '/agent/end-acw',
        right: 'use-desk',
        summary: 'End after-call work',
        ...confirmed,
        problems: [],
        run: (who) => agents.endAcw(who),
      }),
      sessionRoute({
        method: 'put',
        path: '/agent/next-state',
        right: 'use-desk',
        summary: 'Choose what follows the call or after-call work; null clears the choice',
        body: NextStateRequest,
        ...confirmed,
        problems: ['not-allowed-now', 'unknown-reason'],
        run: (who, { body }) => agents.setNextState(who, body.next),
      }),
      sessionRoute({
        method: 'post',
        path: '/agent/lock',
        right: 'use-desk',
        whenLocked: 'allowed',
        summary: 'Lock the desk until the password is given',
        ...confirmed,
        problems: [],
        run: (who) => agents.lock(who),
      }),
    ],
  };
}
