import { EntitySchema, type EntityManager } from 'typeorm';
import type { TeamId } from '../../core/kernel/ids.ts';
import { flag, id, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import type { GroupStore, GroupRow, LeaderRow, MemberRow } from './set-up-store.ts';

const Group = new EntitySchema<GroupRow>({
  name: 'agent_group',
  columns: {
    id: primaryId,
    teamId: id,
    name: text,
    number: text,
    ringMs: milliseconds,
    retryMs: milliseconds,
    acwMode: text,
    acwLimitMs: nullable(milliseconds),
    dialling: text,
    callerId: nullable(text),
  },
});

const Member = new EntitySchema<MemberRow>({
  name: 'group_member',
  columns: { groupId: primaryId, agentId: primaryId, teamId: id, static: { ...flag, name: 'is_static' } },
});

const Leader = new EntitySchema<LeaderRow>({
  name: 'group_leader',
  columns: { groupId: primaryId, agentId: primaryId, teamId: id },
});

export const groupEntities = [Group, Member, Leader];

export class Groups implements GroupStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  all(teamId: TeamId): Promise<GroupRow[]> {
    return this.#manager.find(Group, { where: { teamId }, order: { number: 'ASC' } });
  }

  members(teamId: TeamId): Promise<MemberRow[]> {
    return this.#manager.find(Member, { where: { teamId }, order: { groupId: 'ASC', agentId: 'ASC' } });
  }

  async insert(group: GroupRow): Promise<void> {
    await this.#manager.insert(Group, group);
  }

  async insertMember(member: MemberRow): Promise<void> {
    await this.#manager.insert(Member, member);
  }

  leaders(teamId: TeamId): Promise<LeaderRow[]> {
    return this.#manager.find(Leader, { where: { teamId }, order: { groupId: 'ASC', agentId: 'ASC' } });
  }

  async insertLeader(leader: LeaderRow): Promise<void> {
    await this.#manager.insert(Leader, leader);
  }
}
