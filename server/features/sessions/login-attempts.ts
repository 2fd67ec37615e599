/** What came of an attempt with a password. */
export type Attempt = { kind: 'right' } | { kind: 'wrong' } | { kind: 'refused'; waitMs: number };

/** Slows down guessing, and shares the cost of checking passwords out fairly. Right credentials count against nobody. */
export interface LoginAttempts {
  /**
   * Checks a password when it is its turn: attempts at one account from one address one after the other, and slowly after
   * many wrong ones. What is right is right however often it was wrong before; what is wrong once more is refused. Without
   * a check only what waited when more came from its address than can wait.
   * @param account team and user name
   */
  password(address: string, account: string, check: () => Promise<boolean>): Promise<Attempt>;
  /** A signed token was not good. @returns 0, or how long its address is to wait when there were too many, ms */
  wrongToken(address: string): Promise<number>;
  /** The PIN of a telephone, checked when it is its turn. */
  pin(check: () => Promise<boolean>): Promise<boolean>;
}
