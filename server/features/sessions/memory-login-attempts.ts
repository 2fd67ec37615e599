import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Attempt, LoginAttempts } from './login-attempts.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { FairQueue } from './fair-queue.ts';
import { networkOf } from '../../core/kernel/network-of.ts';

const WINDOW_S = 15 * 60;
/** Passwords that are hashed at the same moment: each takes a thread of Node's four and 32 MiB. */
const AT_ONCE = 2;
/** Of one network, waiting for their turn: of more, the first at the account with the most is told to come again. */
const PER_NETWORK = 500;
/** After each wrong password too many, its account waits so long for its next turn from that network, ms; or all of that network. */
const SLOW_DOWN_MS = 2_000;
/** What the client is told when its turn went to another, ms. */
const FULL_MS = 10_000;
/** Accounts that are remembered to have been logged in to, each from one network. */
const MOST_KNOWN = 10_000;

export interface LoginLimits {
  /** Wrong passwords for one account from one network in fifteen minutes, before more of them are slowed down. */
  readonly perAccount: number;
  /** Wrong passwords and tokens from one network (a whole office can stand behind it) before it is slowed down. */
  readonly perNetwork: number;
}

/**
 * Counts wrong attempts in this process. Nothing is closed: whatever was guessed before, a password is checked, and only a
 * wrong one is refused. Who guesses is slowed down instead: at one account, its turns from that network; at many, the
 * turns of the whole network, but of nobody who has logged in from there before.
 */
export class MemoryLoginAttempts implements LoginAttempts {
  readonly #networks: RateLimiterMemory;
  readonly #accounts: RateLimiterMemory;
  readonly #queue: FairQueue;
  /** The longest ago first. */
  readonly #known = new Set<string>();

  constructor(
    after: (ms: number, then: () => void) => void,
    limits: LoginLimits = { perAccount: 5, perNetwork: 100 },
  ) {
    this.#accounts = new RateLimiterMemory({ points: limits.perAccount, duration: WINDOW_S });
    this.#networks = new RateLimiterMemory({ points: limits.perNetwork, duration: WINDOW_S });
    this.#queue = new FairQueue({ atOnce: AT_ONCE, perSource: PER_NETWORK, after });
  }

  async password(address: string, account: string, check: () => Promise<boolean>): Promise<Attempt> {
    const network = networkOf(address);
    const key = `${network} ${account}`;
    const source = this.#known.has(key) ? key : network;
    const attempt = await this.#queue.run(source, account, async (): Promise<Attempt> => {
      if (await check()) {
        await this.#accounts.delete(key);
        this.#remember(key);
        return { kind: 'right' };
      }
      const isOneTooMany = (await consume(this.#accounts, key)) > 0;
      if (isOneTooMany) this.#queue.pauseLane(source, account, SLOW_DOWN_MS);
      if ((await consume(this.#networks, network)) > 0) this.#queue.pause(source, SLOW_DOWN_MS);
      return isOneTooMany ? { kind: 'refused', waitMs: SLOW_DOWN_MS } : { kind: 'wrong' };
    });
    return attempt ?? { kind: 'refused', waitMs: FULL_MS };
  }

  wrongToken(address: string): Promise<number> {
    return consume(this.#networks, networkOf(address));
  }

  async pin(check: () => Promise<boolean>): Promise<boolean> {
    const checked = await this.#queue.run('telephones', 'pins', check);
    if (checked === null) throw new DomainError('rate-limited', 'Too many telephones are signing in.');
    return checked;
  }

  #remember(key: string): void {
    this.#known.delete(key);
    this.#known.add(key);
    const [oldest] = this.#known;
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** @returns 0 within the limit, otherwise the time until it is forgotten, ms */
async function consume(limiter: RateLimiterMemory, name: string): Promise<number> {
  try {
    await limiter.consume(name);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
    throw refusal;
  }
}
