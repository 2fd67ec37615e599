import { randomInt } from 'node:crypto';
import type {
  Effects,
  PhoneCredential,
  PhoneInput,
  PhoneListQuery,
  PhoneSetUp,
} from '../../contract/people.ts';
import type { Page } from '../../contract/wire.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import type { EndpointId } from '../../core/kernel/ids.ts';
import { checkSaved, checkVersion, missing } from './set-up-changes.ts';
import type { SetUpChanges, SetUpStores } from './set-up-changes.ts';
import type { PhoneRow } from './set-up-store.ts';

/** Desk phones. Their passwords are made here, told once, and kept as what a registrar compares. */
export class SetUpPhones {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  list({ teamId }: Requester, query: PhoneListQuery): Promise<Page<PhoneSetUp>> {
    return this.#changes.read(async ({ phones }) => {
      const { items, next } = await phones.search(teamId, query);
      return { items: items.map(shown), next };
    });
  }

  get({ teamId }: Requester, id: EndpointId): Promise<PhoneSetUp> {
    return this.#changes.read(async (stores) => shown(await existing(stores, teamId, id)));
  }

  effects({ teamId }: Requester, id: EndpointId): Promise<Effects> {
    return this.#changes.read(async (stores) => {
      await existing(stores, teamId, id);
      return this.#changes.effects(teamId, { kind: 'phone', id }, []);
    });
  }

  create(who: Requester, { name }: PhoneInput): Promise<PhoneCredential> {
    const { ids } = this.#changes.deps;
    // Unique over all teams, and easy to key in.
    const username = `d${randomInt(10 ** 9, 10 ** 10)}`;
    const { password, ...hashes } = this.#newSecret(username);
    return this.#changes.change(who, async (stores) => {
      const endpointId = ids.next<EndpointId>('phone');
      const row: PhoneRow = { endpointId, teamId: who.teamId, username, name, ...hashes, version: 1 };
      await stores.phones.insert(row);
      await this.#record(stores, who, null, row);
      return this.#told(row, password);
    });
  }

  rename(who: Requester, id: EndpointId, version: number, { name }: PhoneInput): Promise<PhoneSetUp> {
    return this.#save(who, id, version, (found) => ({ ...found, name })).then(shown);
  }

  /** The password of before is worth nothing from now on: the telephone registers anew with this one. */
  async renew(who: Requester, id: EndpointId, version: number): Promise<PhoneCredential> {
    let made = '';
    const row = await this.#save(who, id, version, (found) => {
      const { password, ...hashes } = this.#newSecret(found.username);
      made = password;
      return { ...found, ...hashes };
    });
    return this.#told(row, made);
  }

  async remove(who: Requester, id: EndpointId, version: number): Promise<void> {
    await this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who.teamId, id);
      checkVersion(found, version, shown(found));
      await stores.phones.remove(found);
      await this.#record(stores, who, found, null);
    });
  }

  #save(
    who: Requester,
    id: EndpointId,
    version: number,
    next: (found: PhoneRow) => PhoneRow,
  ): Promise<PhoneRow> {
    return this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who.teamId, id);
      checkVersion(found, version, shown(found));
      const row = { ...next(found), version: version + 1 };
      checkSaved(await stores.phones.update(row));
      await this.#record(stores, who, found, row);
      return row;
    });
  }

  #newSecret(username: string): Pick<PhoneRow, 'ha1' | 'ha1Sha256'> & { password: string } {
    const { sip } = this.#changes.deps;
    const password = sip.newPassword();
    return { password, ha1: sip.ha1(username, password), ha1Sha256: sip.ha1Sha256(username, password) };
  }

  #told(row: PhoneRow, password: string): PhoneCredential {
    const { realm, registrarPort: port } = this.#changes.deps.sip;
    const { username, name } = row;
    const text = [
      `display name: ${name}`,
      `user name: ${username}`,
      `authentication name: ${username}`,
      `password: ${password}`,
      `realm: ${realm}`,
      'registrar: the address of this server, UDP or TCP, at its SIP port (TELEBAR_SIP_PORT)',
    ].join('\n');
    return { ...shown(row), credential: { username, password, realm, port, text } };
  }

  async #record(
    stores: SetUpStores,
    who: Requester,
    before: PhoneRow | null,
    after: PhoneRow | null,
  ): Promise<void> {
    await this.#changes.record(stores, who, 'phone', {
      before: before && named(before),
      after: after && named(after),
    });
  }
}

async function existing(
  { phones }: SetUpStores,
  teamId: PhoneRow['teamId'],
  id: EndpointId,
): Promise<PhoneRow> {
  const found = await phones.byId(teamId, id);
  if (!found) throw missing('desk phone');
  return found;
}

function named(row: PhoneRow): PhoneRow & { id: string } {
  return { ...row, id: row.endpointId };
}

function shown({ endpointId, name, username, version }: PhoneRow): PhoneSetUp {
  return { id: endpointId, name, username, version };
}
