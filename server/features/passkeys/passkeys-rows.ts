import { EntitySchema, type EntityManager } from 'typeorm';
import type { AgentId, TeamId } from '../../core/kernel/ids.ts';
import { id, json, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import type { PasskeyRow, PasskeyStore } from './passkeys-store.ts';

const Passkey = new EntitySchema<PasskeyRow>({
  name: 'passkey',
  columns: {
    id: primaryId,
    teamId: id,
    agentId: id,
    name: text,
    credentialId: text,
    publicKey: text,
    counter: milliseconds,
    transports: json,
    createdAt: milliseconds,
    lastUsedAt: nullable(milliseconds),
  },
});

export const passkeyEntities = [Passkey];

export class PasskeyRows implements PasskeyStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  byAgent(teamId: TeamId, agentId: AgentId): Promise<PasskeyRow[]> {
    return this.#manager.find(Passkey, {
      where: { teamId, agentId },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
  }

  byCredential(credentialId: string): Promise<PasskeyRow | null> {
    return this.#manager.findOneBy(Passkey, { credentialId });
  }

  async insert(row: PasskeyRow): Promise<void> {
    await this.#manager.insert(Passkey, row);
  }

  async use(
    { id: passkeyId, counter: was }: Pick<PasskeyRow, 'id' | 'counter'>,
    counter: number,
    at: number,
  ) {
    const where = { id: passkeyId, counter: was };
    const { affected } = await this.#manager.update(Passkey, where, { counter, lastUsedAt: at });
    return affected === 1;
  }

  async remove({
    id: passkeyId,
    teamId,
    agentId,
  }: Pick<PasskeyRow, 'id' | 'teamId' | 'agentId'>): Promise<boolean> {
    const { affected } = await this.#manager.delete(Passkey, { id: passkeyId, teamId, agentId });
    return affected === 1;
  }

  async removeAll(teamId: TeamId, agentId: AgentId): Promise<number> {
    const { affected } = await this.#manager.delete(Passkey, { teamId, agentId });
    return affected ?? 0;
  }
}
