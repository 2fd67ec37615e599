import { EntitySchema, LessThan, type EntityManager } from 'typeorm';
import type { AgentId } from '../../core/kernel/ids.ts';
import { id, milliseconds, primaryId } from '../../store/columns.ts';
import { deleteSome } from '../../store/some-rows.ts';
import type { PasswordResetRow, PasswordResetStore } from './password-resets-store.ts';

const PasswordReset = new EntitySchema<PasswordResetRow>({
  name: 'password_reset',
  columns: { id: primaryId, teamId: id, agentId: id, expiresAt: milliseconds },
});

export const passwordResetEntities = [PasswordReset];

export class PasswordResetRows implements PasswordResetStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async set(link: PasswordResetRow): Promise<void> {
    await this.endOf(link.agentId);
    await this.#manager.insert(PasswordReset, link);
  }

  byHash(hash: string): Promise<PasswordResetRow | null> {
    return this.#manager.findOneBy(PasswordReset, { id: hash });
  }

  async use(hash: string): Promise<boolean> {
    const { affected } = await this.#manager.delete(PasswordReset, { id: hash });
    return affected === 1;
  }

  async endOf(agentId: AgentId): Promise<void> {
    await this.#manager.delete(PasswordReset, { agentId });
  }

  deleteExpired(before: number, most: number): Promise<number> {
    return deleteSome(this.#manager, PasswordReset, { expiresAt: LessThan(before) }, most);
  }
}
