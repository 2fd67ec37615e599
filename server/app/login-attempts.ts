/** What came of an attempt with a password. */
export type Attempt = { kind: 'right' } | { kind: 'wrong' } | { kind: 'refused'; waitMs: number };

/** Slows down guessing, and shares the cost of checking passwords out fairly. Right credentials count against nobody. */
export interface LoginAttempts {
  /**
   * Checks a password when it is its turn: attempts at one account from one address one after the other, so that parallel
   * guesses do not slip through. Refused without a check: too many wrong ones for this account from this address.
   * @param account team and user name
   */
  password(address: string, account: string, check: () => Promise<boolean>): Promise<Attempt>;
  /** A signed token was not good. @returns 0, or how long its address is to wait when there were too many, ms */
  wrongToken(address: string): Promise<number>;
  /** The PIN of a telephone, checked when it is its turn. */
  pin(check: () => Promise<boolean>): Promise<boolean>;
}
