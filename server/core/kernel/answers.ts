/** A request that may be sent again, as its client marks it. */
export interface MarkedRequest {
  /** Of who asks, for what, and the client's own key. */
  readonly id: string;
  /** Of all that is asked for. */
  readonly fingerprint: string;
}

/** Keeps first answers, so that what is asked for again is answered and not done again. */
export interface AnswerBook {
  /**
   * The answer of `work`, or the one that it gave the first time. What was refused has changed nothing, and may be asked for
   * again. Rejects with `request-in-progress` while the first is at work, and with `key-reused` when something else was asked.
   */
  once(request: MarkedRequest, work: () => Promise<unknown>): Promise<{ answer: unknown; replayed: boolean }>;
}

/** For so long an answer is kept, ms. */
export const ANSWER_KEPT_MS = 24 * 3_600_000;
