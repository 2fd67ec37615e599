import { EntitySchema, type EntityManager } from 'typeorm';
import type { RoleId, TeamId } from '../../core/kernel/ids.ts';
import { id, integer, json, primaryId, text } from '../../store/columns.ts';
import { updateVersioned } from '../../store/versioned.ts';
import type { RoleRow, RoleStore } from './set-up-store.ts';

const OwnRole = new EntitySchema<RoleRow>({
  name: 'role',
  columns: { id: primaryId, teamId: id, name: text, reach: text, rights: json, version: integer },
});

export const roleEntities = [OwnRole];

export class Roles implements RoleStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  all(teamId: TeamId): Promise<RoleRow[]> {
    return this.#manager.find(OwnRole, { where: { teamId }, order: { name: 'ASC', id: 'ASC' } });
  }

  byId(teamId: TeamId, roleId: RoleId): Promise<RoleRow | null> {
    return this.#manager.findOneBy(OwnRole, { teamId, id: roleId });
  }

  async insert(role: RoleRow): Promise<void> {
    await this.#manager.insert(OwnRole, role);
  }

  update({ id: roleId, teamId, version, ...columns }: RoleRow): Promise<boolean> {
    return updateVersioned(this.#manager, OwnRole, { id: roleId, teamId, version }, columns);
  }

  async remove({ id: roleId, teamId }: Pick<RoleRow, 'teamId' | 'id'>): Promise<void> {
    await this.#manager.delete(OwnRole, { teamId, id: roleId });
  }
}
