import type { Session } from '../../server/contract/session.ts';

/** A reload in a call has two seconds until both hear each other again: the host's back end may take half of that. */
const FIRST_TOKEN_LIMIT_MS = 1000;

/** The tokens by which a page logs in: its tag's own, and whatever the host page gives. Each is good for one login. */
export class PageTokens {
  readonly #own: string | undefined;
  readonly #ask: (() => Promise<string>) | undefined;
  #ownUsed = false;
  /** One that the host page gave and no login has needed yet. */
  #unused: string | null = null;

  constructor(own: string | undefined, ask: (() => Promise<string>) | undefined) {
    this.#own = own;
    this.#ask = ask;
  }

  /** Whether the host page may give another one. */
  get canAsk(): boolean {
    return this.#ask !== undefined;
  }

  /** The token that this page was given, if it comes soon: a kept session does not wait for a slow back end. */
  async first(): Promise<string | null> {
    if (this.#own !== undefined || this.#ask === undefined) return this.#own ?? null;
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), FIRST_TOKEN_LIMIT_MS));
    this.#unused = await Promise.race([this.#ask().catch(() => null), late]);
    return this.#unused;
  }

  /** The tag's own token first, then whatever the host page gives. */
  async next(): Promise<string | null> {
    const ready = this.#unused ?? (this.#ownUsed ? null : (this.#own ?? null));
    this.#unused = null;
    this.#ownUsed = true;
    return ready ?? (await this.#ask?.()) ?? null;
  }
}

/**
 * Whether the host's back end has signed its token for another agent than the one of the kept session. The claims are
 * only compared, never trusted: the server checks the signature.
 */
export function isForAnother(session: Session, token: string | null): boolean {
  const payload = token?.split('.')[1];
  if (payload === undefined) return false;
  try {
    const claims = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) as {
      sub?: unknown;
      team?: unknown;
    };
    return (
      claims.sub !== session.agent.username ||
      (claims.team !== undefined && claims.team !== session.team.slug)
    );
  } catch {
    // Not a token that we can read; the server will say what it thinks of it when it is needed.
    return false;
  }
}
