import type { AgentId, TeamId } from '../../core/kernel/ids.ts';

export interface PasskeyRow {
  id: string;
  teamId: TeamId;
  agentId: AgentId;
  name: string;
  /** As the browser calls it, base64url. */
  credentialId: string;
  /** COSE, base64url. */
  publicKey: string;
  /** How often it has signed, as far as it says so. */
  counter: number;
  transports: string[];
  /** ms since the epoch */
  createdAt: number;
  lastUsedAt: number | null;
}

export interface PasskeyStore {
  /** The oldest first. */
  byAgent(teamId: TeamId, agentId: AgentId): Promise<PasskeyRow[]>;
  byCredential(credentialId: string): Promise<PasskeyRow | null>;
  insert(row: PasskeyRow): Promise<void>;
  /** False: it has been used, or removed, meanwhile. */
  use(row: Pick<PasskeyRow, 'id' | 'counter'>, counter: number, at: number): Promise<boolean>;
  remove(row: Pick<PasskeyRow, 'id' | 'teamId' | 'agentId'>): Promise<boolean>;
  /** Returns how many there were. */
  removeAll(teamId: TeamId, agentId: AgentId): Promise<number>;
}
