import { createHmac } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { NewPasskey, Passkey, PasskeyAnswer, Passkeys as Told } from '../../contract/passkeys.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { AgentId, TeamId } from '../../core/kernel/ids.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { PasskeyFault } from '../../vocabulary/passkeys.ts';
import { appendChange } from '../audit/record-change.ts';
import type { LoginChallengeRow, LoginChallengeStore } from '../login-challenges/login-challenges-store.ts';
import type { AgentRow, AgentStore, TeamRow, TeamStore } from '../set-up/set-up-store.ts';
import { requireOwnPage } from '../sessions/allowed-origins.ts';
import { NetworkBudget } from '../sessions/network-budget.ts';
import type { PasskeyRow, PasskeyStore } from './passkeys-store.ts';

const CHALLENGE_MS = 5 * 60 * 1000;
const MOST_PASSKEYS = 20;
/** In a quarter of an hour. */
const PER_NETWORK = 600;

interface Stores {
  readonly teams: TeamStore;
  readonly agents: AgentStore;
  readonly passkeys: PasskeyStore;
  readonly loginChallenges: LoginChallengeStore;
  readonly outbox: Outbox;
}

export interface PasskeysDeps {
  readonly unitOfWork: UnitOfWork<Stores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** The server's own; keys what is kept of questions. */
  readonly secret: string;
  /** Where people reach this server: passkeys are for that name. */
  publicUrl(): string;
}

interface From {
  readonly address: string;
  readonly origin: string | null;
}

type Whose = { readonly teamId: TeamId; readonly agentId: AgentId };

/** Passkeys of people, on pages of this server. The library is loaded when the first one is asked for. */
export class Passkeys {
  readonly #deps: PasskeysDeps;
  readonly #networks = new NetworkBudget(PER_NETWORK, 'Too many logins were begun from this network.');

  constructor(deps: PasskeysDeps) {
    this.#deps = deps;
  }

  /** Whether this server has a name for which passkeys can be: an address of digits is none (WebAuthn §5.1.3). */
  get isPossible(): boolean {
    return !/^(\[.*\]|[\d.]+)$/.test(this.#url.hostname);
  }

  async list({ teamId, agentId }: Identity): Promise<Told> {
    const rows = await this.#deps.unitOfWork.read(({ passkeys }) => passkeys.byAgent(teamId, agentId));
    return { origin: this.#url.origin, items: rows.map(shown) };
  }

  /** The question for another passkey, for who has proved the password. @throws passkey-refused */
  async begin({ teamId, agentId }: Identity) {
    const { generateRegistrationOptions } = await import('@simplewebauthn/server');
    const { known, username, name, team } = await this.#deps.unitOfWork.read(async (stores) => {
      const agent = await stores.agents.byId(teamId, agentId);
      const known = await stores.passkeys.byAgent(teamId, agentId);
      const team = (await stores.teams.byId(teamId))?.name ?? '';
      return { known, username: agent?.username ?? '', name: agent?.name ?? '', team };
    });
    if (known.length >= MOST_PASSKEYS) throw refused('too-many');
    const options = await generateRegistrationOptions({
      rpName: team,
      rpID: this.#name,
      userName: username,
      userDisplayName: name,
      userID: new TextEncoder().encode(agentId),
      timeout: CHALLENGE_MS,
      excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    await this.#ask({ kind: 'new-passkey', teamId, agentId }, options.challenge);
    return { options: { ...options } };
  }

  /** @throws passkey-refused */
  async add({ teamId, agentId }: Identity, { name, answer }: NewPasskey): Promise<Passkey> {
    const { unitOfWork, clock, ids } = this.#deps;
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    const response = { ...answer, clientExtensionResults: {} } as RegistrationResponseJSON;
    const asked = await this.#taken(answer.response.clientDataJSON, 'new-passkey');
    if (asked.agentId !== agentId || asked.teamId !== teamId) throw refused('expired');
    const { credential } = await verified(async () => {
      const { registrationInfo } = await verifyRegistrationResponse({ response, ...this.#expected(asked) });
      return registrationInfo;
    });
    const row: PasskeyRow = {
      id: ids.next('passkey'),
      teamId,
      agentId,
      name,
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: credential.transports ?? [],
      createdAt: clock.now(),
      lastUsedAt: null,
    };
    await unitOfWork.run(async (stores) => {
      if ((await stores.passkeys.byCredential(row.credentialId)) !== null) throw refused('wrong');
      await stores.passkeys.insert(row);
      await this.#record(stores, agentId, { before: null, after: row });
    });
    return shown(row);
  }

  /** @throws not-found */
  async remove({ teamId, agentId }: Identity, id: string): Promise<void> {
    await this.#deps.unitOfWork.run(async (stores) => {
      const row = (await stores.passkeys.byAgent(teamId, agentId)).find((each) => each.id === id);
      if (row === undefined || !(await stores.passkeys.remove(row)))
        throw new DomainError('not-found', 'There is no such passkey.');
      await this.#record(stores, agentId, { before: row, after: null });
    });
  }

  /** The question for whoever has a passkey here. @throws passkey-refused, rate-limited, origin-not-allowed */
  async question(from: From) {
    requireOwnPage(from);
    await this.#networks.spend(from.address);
    const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
    const options = await generateAuthenticationOptions({
      rpID: this.#name,
      timeout: CHALLENGE_MS,
      userVerification: 'required',
    });
    await this.#ask({ kind: 'passkey-login', teamId: null, agentId: null }, options.challenge);
    return { options: { ...options } };
  }

  /** Who has answered. Device and its owner are both proved: nothing else is asked for. @throws passkey-refused, origin-not-allowed */
  async redeem(
    answer: PasskeyAnswer,
    from: Pick<From, 'origin'>,
  ): Promise<{ team: TeamRow; agent: AgentRow }> {
    requireOwnPage(from);
    const { unitOfWork, clock, logger } = this.#deps;
    const asked = await this.#taken(answer.response.clientDataJSON, 'passkey-login');
    const row = await unitOfWork.read(({ passkeys }) => passkeys.byCredential(answer.id));
    if (row === null) throw refused('unknown');
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    const response = { ...answer, clientExtensionResults: {} } as AuthenticationResponseJSON;
    const { newCounter } = await verified(async () => {
      const { verified: isRight, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        ...this.#expected(asked),
        // Its own rule is told apart below.
        credential: { id: row.credentialId, publicKey: Buffer.from(row.publicKey, 'base64url'), counter: -1 },
      });
      return isRight ? authenticationInfo : undefined;
    });
    // WebAuthn §6.1.1: those of several devices do not count, and stay at 0.
    if (newCounter <= row.counter && (newCounter > 0 || row.counter > 0)) {
      logger.warn({ teamId: row.teamId, agentId: row.agentId }, 'a passkey counts less than it did');
      throw refused('copied');
    }
    return unitOfWork.run(async ({ teams, agents, passkeys }) => {
      const team = await teams.byId(row.teamId);
      const agent = await agents.byId(row.teamId, row.agentId);
      if (team === null || agent === null || !agent.active) throw refused('inactive');
      if (!(await passkeys.use(row, newCounter, clock.now()))) throw refused('expired');
      return { team, agent };
    });
  }

  /** As a second factor of who has proved the password. @throws passkey-refused */
  async prove({ teamId, agentId }: Whose, answer: PasskeyAnswer): Promise<void> {
    const { agent } = await this.redeem(answer, { origin: null });
    if (agent.id !== agentId || agent.teamId !== teamId) throw refused('unknown');
  }

  get #url(): URL {
    return new URL(this.#deps.publicUrl());
  }

  /** @throws passkey-refused */
  get #name(): string {
    if (!this.isPossible) throw refused('no-name');
    return this.#url.hostname;
  }

  #expected(asked: LoginChallengeRow) {
    return {
      expectedChallenge: asked.content['challenge'] ?? '',
      expectedOrigin: this.#url.origin,
      expectedRPID: this.#name,
      requireUserVerification: true,
    };
  }

  async #ask(
    whose: Pick<LoginChallengeRow, 'kind' | 'teamId' | 'agentId'>,
    challenge: string,
  ): Promise<void> {
    const expiresAt = this.#deps.clock.now() + CHALLENGE_MS;
    const row = { ...whose, id: this.#idOf(challenge), content: { challenge }, expiresAt };
    await this.#deps.unitOfWork.run(({ loginChallenges }) => loginChallenges.add(row));
  }

  /** The question that is answered, which is good once. @throws passkey-refused */
  async #taken(clientData: string, kind: LoginChallengeRow['kind']): Promise<LoginChallengeRow> {
    const id = this.#idOf(challengeIn(clientData));
    const asked = await this.#deps.unitOfWork.run(({ loginChallenges }) => loginChallenges.take(id, kind));
    if (asked === null || asked.expiresAt <= this.#deps.clock.now()) throw refused('expired');
    return asked;
  }

  #idOf(challenge: string): string {
    return createHmac('sha256', this.#deps.secret).update(`telebar: passkey ${challenge}`).digest('hex');
  }

  async #record(
    { outbox }: Stores,
    by: AgentId,
    rows: { before: PasskeyRow | null; after: PasskeyRow | null },
  ): Promise<void> {
    const { ids, clock } = this.#deps;
    await appendChange(outbox, { kind: 'agent', agentId: by }, 'passkey', rows, { ids, now: clock.now() });
  }
}

const SENTENCES: Readonly<Record<PasskeyFault, string>> = {
  expired: 'The question is older than five minutes, or was answered already: begin again.',
  unknown: 'Nobody has this passkey here, or somebody else has it.',
  wrong: 'The passkey’s answer is not right, or is for another page.',
  copied: 'The passkey counts less than it did: there may be a copy of it. Remove it and make another one.',
  inactive: 'This agent may not log in any more.',
  'no-name': 'Passkeys need a name of this server: the operator sets TELEBAR_PUBLIC_URL.',
  'too-many': 'There are twenty passkeys: remove one first.',
};

function refused(reason: PasskeyFault, options?: ErrorOptions): DomainError {
  return new DomainError('passkey-refused', SENTENCES[reason], { reason }, options);
}

/** Whatever the library does not take is not right. @throws passkey-refused */
async function verified<T>(work: () => Promise<T | undefined>): Promise<T> {
  let told: T | undefined;
  try {
    told = await work();
  } catch (cause) {
    throw refused('wrong', { cause });
  }
  if (told === undefined) throw refused('wrong');
  return told;
}

/** Of what the browser has signed; '': it is nothing of that kind. */
function challengeIn(clientData: string): string {
  try {
    const told: unknown = JSON.parse(Buffer.from(clientData, 'base64url').toString());
    const challenge: unknown =
      typeof told === 'object' && told !== null ? Reflect.get(told, 'challenge') : '';
    return typeof challenge === 'string' ? challenge : '';
  } catch {
    return '';
  }
}

function shown({ id, name, createdAt, lastUsedAt }: PasskeyRow): Passkey {
  return { id, name, createdAt, lastUsedAt };
}
