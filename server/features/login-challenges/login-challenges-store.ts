import type { AgentId, TeamId } from '../../core/kernel/ids.ts';

/** A proof that was asked for and has not come yet. */
export interface LoginChallengeRow {
  /** Keyed hash, hex: what the page has to bring is not kept. */
  id: string;
  kind: 'single-sign-on' | 'passkey-login' | 'new-passkey';
  /** Null: whoever it is will be known by the proof. */
  teamId: TeamId | null;
  agentId: AgentId | null;
  /** JSON, as its kind has it. */
  content: Readonly<Record<string, string>>;
  /** ms since the epoch */
  expiresAt: number;
}

export interface LoginChallengeStore {
  add(challenge: LoginChallengeRow): Promise<void>;
  /** Each is good once: null when it is not there, or not any more. */
  take(id: string, kind: LoginChallengeRow['kind']): Promise<LoginChallengeRow | null>;
  /** Deletes some that expired before that; returns how many. */
  deleteExpired(before: number, most: number): Promise<number>;
}
