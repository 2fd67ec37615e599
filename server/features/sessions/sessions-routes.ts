import { AgentView } from '../../contract/desk.ts';
import { EndRequest, LoginRequest, Session, UnlockRequest } from '../../contract/session.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import type { Sessions } from './sessions.ts';
import { addressOf, bearerToken, pageOrigin } from '../../http/requester.ts';
import { publicRoute, sessionRoute, type Feature, type Route } from '../../http/route.ts';

/** Who asks for the end of what has ended has it: a second tab, or an answer that was lost on its way. */
function alsoWhenEnded(route: Route, sessions: Sessions): Route {
  return {
    ...route,
    handle: async (request, doorkeeper, once) => {
      try {
        return await route.handle(request, doorkeeper, once);
      } catch (error) {
        if (await sessions.hasEnded(bearerToken(request), pageOrigin(request))) return undefined;
        throw error;
      }
    },
  };
}

/** Unlocks the desk of who knows the password. */
type Unlock = (who: Identity, password: string) => Promise<AgentView>;

export function sessionRoutes(sessions: Sessions, unlock: Unlock): Feature {
  return {
    tag: 'Sessions',
    routes: [
      publicRoute({
        method: 'post',
        path: '/sessions',
        summary: 'Log in with team, user name and password, or with a token signed by the host',
        body: LoginRequest,
        status: 201,
        response: Session,
        problems: ['wrong-credentials', 'token-invalid', 'token-expired', 'rate-limited'],
        run: ({ body, request }) =>
          sessions.login(body, {
            address: addressOf(request),
            userAgent: request.get('user-agent') ?? '',
            origin: pageOrigin(request),
          }),
      }),
      sessionRoute({
        method: 'get',
        path: '/sessions/current',
        right: 'use-desk',
        summary: 'The session of the bearer token',
        status: 200,
        response: Session,
        problems: [],
        run: async (who, { request }) => ({
          token: bearerToken(request) ?? '',
          ...(await sessions.current(who)),
        }),
      }),
      alsoWhenEnded(
        sessionRoute({
          method: 'delete',
          path: '/sessions/current',
          right: 'use-desk',
          whenLocked: 'allowed',
          summary: 'Log out: the token is worth nothing from now on',
          status: 204,
          problems: [],
          run: (who) => sessions.logout(who),
        }),
        sessions,
      ),
      publicRoute({
        method: 'post',
        path: '/sessions/end',
        summary:
          'Log out with the ticket of the login, without the token: for a page that could not do it in time',
        body: EndRequest,
        status: 204,
        problems: ['token-invalid', 'token-expired'],
        run: ({ body }) => sessions.end(body.ticket),
      }),
      sessionRoute({
        method: 'post',
        path: '/sessions/current/unlock',
        right: 'use-desk',
        whenLocked: 'allowed',
        summary: 'Unlock the desk with the password',
        body: UnlockRequest,
        status: 200,
        response: AgentView,
        problems: ['wrong-password', 'rate-limited'],
        run: (who, { body }) => unlock(who, body.password),
      }),
    ],
  };
}
