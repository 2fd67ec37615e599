import type { ClientAuth, Configuration } from 'openid-client';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { SignOnFault } from '../../vocabulary/sign-on.ts';
import type { SignOnRow } from './single-sign-on-store.ts';

/** What a provider says of itself is believed for so long, ms. */
const FRESH_MS = 600_000;
/** More teams than a server has with a provider of their own. */
const MOST_PROVIDERS = 200;
const TIMEOUT_S = 10;
/** It says more of somebody only when it is asked for. */
const SCOPE = 'openid profile email';

/** Fetches what an administrator has named; an answer that does not come is an error. */
export type ProviderFetch = (
  url: string,
  request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly signal?: AbortSignal | undefined;
  },
) => Promise<Response>;

export interface ProvidersDeps {
  readonly fetch: ProviderFetch;
  /** Whether plain HTTP is allowed. */
  readonly inside: boolean;
  readonly clock: Clock;
}

type Client = Pick<SignOnRow, 'issuer' | 'clientId' | 'clientSecret'>;
type Claims = Readonly<Record<string, unknown>>;

/** What the page brings again, and what has to fit to it. */
export interface SignOnChecks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** It was not reached, or could not answer just now. */
class ProviderAway extends Error {}

/** Asks providers of OpenID Connect: authorisation code with PKCE, state and nonce. The library is loaded when the first one is asked. */
export class Providers {
  readonly #deps: ProvidersDeps;
  readonly #known = new Map<
    string,
    { readonly until: number; readonly configuration: Promise<Configuration> }
  >();

  constructor(deps: ProvidersDeps) {
    this.#deps = deps;
  }

  /** Whether the provider is there and is the one that was set up. @throws sso-unavailable, sso-refused */
  async check(client: Client): Promise<void> {
    await asked(() => this.#configuration(client));
  }

  /** Where the page has to go, and what is kept until it comes back. @throws sso-unavailable, sso-refused */
  begin(client: Client, redirectUri: string): Promise<{ url: string; checks: SignOnChecks }> {
    return asked(async () => {
      const oidc = await import('openid-client');
      const configuration = await this.#configuration(client);
      const checks = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
        redirectUri,
      };
      const url = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(checks.verifier),
        code_challenge_method: 'S256',
      });
      if (url.protocol !== 'https:' && !(this.#deps.inside && url.protocol === 'http:'))
        throw refused('answer');
      return { url: url.href, checks };
    });
  }

  /**
   * Who has come back, as the provider says it.
   * @param response the query with which the page was led back
   * @param wanted claims of which one that the token lacks is asked for
   * @throws sso-unavailable, sso-refused
   */
  finish(client: Client, checks: SignOnChecks, response: string, wanted: readonly string[]): Promise<Claims> {
    return asked(async () => {
      const oidc = await import('openid-client');
      const configuration = await this.#configuration(client);
      const tokens = await oidc.authorizationCodeGrant(
        configuration,
        new URL(`${checks.redirectUri}?${response}`),
        { expectedState: checks.state, expectedNonce: checks.nonce, pkceCodeVerifier: checks.verifier },
      );
      const claims = tokens.claims();
      if (claims === undefined) throw refused('answer');
      const { userinfo_endpoint: more } = configuration.serverMetadata();
      if (more === undefined || wanted.every((name) => claims[name] !== undefined)) return claims;
      return { ...(await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
    });
  }

  /** Where the page goes to log out there; null: the provider has no such place. @throws sso-unavailable, sso-refused */
  logoutUrl(client: Client, returnTo: string): Promise<string | null> {
    return asked(async () => {
      const oidc = await import('openid-client');
      const configuration = await this.#configuration(client);
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      return oidc.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo }).href;
    });
  }

  #configuration({ issuer, clientId, clientSecret }: Client): Promise<Configuration> {
    const key = JSON.stringify([issuer, clientId, clientSecret]);
    const now = this.#deps.clock.now();
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.configuration;
    const configuration = this.#discover({ issuer, clientId, clientSecret });
    this.#known.delete(key);
    this.#known.set(key, { until: now + FRESH_MS, configuration });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_PROVIDERS && oldest !== undefined) this.#known.delete(oldest);
    // What has failed is asked for again next time.
    configuration.catch(() => this.#known.delete(key));
    return configuration;
  }

  async #discover({ issuer, clientId, clientSecret }: Client): Promise<Configuration> {
    const oidc = await import('openid-client');
    const { inside } = this.#deps;
    const authentication: ClientAuth = (server, ...rest) => {
      if (clientSecret === null) return oidc.None()(server, ...rest);
      const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      const way = methods.includes('client_secret_basic') ? oidc.ClientSecretBasic : oidc.ClientSecretPost;
      return way(clientSecret)(server, ...rest);
    };
    const configuration = await oidc.discovery(new URL(issuer), clientId, {}, authentication, {
      [oidc.customFetch]: (url, request) => this.#fetch(url, request),
      // oxlint-disable-next-line typescript/no-deprecated -- it is for networks of one's own, where the operator has allowed it
      execute: inside ? [oidc.allowInsecureRequests] : [],
      timeout: TIMEOUT_S,
    });
    // Behind an address for all tenants everybody names themselves as they like, in a tenant of their own.
    if (/[{}]/.test(configuration.serverMetadata().issuer)) throw refused('issuer');
    return configuration;
  }

  async #fetch(url: string, request: Parameters<ProviderFetch>[1]): Promise<Response> {
    let response: Response;
    try {
      response = await this.#deps.fetch(url, request);
    } catch (cause) {
      throw new ProviderAway(cause instanceof Error ? cause.message : String(cause), { cause });
    }
    if (response.status >= 500 || response.status === 429)
      throw new ProviderAway(`The provider has answered ${response.status}.`);
    return response;
  }
}

export function refused(reason: SignOnFault, options?: ErrorOptions): DomainError {
  return new DomainError('sso-refused', SENTENCES[reason], { reason }, options);
}

const SENTENCES: Readonly<Record<SignOnFault, string>> = {
  expired:
    'This login has been used, was begun in another window, or took longer than ten minutes: begin again.',
  denied: 'The provider has not let you in.',
  issuer:
    'The provider says that it is another one than was set up: compare the issuer with its own, to the letter.',
  client: 'The provider refuses this server: compare the id and the secret of the client.',
  clock:
    'The provider’s signature is not valid at this time: the clock of this server, or of the provider, is wrong.',
  answer: 'The provider’s answer does not follow the protocol.',
  claim: 'The provider has not told the claim that names the user.',
  domain: 'Addresses of this domain may not log in, or the provider has not verified the address.',
  'unknown-user': 'The team does not know this user of the provider.',
  'ambiguous-user': 'Several agents of the team have this address.',
  'inactive-user': 'This agent may not log in any more.',
};

/** Puts what the library throws into words of the house. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const chain = causesOf(error);
    const away = chain.find((each) => each instanceof ProviderAway || isNotAsked(each));
    if (away instanceof Error) {
      throw new DomainError(
        'sso-unavailable',
        `The provider does not answer: ${away.message}`,
        {},
        { cause: error },
      );
    }
    const fault = chain.map(faultOf).find((each) => each !== null);
    // A fault of ours is none of the provider's.
    if (fault === undefined) throw error;
    throw refused(fault, { cause: error });
  }
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let each = error; each instanceof Error && chain.length < 8; each = each.cause) chain.push(each);
  return chain;
}

function textIn(error: unknown, name: string): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : '';
}

/** There was no answer in time, or nothing was sent: plain HTTP is not allowed. */
const NOT_ASKED = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
  'OAUTH_REQUEST_PROTOCOL_FORBIDDEN',
]);

function isNotAsked(error: unknown): boolean {
  return NOT_ASKED.has(textIn(error, 'code'));
}

const CLIENT_ERRORS = new Set(['invalid_client', 'unauthorized_client']);

function faultOf(error: unknown): SignOnFault | null {
  const [code, told] = [textIn(error, 'code'), textIn(error, 'error')];
  switch (code) {
    case '':
      return null;
    case 'OAUTH_AUTHORIZATION_RESPONSE_ERROR':
      return CLIENT_ERRORS.has(told) ? 'client' : 'denied';
    case 'OAUTH_RESPONSE_BODY_ERROR':
      return CLIENT_ERRORS.has(told) ? 'client' : told === 'invalid_grant' ? 'expired' : 'answer';
    case 'OAUTH_WWW_AUTHENTICATE_CHALLENGE':
      return 'client';
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return 'clock';
    // The document of the issuer is another's, or is not there.
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
      return 'issuer';
    default:
      return code.startsWith('OAUTH_') ? 'answer' : null;
  }
}
