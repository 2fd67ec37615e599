import type { OpenSession, SessionListQuery } from '../../contract/session.ts';
import type { Page } from '../../contract/wire.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { AgentId, SessionId } from '../../core/kernel/ids.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { checkGrant, powerOfRole } from '../set-up/powers.ts';
import type { AgentStore, RoleStore } from '../set-up/set-up-store.ts';
import type { SeenSessions } from './seen-sessions.ts';
import type { Sessions } from './sessions.ts';
import type { SessionRow, SessionStore } from './sessions-store.ts';

interface Stores {
  readonly sessions: SessionStore;
  readonly agents: AgentStore;
  readonly roles: RoleStore;
}

interface OpenSessionsDeps {
  readonly unitOfWork: UnitOfWork<Stores>;
  readonly clock: Clock;
  readonly seen: SeenSessions;
  readonly sessions: Pick<Sessions, 'logout' | 'endAll'>;
}

/** Where somebody is logged in: one's own sessions, and for administrators those of others. */
export class OpenSessions {
  readonly #deps: OpenSessionsDeps;

  constructor(deps: OpenSessionsDeps) {
    this.#deps = deps;
  }

  /** @throws not-found */
  async list(who: Identity, agentId: AgentId, query: SessionListQuery): Promise<Page<OpenSession>> {
    const { unitOfWork, clock } = this.#deps;
    return unitOfWork.read(async (stores) => {
      await existing(stores, who, agentId);
      const of = { teamId: who.teamId, agentId };
      const { items, next } = await stores.sessions.searchOpen(of, clock.now(), query);
      return { items: items.map((row) => this.#shown(who, row)), next };
    });
  }

  /**
   * One that is over already is over.
   * @throws not-found, forbidden
   */
  async end(who: Identity, agentId: AgentId, sessionId: SessionId): Promise<void> {
    await this.#deps.unitOfWork.read(async (stores) => {
      await mayEnd(stores, who, agentId);
      if (await stores.sessions.byId(who.teamId, agentId, sessionId)) return;
      throw new DomainError('not-found', 'The agent has no such session.');
    });
    await this.#deps.sessions.logout({ teamId: who.teamId, agentId, sessionId });
  }

  /**
   * All but the one that asks.
   * @throws not-found, forbidden
   */
  async endAll(who: Identity, agentId: AgentId): Promise<void> {
    await this.#deps.unitOfWork.read((stores) => mayEnd(stores, who, agentId));
    await this.#deps.sessions.endAll({ teamId: who.teamId, agentId }, who.sessionId);
  }

  #shown(who: Identity, row: SessionRow): OpenSession {
    const { id, via, createdAt, seenAt, expiresAt, address, userAgent } = row;
    return {
      ...{ id, via, since: createdAt, expiresAt, address, userAgent },
      seenAt: this.#deps.seen.at(id) ?? seenAt,
      current: id === who.sessionId,
    };
  }
}

async function existing({ agents }: Stores, { teamId }: Identity, agentId: AgentId) {
  const found = await agents.byId(teamId, agentId);
  if (!found || found.deletedAt !== null) throw new DomainError('not-found', 'There is no such agent.');
  return found;
}

/** Everybody their own; others those of whom they may change. */
async function mayEnd(stores: Stores, who: Identity, agentId: AgentId): Promise<void> {
  const { role } = await existing(stores, who, agentId);
  if (agentId !== who.agentId) checkGrant(who, await powerOfRole(stores, who.teamId, role));
}
