import { DomainError } from '../../core/kernel/domain-error.ts';
import type { SessionId } from '../../core/kernel/ids.ts';
import { isAbsence } from '../../core/ports/unit-of-work.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { EndedSession, Identity } from '../../core/kernel/actor.ts';

/** How often a session that could not be ended in the store is tried again, ms. */
const RETRY_MS = 1000;
/** More than any installation has agents; the oldest are forgotten first. */
const MOST_SESSIONS = 20_000;

interface Proved {
  readonly identity: Identity;
  /** Origins of pages that were allowed; '' for a request without one. */
  readonly origins: ReadonlySet<string>;
}

/**
 * The sessions that this process has seen to be genuine, by the hash of their token: who is in a call must be able to end it
 * while the store is away. They are asked only then.
 */
export class ProvedSessions {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #proved = new Map<string, Proved>();
  /** Ended, and not yet in the store. */
  readonly #ended = new Set<SessionId>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  remember(hash: string, identity: Identity, origin: string | null): void {
    const origins = new Set(this.#proved.get(hash)?.origins).add(origin ?? '');
    this.#proved.delete(hash);
    this.#proved.set(hash, { identity, origins });
    const [oldest] = this.#proved.keys();
    if (this.#proved.size > MOST_SESSIONS && oldest !== undefined) this.#proved.delete(oldest);
  }

  has(hash: string): boolean {
    return this.#proved.has(hash);
  }

  forget(hash: string): void {
    this.#proved.delete(hash);
  }

  /** Whether it was ended, whatever the store says. */
  hasEnded(sessionId: SessionId): boolean {
    return this.#ended.has(sessionId);
  }

  /**
   * Who asks, when the store cannot say; otherwise throws the store's error again.
   * @throws DomainError `token-expired`
   */
  insteadOf(error: unknown, hash: string, origin: string | null): Identity {
    const proved = this.#proved.get(hash);
    if (!isAbsence(error) || proved === undefined || !proved.origins.has(origin ?? '')) throw error;
    if (this.#ended.has(proved.identity.sessionId)) {
      throw new DomainError('token-invalid', 'The bearer token is not one of an open session.');
    }
    if (proved.identity.expiresAt <= this.#clock.now()) {
      throw new DomainError('token-expired', 'The session has expired.');
    }
    return proved.identity;
  }

  /** Ends a session here and now; in the store as soon as that can be written. */
  async end({ sessionId, agentId }: EndedSession, revoke: () => Promise<void>): Promise<void> {
    this.#ended.add(sessionId);
    for (const [hash, { identity }] of this.#proved) {
      if (identity.sessionId === sessionId) this.#proved.delete(hash);
    }
    try {
      await revoke();
      this.#ended.delete(sessionId);
    } catch (error) {
      if (!isAbsence(error)) throw error;
      this.#logger.warn(
        { agentId, sessionId, err: error },
        'a session is ended in the store when it is back',
      );
      this.#clock.after(RETRY_MS, () => void this.#retry(sessionId, revoke));
    }
  }

  async #retry(sessionId: SessionId, revoke: () => Promise<void>): Promise<void> {
    try {
      await revoke();
      this.#ended.delete(sessionId);
    } catch (error) {
      if (!isAbsence(error)) this.#logger.error({ sessionId, err: error }, 'a session could not be ended');
      this.#clock.after(RETRY_MS, () => void this.#retry(sessionId, revoke));
    }
  }
}
