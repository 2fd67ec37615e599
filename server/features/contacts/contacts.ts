import type { Contact, ContactInput, ContactPatch, ContactQuery } from '../../contract/contact.ts';
import type { Page } from '../../contract/wire.ts';
import { powerOf } from '../../core/model/rights.ts';
import { agentIdOf, type Identity, type Requester } from '../../core/kernel/actor.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { patched } from '../../core/kernel/patched.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { ContactId } from '../../core/kernel/ids.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { appendChange } from '../audit/record-change.ts';
import type { ContactRow, ContactStore } from './contacts-store.ts';

interface ContactStores {
  readonly contacts: ContactStore;
  readonly outbox: Outbox;
}

interface ContactsDeps {
  readonly unitOfWork: UnitOfWork<ContactStores>;
  readonly clock: Clock;
  readonly ids: IdSource;
}

export interface Contacts {
  list(who: Requester, query: ContactQuery): Promise<Page<Contact>>;
  create(who: Requester, input: ContactInput): Promise<Contact>;
  change(who: Requester, id: ContactId, patch: ContactPatch): Promise<Contact>;
  remove(who: Requester, id: ContactId, version: number): Promise<void>;
}

/** The team's phone book, in which leaders write, and each agent's own. */
export class PhoneBook implements Contacts {
  readonly #deps: ContactsDeps;

  constructor(deps: ContactsDeps) {
    this.#deps = deps;
  }

  list(who: Requester, { q, cursor, limit }: ContactQuery): Promise<Page<Contact>> {
    return this.#deps.unitOfWork.read(async ({ contacts }) => {
      const page = await contacts.search(who.teamId, agentIdOf(who), q ?? null, cursor ?? null, limit);
      return { items: page.items.map(shown), next: page.next };
    });
  }

  /** @throws DomainError not-found */
  async numberOf({ teamId, agentId }: Pick<Identity, 'teamId' | 'agentId'>, id: string): Promise<string> {
    const row = await this.#deps.unitOfWork.read(({ contacts }) =>
      contacts.byId(teamId, agentId, asId<ContactId>(id)),
    );
    if (!row) throw missing();
    return row.number;
  }

  /** A key has no phone book but the team's. */
  create(
    who: Requester,
    { shared = who.kind === 'api-key', note = '', ...fields }: ContactInput,
  ): Promise<Contact> {
    const ownerId = shared ? null : agentIdOf(who);
    if (ownerId === null) checkLeader(who);
    const { ids, clock } = this.#deps;
    const row: ContactRow = {
      ...fields,
      note,
      id: ids.next<ContactId>('contact'),
      teamId: who.teamId,
      ownerId,
      version: 1,
      createdAt: clock.now(),
    };
    return this.#deps.unitOfWork.run(async (stores) => {
      await stores.contacts.insert(row);
      await this.#record(stores, who, null, row);
      return shown(row);
    });
  }

  change(who: Requester, id: ContactId, { version, ...patch }: ContactPatch): Promise<Contact> {
    return this.#deps.unitOfWork.run(async (stores) => {
      const before = await existing(stores, who, id, version);
      const row: ContactRow = { ...patched<ContactRow>(before, patch), version: version + 1 };
      if (!(await stores.contacts.update(row))) throw conflict(before);
      await this.#record(stores, who, before, row);
      return shown(row);
    });
  }

  remove(who: Requester, id: ContactId, version: number): Promise<void> {
    return this.#deps.unitOfWork.run(async (stores) => {
      const before = await existing(stores, who, id, version);
      if (!(await stores.contacts.delete(before))) throw conflict(before);
      await this.#record(stores, who, before, null);
    });
  }

  async #record(
    { outbox }: ContactStores,
    who: Requester,
    before: ContactRow | null,
    after: ContactRow | null,
  ): Promise<void> {
    const { ids, clock } = this.#deps;
    await appendChange(outbox, who, 'contact', { before, after }, { ids, now: clock.now() });
  }
}

/** not-found, forbidden (the team's, for who leads nobody), version-conflict with the row as it is. */
async function existing(
  { contacts }: ContactStores,
  who: Requester,
  id: ContactId,
  version: number,
): Promise<ContactRow> {
  const row = await contacts.byId(who.teamId, agentIdOf(who), id);
  if (!row) throw missing();
  if (row.ownerId === null) checkLeader(who);
  if (row.version !== version) throw conflict(row);
  return row;
}

function checkLeader(who: Requester): void {
  const { reach, rights } = powerOf(who);
  if (who.kind === 'api-key') return;
  if (reach === 'own' || !rights.has('supervise'))
    throw new DomainError('forbidden', "Leaders write in the team's phone book.");
}

function missing(): DomainError {
  return new DomainError('not-found', 'There is no such contact.');
}

function conflict(row: ContactRow): DomainError {
  return new DomainError('version-conflict', 'Somebody else has changed it.', { current: shown(row) });
}

function shown({ id, ownerId, name, number, note, version }: ContactRow): Contact {
  return { id, shared: ownerId === null, name, number, note, version };
}
