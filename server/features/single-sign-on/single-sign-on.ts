import { createHmac, randomBytes } from 'node:crypto';
import type { LoginWays, SignOnBegun } from '../../contract/single-sign-on.ts';
import type { SignOnLogin } from '../../contract/login.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { AgentId, TeamId } from '../../core/kernel/ids.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { LoginChallengeRow, LoginChallengeStore } from '../login-challenges/login-challenges-store.ts';
import { requireOwnPage } from '../sessions/allowed-origins.ts';
import { NetworkBudget } from '../sessions/network-budget.ts';
import type { FactorCodes } from '../sessions/factor-codes.ts';
import type { SessionStore } from '../sessions/sessions-store.ts';
import type { AgentRow, AgentStore, GroupStore, TeamRow, TeamStore } from '../set-up/set-up-store.ts';
import { makeUser } from './made-user.ts';
import { hasProvedFactor } from './provider-factor.ts';
import { refused, type Providers, type SignOnChecks } from './provider.ts';
import type { SignOnRow, SignOnStore } from './single-sign-on-store.ts';

const ATTEMPT_MS = 10 * 60 * 1000;
/** In a quarter of an hour. */
const PER_NETWORK = 300;

export interface SignOnStores {
  readonly teams: TeamStore;
  readonly agents: AgentStore;
  readonly groups: GroupStore;
  readonly sessions: Pick<SessionStore, 'byId'>;
  readonly signOn: SignOnStore;
  readonly loginChallenges: LoginChallengeStore;
  readonly outbox: Outbox;
}

export interface SingleSignOnDeps {
  readonly unitOfWork: UnitOfWork<SignOnStores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** The server's own; keys what is kept of secrets. */
  readonly secret: string;
  readonly providers: Pick<Providers, 'begin' | 'finish' | 'logoutUrl'>;
  readonly codes: Pick<FactorCodes, 'prove'>;
  /** Where people reach this server. */
  publicUrl(): string;
  /** The provider that the operator has set up for the team of this short name. */
  fixed(slug: string): Omit<SignOnRow, 'teamId'> | null;
  /** Somebody is new. Never rejects. */
  changed(teamId: TeamId): Promise<void>;
}

interface From {
  readonly address: string;
  readonly origin: string | null;
}

/** Logging in with the provider of the team, on pages of this server. */
export class SingleSignOn {
  readonly #deps: SingleSignOnDeps;
  readonly #networks = new NetworkBudget(PER_NETWORK, 'Too many logins were begun from this network.');

  constructor(deps: SingleSignOnDeps) {
    this.#deps = deps;
  }

  /** A team that is not known has no ways either. */
  async ways(slug: string | undefined): Promise<Omit<LoginWays, 'passkeys'>> {
    const found =
      slug === undefined ? null : await this.#deps.unitOfWork.read((stores) => this.#find(stores, slug));
    return {
      origin: new URL(this.#deps.publicUrl()).origin,
      singleSignOn: found && { label: found.provider.label },
    };
  }

  /** @throws not-found, sso-unavailable, sso-refused, rate-limited, origin-not-allowed */
  async begin(slug: string, from: From): Promise<SignOnBegun> {
    requireOwnPage(from);
    await this.#networks.spend(from.address);
    const { unitOfWork, providers, clock } = this.#deps;
    const found = await unitOfWork.read((stores) => this.#find(stores, slug));
    if (found === null) throw new DomainError('not-found', 'This team has no single sign-on.');
    const { url, checks } = await providers.begin(found.provider, this.redirectUri);
    const secret = randomBytes(32).toString('base64url');
    await unitOfWork.run(({ loginChallenges }) =>
      loginChallenges.add({
        id: this.#idOf(checks.state, secret),
        kind: 'single-sign-on',
        teamId: found.team.id,
        agentId: null,
        content: { ...checks },
        expiresAt: clock.now() + ATTEMPT_MS,
      }),
    );
    return { url, secret };
  }

  /**
   * Who has come back from the provider. It is good once, but for a code of the second factor that comes with it later.
   * @throws sso-unavailable, sso-refused, code-required, wrong-code, rate-limited, origin-not-allowed
   */
  async redeem(login: SignOnLogin, from: From): Promise<{ team: TeamRow; agent: AgentRow }> {
    requireOwnPage(from);
    const { unitOfWork, clock, codes } = this.#deps;
    const state = new URLSearchParams(login.response).get('state') ?? '';
    const id = this.#idOf(state, login.secret);
    const challenge = await unitOfWork.run(({ loginChallenges }) =>
      loginChallenges.take(id, 'single-sign-on'),
    );
    if (challenge === null || challenge.expiresAt <= clock.now()) throw refused('expired');
    const { provider, agentId, proved } = await this.#known(challenge, login.response);
    const { team, agent } = await this.#present(challenge, agentId);
    if (!(proved && provider.trustsFactor)) {
      const who = { teamId: team.id, agentId: agent.id };
      const account = `${team.slug}/${agent.username}`.toLowerCase();
      try {
        await codes.prove(who, { ...login, address: from.address, account });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        // The provider has been asked: what is left comes with the same secret.
        const content = { ...challenge.content, proved: String(proved) };
        await unitOfWork.run(({ loginChallenges }) =>
          loginChallenges.add({ ...challenge, agentId, content }),
        );
        throw error;
      }
    }
    return { team, agent };
  }

  /** Where the page goes after logging out here; null: nowhere. */
  async logoutUrl({ teamId, agentId, sessionId }: Identity): Promise<string | null> {
    const { unitOfWork, providers, logger } = this.#deps;
    const provider = await unitOfWork.read(async (stores) => {
      const session = await stores.sessions.byId(teamId, agentId, sessionId);
      const team = await stores.teams.byId(teamId);
      return session?.via === 'single-sign-on' && team ? this.#providerOf(stores, team) : null;
    });
    if (provider === null || !provider.endsSession) return null;
    try {
      return await providers.logoutUrl(provider, this.redirectUri);
    } catch (error) {
      // Nobody is kept from logging out here by a provider that is away.
      if (!(error instanceof DomainError)) throw error;
      logger.warn({ err: error, teamId }, 'the provider of single sign-on was not asked to log out');
      return null;
    }
  }

  get redirectUri(): string {
    return `${this.#deps.publicUrl()}/admin/`;
  }

  /** By the provider; or by what it has said before. */
  async #known(
    challenge: LoginChallengeRow,
    response: string,
  ): Promise<{ provider: SignOnRow; agentId: AgentId; proved: boolean }> {
    const { unitOfWork, providers } = this.#deps;
    const found = await unitOfWork.read(async (stores) => {
      const team = challenge.teamId && (await stores.teams.byId(challenge.teamId));
      const provider = team && (await this.#providerOf(stores, team));
      return team && provider && { team, provider };
    });
    if (found === null) throw refused('expired');
    const { team, provider } = found;
    if (challenge.agentId !== null) {
      return { provider, agentId: challenge.agentId, proved: challenge.content['proved'] === 'true' };
    }
    const wanted = [provider.claim, ...(isByAddress(provider) ? ['email', 'email_verified'] : [])];
    const checks = challenge.content as unknown as SignOnChecks;
    const claims = await providers.finish(provider, checks, response, wanted);
    const agent = await this.#agentOf(team, provider, claims);
    return { provider, agentId: agent.id, proved: hasProvedFactor(claims) };
  }

  async #agentOf(
    team: TeamRow,
    provider: SignOnRow,
    claims: Readonly<Record<string, unknown>>,
  ): Promise<Pick<AgentRow, 'id'>> {
    const named = textOf(claims[provider.claim], 254);
    if (named === null) throw refused('claim');
    checkAddress(provider, claims);
    const found = await this.#deps.unitOfWork.read(async ({ agents }) => {
      if (provider.matches === 'username') return agents.byUsername(team.id, named);
      const { items } = await agents.search(team.id, { q: named, sort: 'number', limit: 100 });
      const all = items.filter(({ email }) => email.toLowerCase() === named.toLowerCase());
      // Who works here no more does not stand in the way of who has the address now.
      const working = all.filter(({ active }) => active);
      const same = working.length > 0 ? working : all;
      if (same.length > 1) throw refused('ambiguous-user');
      return same[0] ?? null;
    });
    if (found !== null) return found;
    if (provider.unknownUsers === 'refuse') throw refused('unknown-user');
    const { unitOfWork, ids, clock, logger } = this.#deps;
    const made = await makeUser({ unitOfWork, ids, clock }, team, provider, { named, claims });
    logger.info({ teamId: team.id, agentId: made.id }, 'made an agent whom the provider knows');
    await this.#deps.changed(team.id);
    return made;
  }

  async #present(
    { teamId }: LoginChallengeRow,
    agentId: AgentId,
  ): Promise<{ team: TeamRow; agent: AgentRow }> {
    return this.#deps.unitOfWork.read(async ({ teams, agents }) => {
      const team = teamId && (await teams.byId(teamId));
      const agent = teamId && (await agents.byId(teamId, agentId));
      if (!team || !agent) throw refused('unknown-user');
      if (!agent.active) throw refused('inactive-user');
      return { team, agent };
    });
  }

  async #find(stores: SignOnStores, slug: string): Promise<{ team: TeamRow; provider: SignOnRow } | null> {
    const team = await stores.teams.bySlug(slug);
    const provider = team && (await this.#providerOf(stores, team));
    return team && provider && { team, provider };
  }

  /** The one of the operator first; null: people do not log in with any. */
  async #providerOf(
    { signOn }: Pick<SignOnStores, 'signOn'>,
    { id, slug }: TeamRow,
  ): Promise<SignOnRow | null> {
    const fixed = this.#deps.fixed(slug);
    const row = fixed === null ? await signOn.byTeam(id) : { ...fixed, teamId: id };
    return row?.active === true ? row : null;
  }

  /** Whoever has only one of both, as a log or the provider does, has nothing. */
  #idOf(state: string, secret: string): string {
    return createHmac('sha256', this.#deps.secret)
      .update(`telebar: sign-on ${state} ${secret}`)
      .digest('hex');
  }
}

/** Whether it matters which address somebody has: those that anybody can claim count for nothing. */
function isByAddress({ claim, matches, domains }: SignOnRow): boolean {
  return claim === 'email' || matches === 'email' || domains.length > 0;
}

function checkAddress(provider: SignOnRow, claims: Readonly<Record<string, unknown>>): void {
  if (!isByAddress(provider)) return;
  // Some say it as text. Those who say nothing of it keep the addresses themselves.
  if (String(claims['email_verified']) === 'false') throw refused('domain');
  if (provider.domains.length === 0) return;
  const email = textOf(claims['email'], 254) ?? '';
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  if (!email.includes('@') || !provider.domains.includes(domain)) throw refused('domain');
}

function textOf(value: unknown, most: number): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text !== '' && text.length <= most && !text.includes('\0') ? text : null;
}
