import { EntitySchema, type EntityManager } from 'typeorm';
import type { TeamId } from '../../core/kernel/ids.ts';
import { flag, integer, json, nullable, primaryId, text } from '../../store/columns.ts';
import { placeOf } from '../../store/sealed-columns.ts';
import type { Secrets } from '../../store/secrets.ts';
import { updateVersioned } from '../../store/versioned.ts';
import type { SignOnRow, SignOnStore } from './single-sign-on-store.ts';

const SingleSignOn = new EntitySchema<SignOnRow>({
  name: 'single_sign_on',
  columns: {
    teamId: primaryId,
    active: flag,
    label: text,
    issuer: text,
    clientId: text,
    clientSecret: nullable(text),
    claim: text,
    matches: text,
    unknownUsers: text,
    domains: json,
    trustsFactor: flag,
    endsSession: flag,
    version: integer,
  },
});

export const signOnEntities = [SingleSignOn];

export class SignOnRows implements SignOnStore {
  readonly #manager: EntityManager;
  readonly #secrets: Secrets;
  constructor(manager: EntityManager, secrets: Secrets) {
    this.#manager = manager;
    this.#secrets = secrets;
  }

  async byTeam(teamId: TeamId): Promise<SignOnRow | null> {
    const row = await this.#manager.findOneBy(SingleSignOn, { teamId });
    return (
      row && {
        ...row,
        clientSecret: row.clientSecret && this.#secrets.open(row.clientSecret, placeOfSecret(teamId)),
      }
    );
  }

  async insert(row: SignOnRow): Promise<void> {
    await this.#manager.insert(SingleSignOn, this.#sealed(row));
  }

  update(row: SignOnRow): Promise<boolean> {
    const { teamId, version, ...columns } = this.#sealed(row);
    return updateVersioned(this.#manager, SingleSignOn, { teamId, version }, columns);
  }

  #sealed(row: SignOnRow): SignOnRow {
    const { clientSecret, teamId } = row;
    return { ...row, clientSecret: clientSecret && this.#secrets.seal(clientSecret, placeOfSecret(teamId)) };
  }
}

function placeOfSecret(teamId: TeamId): string {
  return placeOf('single_sign_on', 'client_secret', teamId);
}
