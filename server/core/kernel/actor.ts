import type { Role } from '../../vocabulary/roles.ts';
import type { AgentId, SessionId, TeamId } from './ids.ts';

/** Who is asking, proved by a session token. Everything that is asked for is bound to `teamId`. */
export interface Identity {
  teamId: TeamId;
  agentId: AgentId;
  sessionId: SessionId;
  role: Role;
  /** When the session ends by itself, ms since the epoch. */
  expiresAt: number;
}

/** A session that is over, and whose it was. */
export type EndedSession = Pick<Identity, 'sessionId' | 'teamId' | 'agentId'>;
