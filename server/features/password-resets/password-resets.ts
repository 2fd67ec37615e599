import { createHmac } from 'node:crypto';
import type { PasswordResetCompletion, PasswordResetRequest } from '../../contract/password-reset.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import { newJob, type JobStore } from '../../core/ports/jobs.ts';
import type { Mailer } from '../../core/ports/mailer.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { appendChange } from '../audit/record-change.ts';
import { NetworkBudget } from '../sessions/network-budget.ts';
import { hashPassword } from '../sessions/password.ts';
import { checkPasswordRules } from '../sessions/password-rules.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { hashBearerToken, newBearerToken } from '../sessions/tokens.ts';
import type { AgentRow, AgentStore, TeamRow, TeamStore } from '../set-up/set-up-store.ts';
import { resetMail } from './password-resets-jobs.ts';
import type { PasswordResetStore } from './password-resets-store.ts';
import { mailOf } from './reset-mail.ts';

const LINK_MS = 30 * 60 * 1000;
/** One address is written to once in this time, however often it is asked for, ms. */
const PAUSE_MS = 5 * 60 * 1000;
/** People with one address, as a shared one of a shift. */
const MOST_AGENTS = 5;
/** In a quarter of an hour. */
const PER_NETWORK = 30;

interface Stores {
  readonly teams: TeamStore;
  readonly agents: AgentStore;
  readonly jobs: JobStore;
  readonly passwordResets: PasswordResetStore;
  readonly outbox: Outbox;
}

export interface PasswordResetsDeps {
  readonly unitOfWork: UnitOfWork<Stores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** The server's own; keys what is kept of tokens. */
  readonly secret: string;
  /** Null: no mail server is set up. */
  readonly mailer: Mailer | null;
  /** Where people reach this server. */
  publicUrl(): string;
  readonly sessions: Pick<Sessions, 'endAll'>;
}

/**
 * Another password by mail. Whoever asks hears the same whether somebody has the address or not, and causes the same work: a job
 * looks for them, makes the link and sends it.
 */
export class PasswordResets {
  readonly #deps: PasswordResetsDeps;
  readonly #networks = new NetworkBudget(PER_NETWORK, 'Too many mails were asked for from this address.');

  constructor(deps: PasswordResetsDeps) {
    this.#deps = deps;
  }

  /** @throws no-mail, rate-limited */
  async ask(request: PasswordResetRequest, address: string): Promise<void> {
    const { unitOfWork, clock, ids, secret, mailer } = this.#deps;
    if (mailer === null) {
      throw new DomainError(
        'no-mail',
        'This server sends no mail: ask an administrator for a temporary password.',
      );
    }
    await this.#networks.spend(address);
    const now = clock.now();
    const asked = `${request.team}/${request.email}`.toLowerCase();
    const whose = createHmac('sha256', secret).update(asked).digest('hex').slice(0, 32);
    const id = `reset_${whose}_${Math.floor(now / PAUSE_MS)}`;
    await unitOfWork.run(({ jobs }) => jobs.add(newJob(resetMail, request, { ids, now, teamId: null, id })));
  }

  /** The job: those who have the address are sent a link each. One that cannot be sent is made anew. */
  async send({ team: slug, email, locale }: PasswordResetRequest): Promise<void> {
    const { unitOfWork, mailer } = this.#deps;
    if (mailer === null) return;
    const { team, agents } = await unitOfWork.read((stores) => whoHas(stores, slug, email));
    if (team === null) return;
    for (const agent of agents) {
      const token = newBearerToken();
      const isMade = await unitOfWork.run(async ({ agents: now, passwordResets }) => {
        const present = await now.byId(agent.teamId, agent.id);
        // The address is somebody else's by now, or theirs who may not work any more.
        if (!present?.active || present.email !== agent.email) return false;
        await passwordResets.set(this.#linkOf(agent, token));
        return true;
      });
      if (!isMade) continue;
      const link = `${this.#deps.publicUrl()}/admin/#reset=${token}`;
      await mailer.send(mailOf(link, { ...agent, team: team.name, locale }));
    }
  }

  /**
   * Every session of the agent is over then.
   * @throws token-invalid, token-expired, invalid-request (the password)
   */
  async complete({ token, newPassword }: PasswordResetCompletion): Promise<void> {
    const { unitOfWork, secret, ids, clock, sessions } = this.#deps;
    const id = hashBearerToken(token, secret);
    const agent = await unitOfWork.read((stores) => this.#agentOf(stores, id));
    checkPasswordRules(newPassword, agent, 'newPassword');
    const passwordHash = await hashPassword(newPassword);
    await unitOfWork.run(async (stores) => {
      const before = await this.#agentOf(stores, id);
      const isFirst = await stores.passwordResets.use(id);
      if (!isFirst || !(await stores.agents.replacePassword(before, before.passwordHash, passwordHash))) {
        throw invalid();
      }
      const who = { kind: 'agent', agentId: before.id } as const;
      const after = { ...before, passwordHash, passwordMustChange: false };
      await appendChange(stores.outbox, who, 'agent', { before, after }, { ids, now: clock.now() });
    });
    await sessions.endAll({ teamId: agent.teamId, agentId: agent.id });
  }

  async #agentOf({ agents, passwordResets }: Stores, id: string): Promise<AgentRow> {
    const link = await passwordResets.byHash(id);
    if (link === null) throw invalid();
    if (link.expiresAt <= this.#deps.clock.now()) {
      throw new DomainError('token-expired', 'The link is older than half an hour: ask for another one.');
    }
    const agent = await agents.byId(link.teamId, link.agentId);
    if (agent === null || !agent.active) throw invalid();
    return agent;
  }

  #linkOf({ id: agentId, teamId }: AgentRow, token: string) {
    const { secret, clock } = this.#deps;
    return { id: hashBearerToken(token, secret), teamId, agentId, expiresAt: clock.now() + LINK_MS };
  }
}

async function whoHas(
  { teams, agents }: Stores,
  slug: string,
  email: string,
): Promise<{ team: TeamRow | null; agents: AgentRow[] }> {
  const team = await teams.bySlug(slug);
  if (team === null) return { team, agents: [] };
  const found = await agents.search(team.id, { q: email, active: true, sort: 'number', limit: 100 });
  const exactly = found.items.filter((agent) => agent.email.toLowerCase() === email.toLowerCase());
  return { team, agents: exactly.slice(0, MOST_AGENTS) };
}

function invalid(): DomainError {
  return new DomainError('token-invalid', 'The link has been used, or another one has been sent since.');
}
