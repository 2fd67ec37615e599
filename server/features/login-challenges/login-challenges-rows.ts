import { EntitySchema, LessThan, type EntityManager } from 'typeorm';
import { id, json, milliseconds, nullable, primaryId, text } from '../../store/columns.ts';
import { deleteSome } from '../../store/some-rows.ts';
import type { LoginChallengeRow, LoginChallengeStore } from './login-challenges-store.ts';

const LoginChallenge = new EntitySchema<LoginChallengeRow>({
  name: 'login_challenge',
  columns: {
    id: primaryId,
    kind: text,
    teamId: nullable(id),
    agentId: nullable(id),
    content: json,
    expiresAt: milliseconds,
  },
});

export const loginChallengeEntities = [LoginChallenge];

export class LoginChallengeRows implements LoginChallengeStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async add(challenge: LoginChallengeRow): Promise<void> {
    await this.#manager.insert(LoginChallenge, challenge);
  }

  async take(challengeId: string, kind: LoginChallengeRow['kind']): Promise<LoginChallengeRow | null> {
    const found = await this.#manager.findOneBy(LoginChallenge, { id: challengeId, kind });
    if (found === null) return null;
    const { affected } = await this.#manager.delete(LoginChallenge, { id: challengeId });
    return affected === 1 ? found : null;
  }

  deleteExpired(before: number, most: number): Promise<number> {
    return deleteSome(this.#manager, LoginChallenge, { expiresAt: LessThan(before) }, most);
  }
}
