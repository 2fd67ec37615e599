import { DomainError } from '../../core/kernel/domain-error.ts';
import type { ApiKeyId } from '../../core/kernel/ids.ts';

const MINUTE_MS = 60_000;
/** More than any installation has keys at work; the one that was used the longest ago is forgotten first. */
const MOST_KEYS = 10_000;

interface Budget {
  left: number;
  at: number;
}

/**
 * How much each key may still ask of this server: a minute's share at once, which fills again evenly. A program that has gone
 * astray is told to wait, and keeps nobody else waiting.
 */
export class KeyBudgets {
  readonly #perMinute: number;
  readonly #budgets = new Map<ApiKeyId, Budget>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** @throws DomainError rate-limited */
  take(key: ApiKeyId, now: number): void {
    const { left, at } = this.#budgets.get(key) ?? { left: this.#perMinute, at: now };
    const filled = Math.min(this.#perMinute, left + (Math.max(0, now - at) * this.#perMinute) / MINUTE_MS);
    const isEnough = filled >= 1;
    this.#budgets.delete(key);
    this.#budgets.set(key, { left: isEnough ? filled - 1 : filled, at: now });
    const [oldest] = this.#budgets.keys();
    if (this.#budgets.size > MOST_KEYS && oldest !== undefined) this.#budgets.delete(oldest);
    if (isEnough) return;
    throw new DomainError(
      'rate-limited',
      `This key has asked more than ${this.#perMinute} times a minute: ask again later.`,
      { retryAfterMs: Math.ceil(((1 - filled) * MINUTE_MS) / this.#perMinute) },
    );
  }
}
