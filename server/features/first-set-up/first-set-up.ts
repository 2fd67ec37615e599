import { randomBytes } from 'node:crypto';
import type { FirstSetUpRequest } from '../../contract/first-set-up.ts';
import type { Session } from '../../contract/session.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { AgentId, TeamId } from '../../core/kernel/ids.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { checkPasswordRules } from '../sessions/password-rules.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { hashBearerToken, newBearerToken } from '../sessions/tokens.ts';
import type { AgentStore, TeamStore } from '../set-up/set-up-store.ts';
import { checkTimeZone } from '../set-up/time-zone-rule.ts';
import type { SetupLinkStore } from './first-set-up-store.ts';

const LINK_MS = 24 * 60 * 60 * 1000;

interface FirstSetUpStores {
  readonly teams: TeamStore;
  readonly agents: AgentStore;
  readonly setupLinks: SetupLinkStore;
}

export interface FirstSetUpDeps {
  readonly unitOfWork: UnitOfWork<FirstSetUpStores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** The server's own; keys what is kept of the token. */
  readonly secret: string;
  hashPassword(password: string): Promise<string>;
  readonly sessions: Pick<Sessions, 'login'>;
  /** There is a team: resolves when it lives. */
  made(): Promise<void>;
}

/** A database without a team is set up by whoever has the link that its server has printed. */
export class FirstSetUp {
  readonly #deps: FirstSetUpDeps;

  constructor(deps: FirstSetUpDeps) {
    this.#deps = deps;
  }

  /** A token for a day; the one of an earlier start is worth nothing any more. Null: there is a team already. */
  async newToken(): Promise<string | null> {
    const { unitOfWork, clock, secret } = this.#deps;
    const token = newBearerToken();
    return unitOfWork.run(async ({ teams, setupLinks }) => {
      const isNeeded = (await teams.all()).length === 0;
      const link = { tokenHash: hashBearerToken(token, secret), expiresAt: clock.now() + LINK_MS };
      await setupLinks.set(isNeeded ? link : null);
      return isNeeded ? token : null;
    });
  }

  /**
   * Makes the first team and its administrator, and logs them in.
   * @throws token-invalid, token-expired, invalid-request (the time zone)
   */
  async make(
    { token, team, administrator }: FirstSetUpRequest,
    from: Parameters<Sessions['login']>[1],
  ): Promise<Session> {
    const { unitOfWork, ids, secret } = this.#deps;
    checkTimeZone(team.timeZone, 'team.timeZone');
    const tokenHash = hashBearerToken(token, secret);
    const { password, ...person } = administrator;
    checkPasswordRules(password, person);
    // Before the password is hashed: that costs more than strangers are to be given.
    await unitOfWork.read(({ setupLinks }) => this.#check(setupLinks, tokenHash));
    const passwordHash = await this.#deps.hashPassword(password);
    await unitOfWork.run(async ({ teams, agents, setupLinks }) => {
      await this.#check(setupLinks, tokenHash);
      if ((await teams.all()).length > 0) throw invalid();
      await setupLinks.set(null);
      const teamId = ids.next<TeamId>('team');
      await teams.insert({
        ...team,
        id: teamId,
        allowedOrigins: [],
        embedSecret: randomBytes(32).toString('base64url'),
        callerIds: [],
      });
      await agents.insert({
        ...person,
        id: ids.next<AgentId>('agent'),
        teamId,
        role: 'admin',
        passwordHash,
        pinHash: null,
        active: true,
      });
    });
    // Whoever logs in finds the desk there.
    await this.#deps.made();
    const { username } = person;
    return this.#deps.sessions.login({ team: team.slug, username, password }, from);
  }

  async #check(links: SetupLinkStore, tokenHash: string): Promise<void> {
    const link = await links.byHash(tokenHash);
    if (!link) throw invalid();
    if (link.expiresAt > this.#deps.clock.now()) return;
    throw new DomainError(
      'token-expired',
      'The link is older than a day: start the server anew for another one.',
    );
  }
}

function invalid(): DomainError {
  return new DomainError('token-invalid', 'The link has been used, or is not the one of the last start.');
}
