import type {
  BelongingQuery,
  Effects,
  LeaderPage,
  MemberPage,
  MemberRequest,
} from '../../contract/people.ts';
import type {
  CloseGroupRequest,
  GroupInList,
  GroupListQuery,
  GroupSetUp,
  GroupSetUpInput,
  GroupSetUpPatch,
} from '../../contract/set-up.ts';
import type { Page } from '../../contract/wire.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { AgentId, GroupId, TeamId } from '../../core/kernel/ids.ts';
import { GROUP_RULES } from '../../core/model/set-up.ts';
import { patched } from '../../core/kernel/patched.ts';
import { setBelongingOfGroup, type Belonging } from './belonging.ts';
import { checkSaved, checkVersion, missing, numberTaken } from './set-up-changes.ts';
import type { SetUpChanges, SetUpStores } from './set-up-changes.ts';
import { moveUses, usesOf } from './uses.ts';
import { checkOverflow, overflowOf } from './set-up-overflow.ts';
import type { AgentRow, GroupRow } from './set-up-store.ts';

type GroupRules = Pick<GroupRow, keyof typeof GROUP_RULES>;
type GroupBelonging = Belonging<GroupSetUp['members'][number]>;
type GroupFields = Omit<GroupSetUp, 'members' | 'leaders'>;

/** Groups, who is in them and who leads them. */
export class SetUpGroups {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  list({ teamId }: Requester, query: GroupListQuery): Promise<Page<GroupInList>> {
    return this.#changes.read(async ({ groups }) => {
      const { items, next } = await groups.search(teamId, query);
      const sizes = await groups.sizes(teamId);
      const rows = items.map((row) => ({
        ...fieldsOf(row),
        memberCount: sizes.members.get(row.id) ?? 0,
        leaderCount: sizes.leaders.get(row.id) ?? 0,
      }));
      return { items: rows, next };
    });
  }

  get({ teamId }: Requester, id: GroupId): Promise<GroupSetUp> {
    return this.#changes.read(async (stores) => current(stores, await openGroup(stores, teamId, id)));
  }

  effects({ teamId }: Requester, id: GroupId): Promise<Effects> {
    return this.#changes.read(async (stores) => {
      await openGroup(stores, teamId, id);
      const group = { kind: 'group', id } as const;
      return this.#changes.effects(teamId, group, await usesOf(stores, teamId, group));
    });
  }

  members({ teamId }: Requester, id: GroupId, query: BelongingQuery): Promise<MemberPage> {
    return this.#changes.read(async (stores) => {
      await openGroup(stores, teamId, id);
      const { items, next } = await stores.agents.search(teamId, { ...query, memberOf: id });
      const found = await stores.groups.membershipsOf(
        teamId,
        items.map((agent) => agent.id),
      );
      const own = new Map(found.filter((row) => row.groupId === id).map((row) => [row.agentId, row]));
      const rows = items.map((row) => {
        const { static: isStatic = false, level = 1 } = own.get(row.id) ?? {};
        return { ...personOf(row), static: isStatic, level };
      });
      return { items: rows, next };
    });
  }

  leaders({ teamId }: Requester, id: GroupId, query: BelongingQuery): Promise<LeaderPage> {
    return this.#changes.read(async (stores) => {
      await openGroup(stores, teamId, id);
      const { items, next } = await stores.agents.search(teamId, { ...query, leaderOf: id });
      return { items: items.map(personOf), next };
    });
  }

  /** Adds or takes away one, whoever else comes and goes meanwhile. `as` null: the agent is no member any more. */
  setMember(who: Requester, id: GroupId, agentId: AgentId, as: MemberRequest | null): Promise<GroupInList> {
    return this.#belong(who, id, async ({ groups }) => {
      const others = (await groups.membersOf(who.teamId, id)).filter((row) => row.agentId !== agentId);
      return { members: as === null ? others : [...others, { agentId, ...as }] };
    });
  }

  setLeader(who: Requester, id: GroupId, agentId: AgentId, leads: boolean): Promise<GroupInList> {
    return this.#belong(who, id, async ({ groups }) => {
      const all = (await groups.leadersOf(who.teamId, id)).map((row) => row.agentId);
      const others = all.filter((each) => each !== agentId);
      return { leaders: leads ? [...others, agentId] : others };
    });
  }

  #belong(
    who: Requester,
    id: GroupId,
    next: (stores: SetUpStores) => Promise<GroupBelonging>,
  ): Promise<GroupInList> {
    return this.#changes.change(who, async (stores) => {
      const found = await openGroup(stores, who.teamId, id);
      const row = { ...found, version: found.version + 1 };
      const { members, leaders, ...group } = await this.#save(stores, who, row, await next(stores));
      return { ...group, memberCount: members.length, leaderCount: leaders.length };
    });
  }

  create(who: Requester, input: GroupSetUpInput): Promise<GroupSetUp> {
    const { members, leaders, ...fields } = kept(input);
    const { teamId } = who;
    return this.#changes.change(who, async (stores) => {
      const id = this.#changes.deps.ids.next<GroupId>('group');
      const rules = patched(GROUP_RULES as GroupRules, fields);
      const row: GroupRow = {
        ...fields,
        ...rules,
        id,
        teamId,
        version: 1,
        closedAt: null,
        successorId: null,
      };
      await refuseTaken(stores, row);
      await checkOverflow(stores, row, this.#changes.deps.numbers);
      await stores.groups.insert(row);
      await setBelongingOfGroup(stores, row, { members, leaders });
      const made = await current(stores, row);
      await this.#changes.record(stores, who, 'group', { before: null, after: { ...made, id, teamId } });
      return made;
    });
  }

  change(who: Requester, id: GroupId, version: number, patch: GroupSetUpPatch): Promise<GroupSetUp> {
    const { members, leaders, ...fields } = kept(patch);
    return this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who.teamId, id, version);
      const row = { ...patched(found, fields), version: version + 1 };
      await refuseTaken(stores, row);
      await checkOverflow(stores, row, this.#changes.deps.numbers);
      return this.#save(stores, who, row, { members, leaders });
    });
  }

  /** Its number is free from now on; the numbers that lead to it go with those who wait. */
  close(
    who: Requester,
    id: GroupId,
    version: number,
    { successorId: to }: CloseGroupRequest,
  ): Promise<GroupSetUp> {
    const successorId = to === null ? null : asId<GroupId>(to);
    return this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who.teamId, id, version);
      if (successorId === id) throw missing('other group');
      if (successorId !== null) await openGroup(stores, who.teamId, successorId);
      const closedAt = this.#changes.deps.clock.now();
      const row = { ...found, closedAt, successorId, version: version + 1 };
      const saved = await this.#save(stores, who, row, { members: [], leaders: [] });
      const to = successorId && ({ kind: 'group', id: successorId } as const);
      await moveUses(this.#changes, stores, who, { of: { kind: 'group', id }, to });
      return saved;
    });
  }

  async #save(
    stores: SetUpStores,
    who: Requester,
    row: GroupRow,
    belonging: GroupBelonging,
  ): Promise<GroupSetUp> {
    const { id, teamId } = row;
    const found = await stores.groups.byId(teamId, id);
    const before = found ? { ...(await current(stores, found)), id, teamId } : null;
    checkSaved(await stores.groups.update(row));
    await setBelongingOfGroup(stores, row, belonging);
    const saved = await current(stores, row);
    await this.#changes.record(stores, who, 'group', { before, after: { ...saved, id, teamId } });
    return saved;
  }
}

function kept<T extends Pick<GroupSetUpPatch, 'overflow'>>({
  overflow,
  ...fields
}: T): Omit<T, 'overflow'> & { overflow?: GroupRow['overflow'] } {
  if (overflow === undefined) return fields;
  return { ...fields, overflow: overflow && overflowOf(overflow) };
}

/** @throws not-found when there is none that is open */
export async function openGroup({ groups }: SetUpStores, teamId: TeamId, id: GroupId): Promise<GroupRow> {
  const found = await groups.byId(teamId, id);
  if (!found || found.closedAt !== null) throw missing('group');
  return found;
}

async function existing(
  stores: SetUpStores,
  teamId: TeamId,
  id: GroupId,
  version: number,
): Promise<GroupRow> {
  const found = await openGroup(stores, teamId, id);
  checkVersion(found, version, await current(stores, found));
  return found;
}

async function refuseTaken({ groups }: SetUpStores, { id, teamId, number }: GroupRow): Promise<void> {
  const others = (await groups.all(teamId)).filter((each) => each.id !== id && each.closedAt === null);
  if (others.some((each) => each.number === number)) throw numberTaken(number);
}

async function current({ groups }: SetUpStores, row: GroupRow): Promise<GroupSetUp> {
  const members = await groups.membersOf(row.teamId, row.id);
  const leaders = await groups.leadersOf(row.teamId, row.id);
  return {
    ...fieldsOf(row),
    members: members.map(({ agentId, static: isStatic, level }) => ({ agentId, static: isStatic, level })),
    leaders: leaders.map(({ agentId }) => agentId),
  };
}

function fieldsOf({ teamId: _teamId, successorId: _successorId, ...group }: GroupRow): GroupFields {
  return group;
}

function personOf({ id, number, name, active }: AgentRow): LeaderPage['items'][number] {
  return { id, number, name, active };
}
