import type { ChangePasswordRequest, LoginRequest, PasswordRenewal } from '../../contract/login.ts';
import type { Session } from '../../contract/session.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { RoleId, SessionId, TeamId } from '../../core/kernel/ids.ts';
import { FINISHING, powerOf } from '../../core/model/rights.ts';
import { roleOf, type AgentProfile } from '../../core/model/set-up.ts';
import { ROLES } from '../../vocabulary/roles.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import { StorageError, type UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { isOriginAllowed, requireOrigin } from './allowed-origins.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { FactorCodes, tooMany } from './factor-codes.ts';
import type { LoginAttempts } from './login-attempts.ts';
import { verifyPassword } from './password.ts';
import type { LoginWay } from '../../vocabulary/login-ways.ts';
import type { Passwords } from './passwords.ts';
import { ProvedSessions } from './proved-sessions.ts';
import type { SecondFactors } from '../second-factors/second-factors.ts';
import type { SingleSignOn } from '../single-sign-on/single-sign-on.ts';
import type { Passkeys } from '../passkeys/passkeys.ts';
import type { SeenSessions } from './seen-sessions.ts';
import type { EndedSession, Identity } from '../../core/kernel/actor.ts';
import { endTicket, endedByTicket } from './end-ticket.ts';
import { HostTokens } from './host-tokens.ts';
import { hashBearerToken, newBearerToken } from './tokens.ts';
import type { AgentRow, TeamRow } from '../set-up/set-up-store.ts';
import type { SessionRow } from './sessions-store.ts';
import type { AgentStore, RoleStore, TeamStore } from '../set-up/set-up-store.ts';
import type { SessionStore } from './sessions-store.ts';

/** What logging in looks up and keeps. */
interface SessionStores {
  readonly teams: TeamStore;
  readonly agents: AgentStore;
  readonly sessions: SessionStore;
  readonly roles: RoleStore;
}

const SESSION_MS = 12 * 60 * 60 * 1000;
/** Open sessions of one agent; another one ends the oldest. */
const MOST_SESSIONS = 20;
/** How long the list of all teams' origins is believed. */
const ORIGINS_FRESH_MS = 5000;

export interface SessionsDeps {
  readonly unitOfWork: UnitOfWork<SessionStores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly attempts: LoginAttempts;
  readonly passwords: Pick<Passwords, 'check' | 'replace'>;
  readonly seen: SeenSessions;
  readonly factors: Pick<SecondFactors, 'isAsked' | 'use'>;
  readonly signOn: Pick<SingleSignOn, 'redeem'>;
  readonly passkeys: Pick<Passkeys, 'redeem' | 'prove'>;
  readonly logger: Logger;
  /** Whether somebody who may not work any more has a call to finish. */
  mayFinish?(agent: Pick<Identity, 'teamId' | 'agentId'>): boolean;
  /** The server's own; keys what is kept of tokens. */
  readonly secret: string;
}

interface Origin {
  address: string;
  userAgent: string;
  origin: string | null;
}

/** Who logs in, and what is needed to judge it. */
export interface Candidate {
  team: TeamRow;
  agent: AgentRow;
}

/** Who asks, and when the session was used before as the store has it. */
type Seen = Identity & Pick<SessionRow, 'seenAt'>;

type PasswordLogin = Extract<LoginRequest, { password: string }>;

export interface Sessions {
  login(
    request: LoginRequest,
    from: { address: string; userAgent: string; origin: string | null },
  ): Promise<Session>;
  /** token-missing, token-invalid, token-expired; origin-not-allowed when the page's origin is not the team's. */
  authenticate(token: string | null, origin: string | null): Promise<Identity>;
  /** Whether the token was one of a session that is over, for a page that the team allows. */
  hasEnded(token: string | null, origin: string | null): Promise<boolean>;
  current(identity: Identity): Promise<Omit<Session, 'token'>>;
  logout(session: EndedSession): Promise<void>;
  /** Ends what is open of an agent, but for one session. */
  endAll(agent: Pick<Identity, 'teamId' | 'agentId'>, except?: SessionId): Promise<void>;
  /** Logs out with the ticket of the login: token-invalid, token-expired. */
  end(ticket: string): Promise<void>;
  /**
   * Tells which sessions were ended before their time, so that their sockets are closed and their phones retired; logging
   * out waits for that. Returns the disposer.
   */
  onEnded(listener: (ended: EndedSession) => void | Promise<void>): () => void;
  /**
   * Puts another password in the place of one that somebody else has made, as a login does: with the second factor, where there
   * is one. Every other session of the agent is over then.
   * @throws wrong-password, code-required, wrong-code, rate-limited, invalid-request (the new one)
   */
  renewPassword(identity: Identity, request: PasswordRenewal): Promise<void>;
  /** @throws wrong-password, password-must-change, rate-limited */
  checkPassword(identity: Identity, password: string): Promise<void>;
  /**
   * That who has the session also has its second factor, where there is one; the code is good once.
   * @throws wrong-code, rate-limited
   */
  checkCode(identity: Identity, code: string): Promise<void>;
  /** Every other session of the agent is over then. */
  changePassword(identity: Identity, request: ChangePasswordRequest): Promise<void>;
  /** Whether any team allows this origin (CORS preflight, before a token is seen). */
  isAllowedOrigin(origin: string): Promise<boolean>;
  /** Whether pages of this origin may use the team. */
  isOriginOf(teamId: TeamId, origin: string): Promise<boolean>;
}

/** So long the store is waited for about a session that this process knows, ms. */
const PROOF_MS = 150;
const ABSENT_MS = 1000;

/** Logging in and out, and proving who asks. Passwords and tokens never leave this file. */
export class TokenSessions implements Sessions {
  readonly #deps: SessionsDeps;
  readonly #endedListeners = new Set<(ended: EndedSession) => void | Promise<void>>();
  #origins: { patterns: string[]; until: number } = { patterns: [], until: 0 };
  /** The store has not answered in time: until then it is not asked about those who are known. */
  #absentUntil = 0;
  readonly #proved: ProvedSessions;
  readonly #codes: FactorCodes;
  readonly #hostTokens: HostTokens;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
    this.#proved = new ProvedSessions(deps.clock, deps.logger);
    this.#codes = new FactorCodes(deps.factors, deps.attempts, deps.passkeys);
    this.#hostTokens = new HostTokens(deps);
  }

  async login(request: LoginRequest, from: Origin): Promise<Session> {
    if ('singleSignOn' in request) {
      const known = await this.#deps.signOn.redeem(request.singleSignOn, from);
      return this.#open(known, from, 'single-sign-on');
    }
    if ('token' in request)
      return this.#open(await this.#hostTokens.redeem(request.token, from), from, 'host-token');
    if ('password' in request) return this.#open(await this.#byPassword(request, from), from, 'password');
    return this.#open(await this.#deps.passkeys.redeem(request.passkey, from), from, 'passkey');
  }

  async authenticate(token: string | null, origin: string | null): Promise<Identity> {
    if (token === null || token === '') throw new DomainError('token-missing', 'There is no bearer token.');
    const hash = hashBearerToken(token, this.#deps.secret);
    try {
      const { seenAt, ...identity } = await this.#provedAnew(hash, origin);
      this.#proved.remember(hash, identity, origin);
      this.#deps.seen.note(identity.sessionId, this.#deps.clock.now(), seenAt);
      return identity;
    } catch (error) {
      if (error instanceof DomainError) this.#proved.forget(hash);
      return this.#proved.insteadOf(error, hash, origin);
    }
  }

  /** Who has been seen to be genuine waits no longer than that for a store that hangs: they may want to hang up. */
  async #provedAnew(hash: string, origin: string | null): Promise<Seen> {
    const { clock } = this.#deps;
    if (!this.#proved.has(hash)) return this.#identityOf(hash, origin);
    if (clock.now() < this.#absentUntil) throw absent();
    const limit = new AbortController();
    const cancel = clock.after(PROOF_MS, () => limit.abort());
    try {
      return await this.#identityOf(hash, origin, limit.signal);
    } catch (error) {
      if (limit.signal.aborted) this.#absentUntil = clock.now() + ABSENT_MS;
      throw error;
    } finally {
      cancel();
    }
  }

  hasEnded(token: string | null, origin: string | null): Promise<boolean> {
    if (token === null) return Promise.resolve(false);
    const hash = hashBearerToken(token, this.#deps.secret);
    return this.#deps.unitOfWork.run(async ({ sessions, teams }) => {
      const session = await sessions.byTokenHash(hash);
      if (session === null) return false;
      if (origin !== null) requireOrigin(await teams.byId(session.teamId), origin);
      const { revokedAt, expiresAt, id } = session;
      return revokedAt !== null || expiresAt <= this.#deps.clock.now() || this.#proved.hasEnded(id);
    });
  }

  #identityOf(hash: string, origin: string | null, signal?: AbortSignal): Promise<Seen> {
    const options = signal === undefined ? { live: 'asks' as const } : { live: 'asks' as const, signal };
    return this.#deps.unitOfWork.run(async (repositories) => {
      const session = await repositories.sessions.byTokenHash(hash);
      if (session === null || session.revokedAt !== null) throw unknownToken();
      if (this.#proved.hasEnded(session.id)) throw unknownToken();
      if (session.expiresAt <= this.#deps.clock.now()) {
        throw new DomainError('token-expired', 'The session has expired.');
      }
      const agent = await repositories.agents.byId(session.teamId, session.agentId);
      if (agent === null) throw unknownToken();
      if (!agent.active && !this.#deps.mayFinish?.(session)) throw unknownToken();
      if (origin !== null) requireOrigin(await repositories.teams.byId(session.teamId), origin);
      return {
        kind: 'agent',
        teamId: session.teamId,
        agentId: session.agentId,
        sessionId: session.id,
        ...(agent.active ? await roleIn(repositories, agent) : { role: 'agent', power: FINISHING }),
        expiresAt: session.expiresAt,
        seenAt: session.seenAt,
      };
    }, options);
  }

  async current(identity: Identity): Promise<Omit<Session, 'token'>> {
    const { team, agent } = await this.#candidate(identity);
    return this.#describe(team, agent, identity);
  }

  async logout(identity: EndedSession): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#proved.end(identity, () =>
      this.#deps.unitOfWork.run(({ sessions }) => sessions.revoke(identity.sessionId, at)),
    );
    this.#deps.seen.forget(identity.sessionId);
    await this.#tellOfEnd(identity);
  }

  async endAll(
    { teamId, agentId }: Pick<Identity, 'teamId' | 'agentId'>,
    except: SessionId | null = null,
  ): Promise<void> {
    const now = this.#deps.clock.now();
    const open = await this.#deps.unitOfWork.run(({ sessions }) => sessions.open(teamId, agentId, now));
    for (const sessionId of open) {
      if (sessionId !== except) await this.logout({ sessionId, teamId, agentId });
    }
  }

  async end(ticket: string): Promise<void> {
    await this.logout(await endedByTicket(ticket, this.#deps.secret, this.#deps.clock.now()));
  }

  onEnded(listener: (ended: EndedSession) => void | Promise<void>): () => void {
    this.#endedListeners.add(listener);
    return () => void this.#endedListeners.delete(listener);
  }

  async #tellOfEnd(ended: EndedSession): Promise<void> {
    await Promise.all([...this.#endedListeners].map(async (listener) => listener(ended)));
  }

  async renewPassword(identity: Identity, { code, ...request }: PasswordRenewal): Promise<void> {
    const agent = await this.#knows(identity, request.password);
    // What is wrong is told before a code is taken: none is good twice.
    this.#deps.passwords.check(agent, request);
    await this.#codes.prove(identity, { ...deskOf(identity.agentId), code });
    await this.#deps.passwords.replace(agent, request);
    await this.endAll(identity, identity.sessionId);
  }

  async checkPassword(identity: Identity, password: string): Promise<void> {
    await this.#proveAgain(identity, password);
  }

  async changePassword(identity: Identity, request: ChangePasswordRequest): Promise<void> {
    await this.#deps.passwords.replace(await this.#proveAgain(identity, request.password), request);
    await this.endAll(identity, identity.sessionId);
  }

  async checkCode(identity: Identity, code: string): Promise<void> {
    await this.#codes.prove(identity, { ...deskOf(identity.agentId), code });
  }

  /**
   * A password that somebody else has made proves nobody: its maker knows it too.
   * @throws wrong-password, password-must-change, rate-limited
   */
  async #proveAgain(identity: Identity, password: string): Promise<AgentRow> {
    const agent = await this.#knows(identity, password);
    if (agent.passwordMustChange) throw mustChange();
    return agent;
  }

  /** @throws wrong-password, rate-limited */
  async #knows(identity: Identity, password: string): Promise<AgentRow> {
    const { address, account } = deskOf(identity.agentId);
    const { agent } = await this.#candidate(identity);
    const attempt = await this.#deps.attempts.password(address, account, () =>
      verifyPassword(password, agent.passwordHash),
    );
    if (attempt.kind === 'refused') throw tooMany(attempt.waitMs);
    if (attempt.kind === 'wrong') throw new DomainError('wrong-password', 'The password is wrong.');
    return agent;
  }

  async isAllowedOrigin(origin: string): Promise<boolean> {
    const now = this.#deps.clock.now();
    if (this.#origins.until <= now) {
      this.#origins = { patterns: await this.#knownOrigins(), until: now + ORIGINS_FRESH_MS };
    }
    return isOriginAllowed(origin, this.#origins.patterns);
  }

  async isOriginOf(teamId: TeamId, origin: string): Promise<boolean> {
    const team = await this.#deps.unitOfWork.read(({ teams }) => teams.byId(teamId));
    return team !== null && isOriginAllowed(origin, team.allowedOrigins);
  }

  /** The list of all teams' origins is read anew when it is asked for next. */
  originsChanged(): void {
    this.#origins.until = 0;
  }

  /** While the store is away, those of before. */
  async #knownOrigins(): Promise<string[]> {
    try {
      const teams = await this.#deps.unitOfWork.run((repositories) => repositories.teams.all());
      return [...new Set(teams.flatMap((team) => team.allowedOrigins))];
    } catch (error) {
      if (this.#origins.until === 0 || !(error instanceof StorageError)) throw error;
      return this.#origins.patterns;
    }
  }

  async #byPassword(request: PasswordLogin, from: Origin): Promise<Candidate> {
    const { team: slug, username, password, newPassword } = request;
    const { team, agent } = await this.#find(slug, username);
    const known = agent !== null && agent.active ? agent : null;
    const account = `${slug}/${username}`.toLowerCase();
    const attempt = await this.#deps.attempts.password(from.address, account, () =>
      verifyPassword(password, known?.passwordHash ?? null),
    );
    if (attempt.kind === 'refused') {
      this.#deps.logger.warn({ address: from.address, account }, 'too many attempts to log in');
      throw tooMany(attempt.waitMs);
    }
    if (team === null || known === null || attempt.kind === 'wrong') {
      throw wrongCredentials();
    }
    requireOrigin(team, from.origin);
    // What is wrong is told before a code is taken: none is good twice.
    if (newPassword !== undefined) this.#deps.passwords.check(known, { password, newPassword });
    else if (known.passwordMustChange) throw mustChange();
    const { code, passkey } = request;
    const who = { teamId: team.id, agentId: known.id };
    await this.#codes.prove(who, { address: from.address, account, code, passkey });
    if (newPassword !== undefined) {
      const agent = await this.#deps.passwords.replace(known, { password, newPassword });
      await this.endAll({ teamId: team.id, agentId: known.id });
      return { team, agent };
    }
    return { team, agent: known };
  }

  #find(slug: string, username: string): Promise<{ team: TeamRow | null; agent: AgentRow | null }> {
    return this.#deps.unitOfWork.run(async (repositories) => {
      const team = await repositories.teams.bySlug(slug);
      return { team, agent: team && (await repositories.agents.byUsername(team.id, username)) };
    });
  }

  #candidate(identity: Identity): Promise<Candidate> {
    return this.#deps.unitOfWork.run(async (repositories) => {
      const team = await repositories.teams.byId(identity.teamId);
      const agent = await repositories.agents.byId(identity.teamId, identity.agentId);
      if (team === null || agent === null) throw unknownToken();
      return { team, agent };
    });
  }

  async #open({ team, agent }: Candidate, from: Origin, via: LoginWay): Promise<Session> {
    const now = this.#deps.clock.now();
    const token = newBearerToken();
    const session: SessionRow = {
      id: this.#deps.ids.next<SessionId>('session'),
      teamId: team.id,
      agentId: agent.id,
      tokenHash: hashBearerToken(token, this.#deps.secret),
      createdAt: now,
      expiresAt: now + SESSION_MS,
      revokedAt: null,
      userAgent: from.userAgent.slice(0, 300),
      address: from.address,
      via,
      seenAt: now,
    };
    const ended = await this.#deps.unitOfWork.run(async (repositories) => {
      if (via === 'password') await requireUnchanged(repositories, agent);
      const open = await repositories.sessions.open(team.id, agent.id, now);
      const oldest = open.slice(0, Math.max(0, open.length + 1 - MOST_SESSIONS));
      for (const sessionId of oldest) await repositories.sessions.revoke(sessionId, now);
      await repositories.sessions.insert(session);
      return oldest;
    });
    for (const sessionId of ended) {
      await this.#tellOfEnd({ sessionId, teamId: team.id, agentId: agent.id });
    }
    this.#deps.logger.info({ teamId: team.id, agentId: agent.id, sessionId: session.id }, 'logged in');
    const identity = { sessionId: session.id, teamId: team.id, agentId: agent.id };
    return { token, ...(await this.#describe(team, agent, { ...identity, expiresAt: session.expiresAt })) };
  }

  async #describe(
    team: TeamRow,
    agent: AgentRow,
    session: EndedSession & { expiresAt: number },
  ): Promise<Omit<Session, 'token'>> {
    const { id, number, username, name } = agent;
    const held = await this.#deps.unitOfWork.read((stores) => roleIn(stores, agent));
    return {
      endTicket: await endTicket(session, this.#deps.secret),
      expiresAt: session.expiresAt,
      serverTime: this.#deps.clock.now(),
      agent: { id, number, username, name, role: held.role },
      rights: [...powerOf(held).rights],
      team: { id: team.id, slug: team.slug, name: team.name },
    };
  }
}

async function roleIn(
  { roles }: Pick<SessionStores, 'roles'>,
  { teamId, role }: AgentRow,
): Promise<Pick<AgentProfile, 'role' | 'power'>> {
  const isOwn = !ROLES.some((each) => each === role);
  const own = isOwn ? await roles.byId(teamId, asId<RoleId>(role)) : null;
  return roleOf(role, new Map(own ? [[own.id, own]] : []));
}

/** No address: whoever sits at this desk is limited, wherever the desk stands. */
function deskOf(agentId: Identity['agentId']): { address: string; account: string } {
  const desk = `desk:${agentId}`;
  return { address: desk, account: desk };
}

function mustChange(): DomainError {
  return new DomainError(
    'password-must-change',
    'Somebody else has made the password: log in with newPassword.',
  );
}

/** What was checked may have been changed while it was: a password that was reset opens nothing any more. */
async function requireUnchanged({ agents }: Pick<SessionStores, 'agents'>, checked: AgentRow): Promise<void> {
  const now = await agents.byId(checked.teamId, checked.id);
  const isSame =
    now?.active === true &&
    now.passwordHash === checked.passwordHash &&
    now.passwordMustChange === checked.passwordMustChange;
  if (!isSame) throw wrongCredentials();
}

function wrongCredentials(): DomainError {
  return new DomainError('wrong-credentials', 'Team, user name or password is wrong.');
}

function unknownToken(): DomainError {
  return new DomainError('token-invalid', 'The bearer token is not one of an open session.');
}

function absent(): StorageError {
  return new StorageError('unavailable', 'The database has not answered in time.');
}
