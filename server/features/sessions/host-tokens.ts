import type { Clock } from '../../core/kernel/clock.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { AgentRow, AgentStore, TeamRow, TeamStore } from '../set-up/set-up-store.ts';
import { requireOrigin } from './allowed-origins.ts';
import { tooMany } from './factor-codes.ts';
import type { LoginAttempts } from './login-attempts.ts';
import type { SessionStore } from './sessions-store.ts';
import { claimedTeam, verifyHostToken, type HostClaims } from './tokens.ts';

interface Deps {
  readonly unitOfWork: UnitOfWork<{
    readonly teams: TeamStore;
    readonly agents: AgentStore;
    readonly sessions: Pick<SessionStore, 'useTokenId'>;
  }>;
  readonly clock: Clock;
  readonly attempts: Pick<LoginAttempts, 'wrongToken'>;
  readonly logger: Logger;
}

interface From {
  readonly address: string;
  readonly origin: string | null;
}

interface Named {
  readonly team: TeamRow;
  readonly agent: AgentRow;
}

/** Tokens that the host's back end has signed, each good for one login. */
export class HostTokens {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Only wrong tokens are counted: checking one costs little, and a whole office logs in at once in the morning. */
  async redeem(token: string, from: From): Promise<Named> {
    try {
      return await this.#verified(token, from.origin);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const wait = await this.#deps.attempts.wrongToken(from.address);
      if (wait === 0) throw error;
      this.#deps.logger.warn({ address: from.address }, 'too many wrong tokens');
      throw tooMany(wait);
    }
  }

  async #verified(token: string, origin: string | null): Promise<Named> {
    const slug = claimedTeam(token);
    if (slug === null) throw new DomainError('token-invalid', 'This is not a signed token.');
    const team = await this.#deps.unitOfWork.run((repositories) => repositories.teams.bySlug(slug));
    if (team === null) throw new DomainError('token-invalid', 'The signed token is not genuine.');
    const claims = await this.#claimsOf(token, team);
    requireOrigin(team, origin);
    return this.#deps.unitOfWork.run(async (repositories) => {
      const agent = await repositories.agents.byUsername(team.id, claims.sub);
      if (agent === null || !agent.active) {
        throw new DomainError('wrong-credentials', 'The signed token names no agent of the team.');
      }
      if (!(await repositories.sessions.useTokenId(team.id, claims.jti, claims.expiresAt))) {
        throw new DomainError('token-invalid', 'The signed token has been used before.');
      }
      return { team, agent };
    });
  }

  /** By the secret of the team, or by the one of before while that counts. */
  async #claimsOf(token: string, team: TeamRow): Promise<HostClaims> {
    const now = this.#deps.clock.now();
    const { embedSecret, previousEmbedSecret, previousEmbedSecretUntil } = team;
    try {
      return await verifyHostToken(token, embedSecret, now);
    } catch (error) {
      if (previousEmbedSecret === null || (previousEmbedSecretUntil ?? 0) <= now) throw error;
      return verifyHostToken(token, previousEmbedSecret, now);
    }
  }
}
