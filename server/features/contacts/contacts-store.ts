import type { AgentId, ContactId, TeamId } from '../../core/kernel/ids.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';

export interface ContactRow {
  id: ContactId;
  teamId: TeamId;
  /** Whose own it is; null: of the whole team. */
  ownerId: AgentId | null;
  name: string;
  number: string;
  note: string;
  /** One higher with each change. */
  version: number;
  createdAt: number;
}

/** What one agent may see: the team's, and the agent's own; null: the team's alone. */
export interface ContactStore {
  byId(teamId: TeamId, agentId: AgentId | null, id: ContactId): Promise<ContactRow | null>;
  /** Newest first. */
  search(
    teamId: TeamId,
    agentId: AgentId | null,
    q: string | null,
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<ContactRow>>;
  insert(contact: ContactRow): Promise<void>;
  /** False when the stored version is not the one before. */
  update(contact: ContactRow): Promise<boolean>;
  /** False when the version is another. */
  delete(contact: Pick<ContactRow, 'teamId' | 'id' | 'version'>): Promise<boolean>;
}
