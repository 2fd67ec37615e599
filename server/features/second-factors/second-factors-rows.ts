import { EntitySchema, LessThan, LessThanOrEqual, type EntityManager } from 'typeorm';
import type { AgentId, TeamId } from '../../core/kernel/ids.ts';
import { id, integer, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { placeOf } from '../../store/sealed-columns.ts';
import type { Secrets } from '../../store/secrets.ts';
import type { SecondFactorRow, SecondFactorStore } from './second-factors-store.ts';

interface SecondFactorRecord extends Omit<SecondFactorRow, 'recovery'> {
  /** JSON. */
  recovery: string;
}
const SecondFactor = new EntitySchema<SecondFactorRecord>({
  name: 'second_factor',
  columns: {
    agentId: primaryId,
    teamId: id,
    secret: text,
    confirmedAt: nullable(milliseconds),
    lastStep: milliseconds,
    recovery: text,
    wrongCodes: integer,
    wrongSince: milliseconds,
  },
});

export const secondFactorEntities = [SecondFactor];

export class SecondFactorRows implements SecondFactorStore {
  readonly #manager: EntityManager;
  readonly #secrets: Secrets;
  constructor(manager: EntityManager, secrets: Secrets) {
    this.#manager = manager;
    this.#secrets = secrets;
  }

  async byAgent(teamId: TeamId, agentId: AgentId): Promise<SecondFactorRow | null> {
    const record = await this.#manager.findOneBy(SecondFactor, { teamId, agentId });
    return (
      record && {
        ...record,
        secret: this.#secrets.open(record.secret, placeOfKey(agentId)),
        recovery: JSON.parse(record.recovery) as string[],
      }
    );
  }

  async set(row: SecondFactorRow): Promise<void> {
    await this.#manager.delete(SecondFactor, { agentId: row.agentId });
    await this.#manager.insert(SecondFactor, {
      ...row,
      secret: this.#secrets.seal(row.secret, placeOfKey(row.agentId)),
      recovery: JSON.stringify(row.recovery),
    });
  }

  async takeStep(agentId: AgentId, step: number): Promise<boolean> {
    const where = { agentId, lastStep: LessThan(step) };
    const { affected } = await this.#manager.update(SecondFactor, where, { lastStep: step });
    return affected === 1;
  }

  async keepRecovery(agentId: AgentId, was: readonly string[], now: readonly string[]): Promise<boolean> {
    const where = { agentId, recovery: JSON.stringify(was) };
    const { affected } = await this.#manager.update(SecondFactor, where, { recovery: JSON.stringify(now) });
    return affected === 1;
  }

  async countAttempt(agentId: AgentId, now: number, oldest: number): Promise<void> {
    const anew = { agentId, wrongSince: LessThanOrEqual(oldest) };
    await this.#manager.update(SecondFactor, anew, { wrongCodes: 0, wrongSince: now });
    await this.#manager.increment(SecondFactor, { agentId }, 'wrongCodes', 1);
  }

  async uncountAttempt(agentId: AgentId): Promise<void> {
    await this.#manager.decrement(SecondFactor, { agentId }, 'wrongCodes', 1);
  }

  async remove(teamId: TeamId, agentId: AgentId): Promise<boolean> {
    const { affected } = await this.#manager.delete(SecondFactor, { teamId, agentId });
    return affected === 1;
  }
}

function placeOfKey(agentId: AgentId): string {
  return placeOf('second_factor', 'secret', agentId);
}
