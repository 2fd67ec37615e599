export interface AnswerRow {
  /** SHA-256 of who asked, for what, and the client's key, hex. */
  id: string;
  /** SHA-256 of all that was asked for, hex. */
  fingerprint: string;
  /** Who is at work on it. */
  claim: string;
  startedAt: number;
  /** When there is an answer; null: at work, or the server has ended over it. */
  answeredAt: number | null;
  answer: unknown;
}

export interface AnswerStore {
  /** Keeps the row, or gives the one that is there. */
  begin(row: AnswerRow): Promise<AnswerRow | null>;
  /** Puts the row in the place of one that is old, or whose server has ended; false: somebody was faster. */
  replace(old: AnswerRow, row: AnswerRow): Promise<boolean>;
  /** False: somebody else is at work on it by now. */
  answer(id: string, claim: string, answer: unknown, at: number): Promise<boolean>;
  /** Frees the key of what was refused. */
  abandon(id: string, claim: string): Promise<void>;
  /** Deletes some that began before that; returns how many. */
  deleteOld(before: number, most: number): Promise<number>;
}
