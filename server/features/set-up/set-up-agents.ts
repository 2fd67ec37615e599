import type {
  AgentListQuery,
  AgentSetUp,
  AgentSetUpInput,
  AgentSetUpPatch,
  Effects,
  RemoveAgentQuery,
  TemporaryPassword,
} from '../../contract/people.ts';
import type { Page } from '../../contract/wire.ts';
import { agentIdOf, type Requester } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { AgentId, GroupId, TeamId } from '../../core/kernel/ids.ts';
import { outsidePhone } from '../../core/kernel/number/outside-phone.ts';
import { patched } from '../../core/kernel/patched.ts';
import {
  checkGrant,
  checkKeyGrant,
  keepAnAdministrator,
  keepOwnRights,
  powerOfRole,
  roleKeyOf,
} from './powers.ts';
import { heirOf, moveUses, refuseUses, usesOf } from './uses.ts';
import { hashTemporaryPassword, newTemporaryPassword } from '../sessions/password.ts';
import { checkPasswordRules } from '../sessions/password-rules.ts';
import { refuseLeadingHere } from './numbers-that-lead-here.ts';
import { saveAgent } from './save-agent.ts';
import { setBelongingOfAgent } from './belonging.ts';
import { checkVersion, missing, numberTaken } from './set-up-changes.ts';
import type { SetUpChanges, SetUpStores } from './set-up-changes.ts';
import { NEW_AGENT, type AgentRow } from './set-up-store.ts';

/** Who works in a team. */
export class SetUpAgents {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  list({ teamId }: Requester, { active, groupId, ...query }: AgentListQuery): Promise<Page<AgentSetUp>> {
    return this.#changes.read(async (stores) => {
      const { items, next } = await stores.agents.search(teamId, {
        ...query,
        active: active === undefined ? undefined : active === 'true',
        memberOf: groupId === undefined ? undefined : asId<GroupId>(groupId),
      });
      return { items: await shown(stores, items), next };
    });
  }

  get({ teamId }: Requester, id: AgentId): Promise<AgentSetUp> {
    return this.#changes.read(async (stores) => shownOne(stores, await existing(stores, teamId, id)));
  }

  async create(who: Requester, input: AgentSetUpInput): Promise<AgentSetUp> {
    const {
      password,
      passwordMustChange = false,
      pin = null,
      groups,
      leads,
      role,
      email = '',
      outsideNumber,
      ...fields
    } = input;
    checkPasswordRules(password, fields);
    const { ids } = this.#changes.deps;
    const hashes = await this.#hashes({ password, pin });
    return this.#changes.change(who, async (stores) => {
      const key = await roleKeyOf(stores, who.teamId, role);
      const power = await powerOfRole(stores, who.teamId, key);
      checkGrant(who, power);
      checkKeyGrant(who, [power]);
      const row: AgentRow = {
        ...NEW_AGENT,
        ...fields,
        email,
        passwordMustChange: passwordMustChange || who.kind === 'api-key',
        role: key,
        outsideNumber: (await this.#outsideNumber(stores, who.teamId, outsideNumber)) ?? null,
        id: ids.next<AgentId>('agent'),
        teamId: who.teamId,
        active: true,
        deletedAt: null,
        version: 1,
        passwordHash: hashes.passwordHash ?? '',
        pinHash: hashes.pinHash ?? null,
      };
      await refuseTaken(stores, row);
      await stores.agents.insert(row);
      await setBelongingOfAgent(stores, row, { groups, leads });
      const made = await shownOne(stores, row);
      await this.#changes.record(stores, who, 'agent', {
        before: null,
        after: kept(row, made),
      });
      return made;
    });
  }

  async change(who: Requester, id: AgentId, version: number, patch: AgentSetUpPatch): Promise<AgentSetUp> {
    const { password, pin, groups, leads, role, outsideNumber, ...fields } = patch;
    if (password !== undefined) refuseOwnPassword(who, id);
    const takesOver = [password, pin, role, fields.email].some((each) => each !== undefined);
    const hashes = await this.#hashes({ password, pin });
    const changed = await this.#save(who, { id, version, groups, leads }, async (stores, found) => {
      if (password !== undefined) checkPasswordRules(password, { ...found, ...fields });
      const key = role === undefined ? undefined : await roleKeyOf(stores, who.teamId, role);
      if (takesOver) {
        const roles = [found.role, key ?? found.role];
        const powers = await Promise.all(roles.map((each) => powerOfRole(stores, who.teamId, each)));
        checkKeyGrant(who, powers);
      }
      const number = await this.#outsideNumber(stores, who.teamId, outsideNumber);
      const byKey = password !== undefined && who.kind === 'api-key' ? { passwordMustChange: true } : {};
      return patched(found, { ...fields, ...hashes, ...byKey, role: key, outsideNumber: number });
    });
    if (password !== undefined) await this.#endSessions(who, id);
    return changed;
  }

  /**
   * A password for the next login and no other, which has to put another one in its place. What is open of the agent ends.
   * @throws not-found, forbidden, own-rights
   */
  async resetPassword(who: Requester, id: AgentId): Promise<TemporaryPassword> {
    refuseOwnPassword(who, id);
    const password = newTemporaryPassword();
    const passwordHash = await hashTemporaryPassword(password);
    const { username } = await this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who.teamId, id);
      checkGrant(who, await powerOfRole(stores, who.teamId, found.role));
      const row = { ...found, passwordHash, passwordMustChange: true, version: found.version + 1 };
      await saveAgent(stores, found, row);
      await this.#changes.record(stores, who, 'agent', { before: found, after: row });
      return row;
    });
    await this.#endSessions(who, id);
    return { username, password };
  }

  effects({ teamId }: Requester, id: AgentId): Promise<Effects> {
    return this.#changes.read(async (stores) => {
      await existing(stores, teamId, id);
      const agent = { kind: 'agent', id } as const;
      return this.#changes.effects(teamId, agent, await usesOf(stores, teamId, agent));
    });
  }

  /**
   * The number and the user name are free from now on; what the agent has done keeps them.
   * @param moveTo an agent, or `nobody`: where what leads to this one goes
   */
  async remove(who: Requester, id: AgentId, version: number, { moveTo }: RemoveAgentQuery): Promise<void> {
    const { teamId } = who;
    const deletedAt = this.#changes.deps.clock.now();
    await this.#save(who, { id, version, groups: [], leads: [] }, async (stores, found) => {
      const of = { kind: 'agent', id } as const;
      if (moveTo === undefined) refuseUses(await usesOf(stores, teamId, of));
      else await moveUses(this.#changes, stores, who, { of, to: await heirOf(stores, teamId, id, moveTo) });
      return { ...found, active: false, deletedAt };
    });
  }

  #save(
    who: Requester,
    {
      id,
      version,
      groups,
      leads,
    }: Pick<AgentSetUpPatch, 'groups' | 'leads'> & { id: AgentId; version: number },
    next: (stores: SetUpStores, found: AgentRow) => Promise<AgentRow>,
  ): Promise<AgentSetUp> {
    return this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who.teamId, id);
      const before = await shownOne(stores, found);
      checkVersion(found, version, before);
      checkGrant(who, await powerOfRole(stores, who.teamId, found.role));
      const row = { ...(await next(stores, found)), version: version + 1 };
      const power = await powerOfRole(stores, who.teamId, row.role);
      checkGrant(who, power);
      await refuseTaken(stores, row);
      await keepAnAdministrator(stores, row);
      keepOwnRights(who, row, row.active ? power : null);
      await saveAgent(stores, found, row);
      await setBelongingOfAgent(stores, row, { groups, leads });
      const after = await shownOne(stores, row);
      await this.#changes.record(stores, who, 'agent', {
        before: kept(found, before),
        after: row.deletedAt === null ? kept(row, after) : null,
      });
      return after;
    });
  }

  /**
   * As it is dialled; absent: as it was. A number of our own would call us again with each call.
   * @throws unknown-number: it cannot be a telephone outside; number-leads-here
   */
  async #outsideNumber(stores: SetUpStores, teamId: TeamId, typed: string | null | undefined) {
    if (typed === undefined || typed === null) return typed;
    const { numbers } = this.#changes.deps;
    const number = outsidePhone(numbers, typed);
    if (number === null) {
      throw new DomainError('unknown-number', 'This cannot be the number of a telephone outside.', {
        number: typed,
      });
    }
    await refuseLeadingHere(stores, numbers, { teamId, number });
    return number;
  }

  /** What was opened with the password of before is over. */
  #endSessions(who: Requester, agentId: AgentId): Promise<void> {
    const except = who.kind === 'agent' ? who.sessionId : null;
    return this.#changes.deps.endSessions({ teamId: who.teamId, agentId }, except);
  }

  /** Absent: as they were. */
  async #hashes(of: { password?: string | undefined; pin?: string | null | undefined }) {
    const { deps } = this.#changes;
    return {
      passwordHash: of.password === undefined ? undefined : await deps.hashPassword(of.password),
      pinHash: of.pin ? await deps.hashPassword(of.pin) : of.pin,
    };
  }
}

async function existing(stores: SetUpStores, teamId: Requester['teamId'], id: AgentId): Promise<AgentRow> {
  const found = await stores.agents.byId(teamId, id);
  if (!found || found.deletedAt !== null) throw missing('agent');
  return found;
}

/** Whoever finds a session open does not get the password with it. */
function refuseOwnPassword(who: Requester, id: AgentId): void {
  if (id !== agentIdOf(who)) return;
  throw new DomainError('own-rights', 'Change your own password in your account, with the one of before.');
}

async function refuseTaken(
  { agents }: SetUpStores,
  { id, teamId, number, username }: AgentRow,
): Promise<void> {
  const sameNumber = await agents.byNumber(teamId, number);
  if (sameNumber && sameNumber.id !== id) throw numberTaken(number);
  const sameName = await agents.byUsername(teamId, username);
  if (!sameName || sameName.id === id) return;
  throw new DomainError('username-taken', 'Another agent has this user name.', { username });
}

/** What the audit compares. */
function kept(row: AgentRow, { groups, leads }: AgentSetUp): AgentRow & Pick<AgentSetUp, 'groups' | 'leads'> {
  return { ...row, groups, leads };
}

async function shownOne(stores: SetUpStores, row: AgentRow): Promise<AgentSetUp> {
  const [one] = await shown(stores, [row]);
  if (!one) throw missing('agent');
  return one;
}

/** With what they belong to. */
async function shown({ groups }: SetUpStores, rows: readonly AgentRow[]): Promise<AgentSetUp[]> {
  const [first] = rows;
  if (!first) return [];
  const ids = rows.map(({ id }) => id);
  const memberships = await groups.membershipsOf(first.teamId, ids);
  const leaderships = await groups.leadershipsOf(first.teamId, ids);
  return rows.map(({ id, pinHash, ...row }) => {
    const { number, username, name, email, role, active, outsideNumber, passwordMustChange, version } = row;
    return {
      ...{ id, number, username, name, email, role, active, outsideNumber, passwordMustChange, version },
      hasPin: pinHash !== null,
      groups: memberships
        .filter(({ agentId }) => agentId === id)
        .map(({ groupId, static: isStatic, level }) => ({ groupId, static: isStatic, level })),
      leads: leaderships.filter(({ agentId }) => agentId === id).map(({ groupId }) => groupId),
    };
  });
}
