import type { Right } from '../../vocabulary/rights.ts';
import type { Reach, Role } from '../../vocabulary/roles.ts';
import type { AgentId, ApiKeyId, SessionId, TeamId } from './ids.ts';

/** Who wants something done. Everything is bound to one team. */
export type Actor = Requester | System;

/** Who asks over REST: a person who has logged in, or a program. */
export type Requester = Identity | ApiKey;

/** A program of the team's own, proved by a key that was given these rights. It reaches the whole team. */
export interface ApiKey {
  kind: 'api-key';
  teamId: TeamId;
  keyId: ApiKeyId;
  rights: ReadonlySet<Right>;
}

/** Telebar itself: jobs, deadlines, what a start has to close. */
export interface System {
  kind: 'system';
  teamId: TeamId;
}

/** What a role lets its people do, and on whom. */
export interface Power {
  readonly reach: Reach;
  readonly rights: ReadonlySet<Right>;
}

/** A person of the team, proved by a session token. */
export interface Identity {
  kind: 'agent';
  teamId: TeamId;
  agentId: AgentId;
  sessionId: SessionId;
  role: Role;
  /** Of a role of the team's own; absent: what everybody with `role` may. */
  power?: Power;
  /** When the session ends by itself, ms since the epoch. */
  expiresAt: number;
}

/** The person who asks; null: a program. */
export function agentIdOf(who: Requester): AgentId | null {
  return who.kind === 'agent' ? who.agentId : null;
}

/** A session that is over, and whose it was. */
export type EndedSession = Pick<Identity, 'sessionId' | 'teamId' | 'agentId'>;
