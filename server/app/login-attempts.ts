/** Slows down guessing. Attempts are counted before they are checked, so that parallel ones do not slip through. */
export interface LoginAttempts {
  /**
   * Counts one attempt.
   * @param account team and user name, or null when none is named
   * @returns 0 when the attempt may be made, otherwise the time to wait, ms
   */
  count(address: string, account: string | null): Promise<number>;
  /** The attempt was right: it does not count, and the account's failures are forgotten. */
  forgive(address: string, account: string | null): Promise<void>;
}
