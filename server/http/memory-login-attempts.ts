import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { LoginAttempts } from '../app/login-attempts.ts';
import { networkOf } from './network-of.ts';

const WINDOW_S = 15 * 60;

/**
 * Counts attempts in this process: five failures for one account from one address, a hundred for one address (a whole
 * office can stand behind it), in fifteen minutes. One address can make a hundred entries, so memory is bounded; of IPv6
 * the whole network of 64 bits counts as one, since a single machine has all of it.
 */
export class MemoryLoginAttempts implements LoginAttempts {
  readonly #addresses: RateLimiterMemory;
  readonly #accounts: RateLimiterMemory;

  constructor(limits: { perAccount: number; perAddress: number } = { perAccount: 5, perAddress: 100 }) {
    this.#accounts = new RateLimiterMemory({ points: limits.perAccount, duration: WINDOW_S });
    this.#addresses = new RateLimiterMemory({ points: limits.perAddress, duration: WINDOW_S });
  }

  async count(from: string, account: string | null): Promise<number> {
    const address = networkOf(from);
    const wait = await consume(this.#addresses, address);
    if (wait > 0 || account === null) return wait;
    return consume(this.#accounts, key(address, account));
  }

  async forgive(from: string, account: string | null): Promise<void> {
    const address = networkOf(from);
    await this.#addresses.reward(address, 1);
    if (account !== null) await this.#accounts.delete(key(address, account));
  }
}

function key(address: string, account: string): string {
  return `${address} ${account}`;
}

async function consume(limiter: RateLimiterMemory, name: string): Promise<number> {
  try {
    await limiter.consume(name);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
    throw refusal;
  }
}
