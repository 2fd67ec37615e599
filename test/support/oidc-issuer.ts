import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

const CLIENT = 'telebar';
const SECRET = 'secret-of-the-client-0123456789';

/** The clock of what runs on behalf of a request to the provider: it reads `Date.now` as everybody does. */
const ahead = new AsyncLocalStorage<number>();
const here = Date.now;
Date.now = () => here() + (ahead.getStore() ?? 0);

/** Who logs in there next, and what the provider says of them. */
export interface Account {
  readonly claims: Readonly<Record<string, unknown>> & { readonly sub: string };
  /** How they proved it (RFC 8176). */
  readonly amr?: readonly string[];
}

/** A provider of OpenID Connect, which lets in whoever is named, without asking. */
export class OidcIssuer {
  readonly clientId = CLIENT;
  readonly clientSecret = SECRET;
  readonly issuer: string;
  /** Null: it refuses whoever comes. */
  account: Account | null = null;
  /** How far its clock is from ours, ms. */
  aheadMs = 0;
  /** What was asked of it: method and path. */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(server: Server, issuer: string) {
    this.#server = server;
    this.issuer = issuer;
  }

  /** @param redirectUris where it may lead people back to */
  static async start(redirectUris: readonly string[]): Promise<OidcIssuer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const issuer = new OidcIssuer(server, `http://localhost:${port}`);
    const provider = issuer.#provider(redirectUris);
    const answer = provider.callback();
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      ahead.run(issuer.aheadMs, () => handle(request, response)),
    );
    const handle = (request: IncomingMessage, response: ServerResponse): unknown => {
      issuer.asked.push(`${request.method} ${(request.url ?? '').split('?')[0]}`);
      if (request.url?.startsWith('/interaction/') !== true) return answer(request, response);
      const { account } = issuer;
      const result =
        account === null
          ? { error: 'access_denied', error_description: 'not today' }
          : { login: { accountId: account.claims.sub, ...(account.amr && { amr: account.amr }) } };
      provider.interactionFinished(request, response, result).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
      return undefined;
    };
    return issuer;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #provider(redirectUris: readonly string[]): Provider {
    return new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT,
          client_secret: SECRET,
          redirect_uris: redirectUris,
          post_logout_redirect_uris: redirectUris,
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      claims: {
        openid: ['sub', 'amr'],
        profile: ['name', 'preferred_username'],
        email: ['email', 'email_verified'],
      },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      ttl: { IdToken: 600 },
      cookies: { keys: ['key of the cookies of a test'] },
      findAccount: (_context: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ ...this.account?.claims, sub: id }),
      }),
      loadExistingGrant: async (context: GrantContext) => {
        const { provider, client, session } = context.oidc;
        const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
    });
  }
}

interface GrantContext {
  readonly oidc: {
    readonly provider: {
      readonly Grant: new (of: { clientId: string; accountId: string }) => {
        addOIDCScope(scope: string): void;
        save(): Promise<string>;
      };
    };
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
  };
}

/**
 * Goes where a browser would, until it is led back.
 * @returns the query of where it was led, without its question mark
 */
export async function walk(url: string, back: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next = url;
  for (let step = 0; step < 12; step++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const each of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (each.split(';')[0] ?? '').split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${next} leads nowhere: ${answer.status} ${await answer.text()}`);
    next = new URL(location, next).href;
    if (next.startsWith(back)) return new URL(next).search.slice(1);
  }
  throw new Error(`${url} leads in circles.`);
}
