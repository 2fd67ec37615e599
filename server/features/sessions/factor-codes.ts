import type { Identity } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { PasskeyAnswer } from '../../contract/passkeys.ts';
import type { Passkeys } from '../passkeys/passkeys.ts';
import type { SecondFactors } from '../second-factors/second-factors.ts';
import type { LoginAttempts } from './login-attempts.ts';

/** From where a code is tried, and at which account. */
interface Attempt {
  readonly address: string;
  readonly account: string;
  /** Absent: none stands in the request. */
  readonly code?: string | undefined;
  /** In place of the code. */
  readonly passkey?: PasskeyAnswer | undefined;
}

/** Asks for the second factor of those who have one. */
export class FactorCodes {
  readonly #factors: Pick<SecondFactors, 'isAsked' | 'use'>;
  readonly #attempts: LoginAttempts;
  readonly #passkeys: Pick<Passkeys, 'prove'>;

  constructor(
    factors: Pick<SecondFactors, 'isAsked' | 'use'>,
    attempts: LoginAttempts,
    passkeys: Pick<Passkeys, 'prove'>,
  ) {
    this.#factors = factors;
    this.#passkeys = passkeys;
    this.#attempts = attempts;
  }

  /**
   * Wrong codes are counted by themselves: the right password would forgive them.
   * @throws code-required, wrong-code, rate-limited, passkey-refused
   */
  async prove(
    { teamId, agentId }: Pick<Identity, 'teamId' | 'agentId'>,
    { address, account, code, passkey }: Attempt,
  ): Promise<void> {
    if (!(await this.#factors.isAsked({ teamId, agentId }))) return;
    if (passkey !== undefined) return this.#passkeys.prove({ teamId, agentId }, passkey);
    if (code === undefined) throw new DomainError('code-required', 'A code of the second factor is needed.');
    const attempt = await this.#attempts.password(address, `${account} code`, () =>
      this.#factors.use({ teamId, agentId }, code),
    );
    if (attempt.kind === 'refused') throw tooMany(attempt.waitMs);
    if (attempt.kind === 'wrong')
      throw new DomainError('wrong-code', 'The code is wrong, or was used already.');
  }
}

export function tooMany(retryAfterMs: number): DomainError {
  return new DomainError('rate-limited', 'Too many attempts with wrong credentials.', { retryAfterMs });
}
