import { createHmac, randomBytes } from 'node:crypto';
import type { SecondFactorBegun, SecondFactorState } from '../../contract/second-factor.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { AgentId, TeamId } from '../../core/kernel/ids.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { appendChange } from '../audit/record-change.ts';
import { newTemporaryPassword } from '../sessions/password.ts';
import { checkGrant, powerOfRole } from '../set-up/powers.ts';
import type { PasskeyStore } from '../passkeys/passkeys-store.ts';
import type { AgentStore, RoleStore, TeamStore } from '../set-up/set-up-store.ts';
import type { SecondFactorRow, SecondFactorStore } from './second-factors-store.ts';
import { base32, keyUri, stepOf } from './totp.ts';

/** RFC 4226 §4, R6: as long as the hash. */
const KEY_BYTES = 20;
const RECOVERY_CODES = 10;
/** Wrong codes in a day, from anywhere; after that only codes for emergencies are taken until it is over. */
const MOST_WRONG = 10;
const DAY_MS = 24 * 60 * 60 * 1000;

interface Stores {
  readonly teams: TeamStore;
  readonly agents: AgentStore;
  readonly roles: RoleStore;
  readonly secondFactors: SecondFactorStore;
  readonly passkeys: Pick<PasskeyStore, 'removeAll'>;
  readonly outbox: Outbox;
}

export interface SecondFactorsDeps {
  readonly unitOfWork: UnitOfWork<Stores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** The server's own; keys what is kept of codes for emergencies. */
  readonly secret: string;
}

type Whose = { readonly teamId: TeamId; readonly agentId: AgentId };

/** Codes of an app beside the password (RFC 6238), and codes on paper for who has lost it. */
export class SecondFactors {
  readonly #deps: SecondFactorsDeps;

  constructor(deps: SecondFactorsDeps) {
    this.#deps = deps;
  }

  state({ teamId, agentId }: Whose): Promise<SecondFactorState> {
    return this.#deps.unitOfWork.read(async ({ secondFactors }) => {
      const row = await secondFactors.byAgent(teamId, agentId);
      return { active: isActive(row), recoveryCodes: isActive(row) ? (row?.recovery.length ?? 0) : 0 };
    });
  }

  /**
   * A new key, which no login asks for until the app has shown that it has it.
   * @throws not-allowed-now: there is one already
   */
  begin({ teamId, agentId }: Identity): Promise<SecondFactorBegun> {
    const key = randomBytes(KEY_BYTES);
    return this.#deps.unitOfWork.run(async ({ teams, agents, secondFactors }) => {
      if (isActive(await secondFactors.byAgent(teamId, agentId))) {
        throw new DomainError('not-allowed-now', 'There is a second factor: remove it first.');
      }
      const secret = key.toString('hex');
      await secondFactors.set({
        teamId,
        agentId,
        secret,
        confirmedAt: null,
        lastStep: 0,
        recovery: [],
        wrongCodes: 0,
        wrongSince: 0,
      });
      const team = (await teams.byId(teamId))?.name ?? '';
      const username = (await agents.byId(teamId, agentId))?.username ?? '';
      return { key: base32(key), uri: keyUri(key, { team, username }) };
    });
  }

  /**
   * From now on each login with the password asks for a code.
   * @returns codes for emergencies, told this once
   * @throws wrong-code
   */
  async confirm({ teamId, agentId }: Identity, code: string): Promise<string[]> {
    const { unitOfWork, clock } = this.#deps;
    const codes = Array.from({ length: RECOVERY_CODES }, newTemporaryPassword);
    await unitOfWork.run(async (stores) => {
      const row = await stores.secondFactors.byAgent(teamId, agentId);
      const step = row && !isActive(row) ? stepOf(Buffer.from(row.secret, 'hex'), code, clock.now()) : null;
      if (row === null || step === null) throw wrongCode();
      const recovery = codes.map((each) => this.#hash(each));
      await stores.secondFactors.set({ ...row, confirmedAt: clock.now(), lastStep: step, recovery });
      await this.#record(stores, agentId, row, { secondFactor: [false, true] });
    });
    return codes;
  }

  /** Whether a login with the right password has to bring a code. */
  isAsked({ teamId, agentId }: Whose): Promise<boolean> {
    return this.#deps.unitOfWork.read(async ({ secondFactors }) =>
      isActive(await secondFactors.byAgent(teamId, agentId)),
    );
  }

  /**
   * Whether the code is good, of the app or of the paper; it is good once. For who has proved the password.
   * @throws rate-limited: there were too many wrong ones, and this is none of the paper
   */
  async use({ teamId, agentId }: Whose, code: string): Promise<boolean> {
    const { unitOfWork, clock, logger } = this.#deps;
    const now = clock.now();
    const used = await unitOfWork.run(async (stores) => {
      const { secondFactors } = stores;
      // First: attempts of the same moment wait here for each other.
      await secondFactors.countAttempt(agentId, now, now - DAY_MS);
      const row = await secondFactors.byAgent(teamId, agentId);
      if (row === null || !isActive(row)) return { good: false, closes: false };
      const typed = code.replace(/\s/g, '').toLowerCase();
      const isGood = (await this.#isOfPaper(stores, row, typed)) || (await this.#isOfApp(stores, row, typed));
      if (isGood) await secondFactors.uncountAttempt(agentId);
      const closes = !isGood && row.wrongCodes === MOST_WRONG;
      if (closes) await this.#record(stores, agentId, row, { secondFactorLocked: [false, true] });
      return { good: isGood, closes };
    });
    if (used.closes) logger.warn({ teamId, agentId }, 'too many wrong codes of a second factor');
    return used.good;
  }

  async #isOfPaper({ secondFactors }: Stores, { agentId, recovery }: SecondFactorRow, typed: string) {
    const hash = this.#hash(typed);
    if (!recovery.includes(hash)) return false;
    const left = recovery.filter((each) => each !== hash);
    return secondFactors.keepRecovery(agentId, recovery, left);
  }

  async #isOfApp({ secondFactors }: Stores, row: SecondFactorRow, typed: string): Promise<boolean> {
    const now = this.#deps.clock.now();
    if (row.wrongCodes > MOST_WRONG) {
      throw new DomainError(
        'rate-limited',
        'Too many wrong codes: take one of the codes for emergencies, wait, or let an administrator remove the second factor.',
        { retryAfterMs: row.wrongSince + DAY_MS - now },
      );
    }
    const step = stepOf(Buffer.from(row.secret, 'hex'), typed, now);
    return step !== null && secondFactors.takeStep(row.agentId, step);
  }

  /** One's own, after the password and the factor itself have been proved again. */
  async remove({ teamId, agentId }: Identity): Promise<void> {
    await this.#deps.unitOfWork.run((stores) => this.#removed(stores, { teamId, agentId }, agentId));
  }

  /**
   * That of another one, who has lost it, with all passkeys.
   * @throws not-found, forbidden, own-rights: of one's own it is removed with the password
   */
  async reset(who: Identity, agentId: AgentId): Promise<void> {
    if (agentId === who.agentId) {
      throw new DomainError(
        'own-rights',
        'Remove your own with your password, or let another administrator do it.',
      );
    }
    await this.#deps.unitOfWork.run(async (stores) => {
      const agent = await stores.agents.byId(who.teamId, agentId);
      if (!agent || agent.deletedAt !== null) throw new DomainError('not-found', 'There is no such agent.');
      checkGrant(who, await powerOfRole(stores, who.teamId, agent.role));
      await this.#removed(stores, { teamId: who.teamId, agentId }, who.agentId);
      const passkeys = await stores.passkeys.removeAll(who.teamId, agentId);
      if (passkeys > 0)
        await this.#record(stores, who.agentId, { teamId: who.teamId, agentId }, { passkeys: [passkeys, 0] });
    });
  }

  async #removed(stores: Stores, { teamId, agentId }: Whose, by: AgentId): Promise<void> {
    const row = await stores.secondFactors.byAgent(teamId, agentId);
    if (row === null) return;
    await stores.secondFactors.remove(teamId, agentId);
    if (isActive(row)) await this.#record(stores, by, row, { secondFactor: [true, false] });
  }

  async #record(
    { outbox }: Stores,
    by: AgentId,
    { teamId, agentId }: Whose,
    fields: Readonly<Record<string, readonly [before: boolean | number, after: boolean | number]>>,
  ): Promise<void> {
    const { ids, clock } = this.#deps;
    const of = (index: 0 | 1) => ({
      ...Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values[index]])),
      ...{ id: agentId, teamId },
    });
    const change = { before: of(0), after: of(1) };
    await appendChange(outbox, { kind: 'agent', agentId: by }, 'agent', change, { ids, now: clock.now() });
  }

  /** They have full entropy, so that a fast hash is enough. */
  #hash(code: string): string {
    return createHmac('sha256', this.#deps.secret).update(`telebar: recovery ${code}`).digest('hex');
  }
}

function isActive(row: SecondFactorRow | null): boolean {
  return row !== null && row.confirmedAt !== null;
}

function wrongCode(): DomainError {
  return new DomainError('wrong-code', 'This is not the code of the moment.');
}
