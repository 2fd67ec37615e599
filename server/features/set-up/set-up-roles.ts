import type {
  Effects,
  RemoveRoleQuery,
  RoleInput,
  RolePatch,
  RoleSetUp,
  Use,
} from '../../contract/people.ts';
import type { Page } from '../../contract/wire.ts';
import { agentIdOf, type Requester } from '../../core/kernel/actor.ts';
import type { RoleId } from '../../core/kernel/ids.ts';
import { patched } from '../../core/kernel/patched.ts';
import { POWERS } from '../../core/model/rights.ts';
import { ROLES } from '../../vocabulary/roles.ts';
import { checkGrant, checkKeyGrant, checkReach, keepOwnRights, powerOfRole, roleKeyOf } from './powers.ts';
import { checkSaved, checkVersion, missing } from './set-up-changes.ts';
import type { SetUpChanges, SetUpStores } from './set-up-changes.ts';
import { saveAgent } from './save-agent.ts';
import { refuseUses } from './uses.ts';
import type { AgentRow, RoleRow } from './set-up-store.ts';

/** More than are read at once. */
const MOST = 100_000;

/** What people may do, and on whom. */
export class SetUpRoles {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  list({ teamId }: Requester): Promise<Page<RoleSetUp>> {
    return this.#changes.read(async ({ roles }) => ({
      items: [...ROLES.map(builtIn), ...(await roles.all(teamId)).map(shown)],
      next: null,
    }));
  }

  get({ teamId }: Requester, id: RoleId): Promise<RoleSetUp> {
    return this.#changes.read(async (stores) => {
      const known = ROLES.find((each) => each === String(id));
      return known ? builtIn(known) : shown(await existing(stores, teamId, id));
    });
  }

  /** `uses`: who has it, the first twenty. */
  effects({ teamId }: Requester, id: RoleId): Promise<Effects> {
    return this.#changes.read(async (stores) => {
      if (!ROLES.some((each) => each === String(id))) await existing(stores, teamId, id);
      const agents = await holders(stores, teamId, id);
      const ids = agents.map((agent) => agent.id);
      return this.#changes.effects(teamId, { kind: 'agents', ids }, usesBy(agents));
    });
  }

  create(who: Requester, input: RoleInput): Promise<RoleSetUp> {
    const id = this.#changes.deps.ids.next<RoleId>('role');
    return this.#changes.change(who, async (stores) => {
      const row: RoleRow = {
        ...input,
        rights: [...new Set(input.rights)],
        id,
        teamId: who.teamId,
        version: 1,
      };
      const power = { reach: row.reach, rights: new Set(row.rights) };
      checkReach(power);
      checkGrant(who, power);
      await stores.roles.insert(row);
      await this.#changes.record(stores, who, 'role', { before: null, after: row });
      return shown(row);
    });
  }

  change(who: Requester, id: RoleId, version: number, patch: RolePatch): Promise<RoleSetUp> {
    return this.#changes.change(who, async (stores) => {
      const found = await this.#mine(stores, who, id, version);
      const row: RoleRow = { ...patched(found, patch), version: version + 1 };
      const power = { reach: row.reach, rights: new Set(row.rights) };
      checkReach(power);
      checkGrant(who, power);
      checkKeyGrant(who, [{ reach: found.reach, rights: new Set(found.rights) }, power]);
      const agentId = agentIdOf(who);
      const own = agentId && (await stores.agents.byId(who.teamId, agentId));
      if (own?.role === id) keepOwnRights(who, own, power);
      checkSaved(await stores.roles.update(row));
      await this.#changes.record(stores, who, 'role', { before: found, after: row });
      return shown(row);
    });
  }

  /** @param moveTo the role of who has had this one */
  async remove(who: Requester, id: RoleId, version: number, { moveTo }: RemoveRoleQuery): Promise<void> {
    await this.#changes.change(who, async (stores) => {
      const found = await this.#mine(stores, who, id, version);
      if (moveTo === String(id)) throw missing('role to move to');
      const items = await holders(stores, who.teamId, id);
      if (moveTo === undefined) refuseUses(usesBy(items));
      else await this.#move(stores, who, items, moveTo);
      await stores.roles.remove(found);
      await this.#changes.record(stores, who, 'role', { before: found, after: null });
    });
  }

  async #move(stores: SetUpStores, who: Requester, agents: readonly AgentRow[], to: string): Promise<void> {
    const role = await roleKeyOf(stores, who.teamId, to);
    const power = await powerOfRole(stores, who.teamId, role);
    checkGrant(who, power);
    checkKeyGrant(who, [power]);
    for (const agent of agents) {
      keepOwnRights(who, agent, power);
      const row = { ...agent, role, version: agent.version + 1 };
      await saveAgent(stores, agent, row);
      await this.#changes.record(stores, who, 'agent', { before: agent, after: row });
    }
  }

  /** Whoever has less than a role gives does not change it either. */
  async #mine(stores: SetUpStores, who: Requester, id: RoleId, version: number): Promise<RoleRow> {
    const found = await existing(stores, who.teamId, id);
    checkVersion(found, version, shown(found));
    checkGrant(who, { reach: found.reach, rights: new Set(found.rights) });
    return found;
  }
}

async function holders(
  { agents }: SetUpStores,
  teamId: Requester['teamId'],
  role: RoleId,
): Promise<AgentRow[]> {
  const { items } = await agents.search(teamId, { role, sort: 'number', limit: MOST });
  return items;
}

function usesBy(agents: readonly AgentRow[]): Use[] {
  return agents.slice(0, 20).map(({ id, name }) => ({ kind: 'role', id, name }));
}

async function existing({ roles }: SetUpStores, teamId: Requester['teamId'], id: RoleId): Promise<RoleRow> {
  const found = await roles.byId(teamId, id);
  if (!found) throw missing('role of the team');
  return found;
}

function builtIn(role: (typeof ROLES)[number]): RoleSetUp {
  const { reach, rights } = POWERS[role];
  return { id: role, name: role, reach, rights: [...rights], builtIn: true, version: 1 };
}

function shown({ id, name, reach, rights, version }: RoleRow): RoleSetUp {
  return { id, name, reach, rights, builtIn: false, version };
}
