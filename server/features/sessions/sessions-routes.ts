import { AgentView } from '../../contract/desk.ts';
import { ChangePasswordRequest, EndRequest, LoginRequest, UnlockRequest } from '../../contract/login.ts';
import { Session, SessionListQuery, SessionPage, type OpenSession } from '../../contract/session.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import type { OpenSessions } from './open-sessions.ts';
import type { Sessions } from './sessions.ts';
import { AgentPath, AgentSessionPath, SessionPath } from '../../http/path-ids.ts';
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

const OPEN: OpenSession = {
  id: 'session_01k0abc',
  via: 'password',
  since: 1_764_460_800_000,
  seenAt: 1_764_464_400_000,
  expiresAt: 1_764_504_000_000,
  address: '192.0.2.17',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0',
  current: false,
};

export function sessionRoutes(
  sessions: Sessions,
  open: Pick<OpenSessions, 'list' | 'end' | 'endAll'>,
  unlock: Unlock,
): Feature {
  return {
    tag: 'Sessions',
    routes: [
      ...loginRoutes(sessions, unlock),
      sessionRoute({
        method: 'post',
        path: '/sessions/current/password',
        right: 'use-desk',
        summary: 'Choose another password; every other session of the agent ends',
        body: ChangePasswordRequest,
        status: 204,
        problems: ['wrong-password', 'password-must-change', 'rate-limited'],
        example: {
          body: { password: 'three quiet grey herons', newPassword: 'nine loud red kettles' },
        },
        run: (who, { body }) => sessions.changePassword(who, body),
      }),
      ...openSessionRoutes(open),
    ],
  };
}

/** Where somebody is logged in. */
function openSessionRoutes(open: Pick<OpenSessions, 'list' | 'end' | 'endAll'>): Route[] {
  const admin = 'change-set-up';
  return [
    sessionRoute({
      method: 'get',
      path: '/sessions',
      right: 'use-desk',
      summary: 'Where one is logged in oneself',
      query: SessionListQuery,
      status: 200,
      response: SessionPage,
      problems: ['not-found'],
      example: { response: { items: [{ ...OPEN, current: true }], next: null } },
      run: (who, { query }) => open.list(who, who.agentId, query),
    }),
    sessionRoute({
      method: 'delete',
      path: '/sessions/others',
      right: 'use-desk',
      summary: 'End every session of one’s own but this one',
      status: 204,
      problems: ['not-found'],
      run: (who) => open.endAll(who, who.agentId),
    }),
    sessionRoute({
      method: 'delete',
      path: '/sessions/:id',
      right: 'use-desk',
      summary: 'End one session of one’s own',
      params: SessionPath,
      status: 204,
      problems: ['not-found'],
      run: (who, { params }) => open.end(who, who.agentId, params.id),
    }),
    sessionRoute({
      method: 'get',
      path: '/set-up/agents/:id/sessions',
      right: admin,
      summary: 'Where an agent is logged in',
      params: AgentPath,
      query: SessionListQuery,
      status: 200,
      response: SessionPage,
      problems: ['not-found'],
      example: { response: { items: [OPEN], next: null } },
      run: (who, { params, query }) => open.list(who, params.id, query),
    }),
    sessionRoute({
      method: 'delete',
      path: '/set-up/agents/:id/sessions',
      right: admin,
      summary:
        'End every session of an agent, but for the one that asks; a call at one of them goes on for as long as another page may come for it',
      params: AgentPath,
      status: 204,
      problems: ['not-found'],
      run: (who, { params }) => open.endAll(who, params.id),
    }),
    sessionRoute({
      method: 'delete',
      path: '/set-up/agents/:id/sessions/:sessionId',
      right: admin,
      summary: 'End one session of an agent',
      params: AgentSessionPath,
      status: 204,
      problems: ['not-found'],
      run: (who, { params }) => open.end(who, params.id, params.sessionId),
    }),
  ];
}

function loginRoutes(sessions: Sessions, unlock: Unlock): Route[] {
  return [
    publicRoute({
      method: 'post',
      path: '/sessions',
      summary:
        'Log in with team, user name and password, with a token signed by the host, with what the provider of single sign-on has answered, or with a passkey; newPassword takes the place of the password',
      body: LoginRequest,
      status: 201,
      response: Session,
      problems: [
        'wrong-credentials',
        'token-invalid',
        'token-expired',
        'rate-limited',
        'wrong-password',
        'password-must-change',
        'code-required',
        'wrong-code',
        'sso-unavailable',
        'sso-refused',
        'passkey-refused',
        'origin-not-allowed',
      ],
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
      summary:
        'Unlock the desk with the password; newPassword takes the place of one that somebody else has made',
      body: UnlockRequest,
      status: 200,
      response: AgentView,
      problems: ['wrong-password', 'password-must-change', 'code-required', 'wrong-code', 'rate-limited'],
      run: async (who, { body: { password, newPassword, code } }) => {
        if (newPassword !== undefined) await sessions.renewPassword(who, { password, newPassword, code });
        return unlock(who, newPassword ?? password);
      },
    }),
  ];
}
