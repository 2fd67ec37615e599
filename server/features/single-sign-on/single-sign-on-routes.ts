import {
  LoginWays,
  LoginWaysQuery,
  ProviderLogout,
  SignOnBegun,
  SignOnPatch,
  SignOnRequest,
  SignOnSetUp,
} from '../../contract/single-sign-on.ts';
import { addressOf, pageOrigin } from '../../http/requester.ts';
import {
  publicRoute,
  sessionRoute,
  teamRoute,
  versionedSessionRoute,
  type Feature,
} from '../../http/route.ts';
import type { Passkeys } from '../passkeys/passkeys.ts';
import type { SetUpSignOn } from './set-up-sign-on.ts';
import type { SingleSignOn } from './single-sign-on.ts';

const SET_UP: SignOnSetUp = {
  active: true,
  label: 'Example staff',
  issuer: 'https://login.example.com/realms/staff',
  clientId: 'telebar',
  claim: 'preferred_username',
  matches: 'username',
  unknownUsers: 'refuse',
  domains: ['example.com'],
  trustsFactor: true,
  endsSession: false,
  hasSecret: true,
  redirectUri: 'https://phone.example.com/admin/',
  fixed: false,
  version: 2,
};

export function signOnRoutes(
  signOn: Pick<SingleSignOn, 'ways' | 'begin' | 'logoutUrl'>,
  setUp: Pick<SetUpSignOn, 'get' | 'change'>,
  passkeys: Pick<Passkeys, 'isPossible'>,
): Feature {
  const right = 'change-set-up';
  const path = '/set-up/single-sign-on';
  return {
    tag: 'Single sign-on',
    routes: [
      publicRoute({
        method: 'get',
        path: '/login-ways',
        summary: 'How people of a team may log in on pages of this server, beside their password',
        query: LoginWaysQuery,
        status: 200,
        response: LoginWays,
        problems: [],
        example: {
          response: {
            origin: 'https://phone.example.com',
            singleSignOn: { label: 'Example staff' },
            passkeys: true,
          },
        },
        run: async ({ query }) => ({ ...(await signOn.ways(query.team)), passkeys: passkeys.isPossible }),
      }),
      publicRoute({
        method: 'post',
        path: '/single-sign-on',
        summary:
          'Begin to log in with the provider of a team (OpenID Connect); what it answers comes with the secret to POST /sessions',
        body: SignOnRequest,
        status: 201,
        response: SignOnBegun,
        problems: ['not-found', 'sso-unavailable', 'sso-refused', 'rate-limited', 'origin-not-allowed'],
        example: {
          body: { team: 'north' },
          response: {
            url: 'https://login.example.com/realms/staff/auth?client_id=telebar&response_type=code&code_challenge_method=S256',
            secret: 'kQ2mT8sWn4Xr7bVdkQ2mT8sWn4Xr7bVdkQ2mT8sWn4X',
          },
        },
        run: ({ body, request }) =>
          signOn.begin(body.team, { address: addressOf(request), origin: pageOrigin(request) }),
      }),
      sessionRoute({
        method: 'get',
        path: '/sessions/current/provider-logout',
        right: 'use-desk',
        summary: 'Where a page goes after logging out, so that its user is logged out at the provider too',
        status: 200,
        response: ProviderLogout,
        problems: [],
        example: { response: { url: 'https://login.example.com/realms/staff/logout?client_id=telebar' } },
        run: async (who) => ({ url: await signOn.logoutUrl(who) }),
      }),
      teamRoute({
        method: 'get',
        path,
        right,
        summary: 'With which provider people of the team log in',
        status: 200,
        response: SignOnSetUp,
        problems: [],
        example: { response: SET_UP },
        run: (who) => setUp.get(who),
      }),
      versionedSessionRoute({
        method: 'patch',
        path,
        right,
        summary:
          'Change with which provider people of the team log in, for people with every right; one that is switched on is asked first whether it is there',
        body: SignOnPatch,
        status: 200,
        response: SignOnSetUp,
        problems: ['sso-unavailable', 'sso-refused'],
        example: {
          body: { active: true, clientSecret: 'kept-encrypted' },
          response: { ...SET_UP, version: 3 },
        },
        run: (who, { version, body }) => setUp.change(who, version, body),
      }),
    ],
  };
}
