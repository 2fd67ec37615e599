import type { Page } from '../../contract/wire.ts';
import type { Customer, CustomerInput, CustomerPatch, CustomerQuery } from '../../contract/customer.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { CustomerId } from '../../core/kernel/ids.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { appendChange } from '../audit/record-change.ts';
import { mergeFields } from './customer-fields.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import type { CustomerRow } from './customers-store.ts';
import type { CustomerStore } from './customers-store.ts';
import type { CustomerFieldStore, FieldRow } from '../set-up/set-up-store.ts';

/** What cards are read from and written to. */
interface CustomerStores {
  readonly fields: Pick<CustomerFieldStore, 'all'>;
  readonly customers: CustomerStore;
  readonly outbox: Outbox;
}

export interface CustomersDeps {
  readonly unitOfWork: UnitOfWork<CustomerStores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly numbers: Numbers;
}

export interface Customers {
  list(who: Requester, query: CustomerQuery): Promise<Page<Customer>>;
  get(who: Requester, id: CustomerId): Promise<Customer>;
  create(who: Requester, input: CustomerInput): Promise<Customer>;
  update(who: Requester, id: CustomerId, patch: CustomerPatch): Promise<Customer>;
}

/** Customer cards of a team. */
export class CustomerCards implements Customers {
  readonly #deps: CustomersDeps;

  constructor(deps: CustomersDeps) {
    this.#deps = deps;
  }

  list(who: Requester, query: CustomerQuery): Promise<Page<Customer>> {
    return this.#deps.unitOfWork.read(async ({ customers }) => {
      if (query.number !== undefined) {
        const matches = await customers.byNumber(
          who.teamId,
          this.#deps.numbers.comparableNumber(query.number),
        );
        return { items: matches.map(toCustomer), next: null };
      }
      const page = await customers.search(who.teamId, query.q ?? null, query.cursor ?? null, query.limit);
      return { items: page.items.map(toCustomer), next: page.next };
    });
  }

  get(who: Requester, id: CustomerId): Promise<Customer> {
    return this.#deps.unitOfWork.run(async (repositories) =>
      toCustomer(await existing(repositories, who, id)),
    );
  }

  create(who: Requester, input: CustomerInput): Promise<Customer> {
    return this.#deps.unitOfWork.run(async (repositories) => {
      const fields = await fieldsOf(repositories, who);
      const now = this.#deps.clock.now();
      const row: CustomerRow = {
        id: this.#deps.ids.next<CustomerId>('customer'),
        teamId: who.teamId,
        name: input.name,
        numbers: this.#distinct(input.numbers),
        company: input.company ?? '',
        email: input.email ?? '',
        address: input.address ?? '',
        note: input.note ?? '',
        fields: mergeFields(fields, null, input.fields ?? {}),
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      requireNameOrNumber(row);
      await this.#refuseNumbersOfOthers(repositories, row, row.numbers);
      await repositories.customers.insert(row, this.#comparable(row.numbers));
      await this.#told(repositories, who, null, row);
      return toCustomer(row);
    });
  }

  update(who: Requester, id: CustomerId, patch: CustomerPatch): Promise<Customer> {
    return this.#deps.unitOfWork.run(async (repositories) => {
      const stored = await existing(repositories, who, id);
      if (stored.version !== patch.version) throw conflict(stored);
      const fields = await fieldsOf(repositories, who);
      const numbers = patch.numbers === undefined ? stored.numbers : this.#distinct(patch.numbers);
      const row: CustomerRow = {
        ...stored,
        name: patch.name ?? stored.name,
        numbers,
        company: patch.company ?? stored.company,
        email: patch.email ?? stored.email,
        address: patch.address ?? stored.address,
        note: patch.note ?? stored.note,
        fields: mergeFields(fields, stored.fields, patch.fields ?? {}),
        version: stored.version + 1,
        updatedAt: this.#deps.clock.now(),
      };
      // A number that two cards share already may stay; only what this change adds is judged.
      requireNameOrNumber(row);
      const added = numbers.filter(
        (number) => !stored.numbers.some((each) => this.#deps.numbers.isSameNumber(each, number)),
      );
      await this.#refuseNumbersOfOthers(repositories, row, added);
      const saved = await repositories.customers.update(row, this.#comparable(numbers), stored.version);
      // Several servers share a PostgreSQL: somebody was faster since the row was read.
      if (!saved) throw conflict(await existing(repositories, who, id));
      await this.#told(repositories, who, stored, row);
      return toCustomer(row);
    });
  }

  async #told(
    { outbox }: CustomerStores,
    who: Requester,
    before: CustomerRow | null,
    after: CustomerRow,
  ): Promise<void> {
    const { ids } = this.#deps;
    await appendChange(outbox, who, 'customer', { before, after }, { ids, now: after.updatedAt });
  }

  /** In the order of `numbers`. */
  #comparable(numbers: readonly string[]): string[] {
    return numbers.map((number) => this.#deps.numbers.comparableNumber(number));
  }

  async #refuseNumbersOfOthers(
    repositories: CustomerStores,
    row: CustomerRow,
    numbers: readonly string[],
  ): Promise<void> {
    const spelling = this.#deps.numbers;
    for (const number of numbers) {
      const owners = await repositories.customers.byNumber(row.teamId, spelling.comparableNumber(number));
      const other = owners.find(
        (owner) => owner.id !== row.id && owner.numbers.some((each) => spelling.isSameNumber(each, number)),
      );
      if (other !== undefined) {
        throw new DomainError('duplicate-number', 'The number belongs to another customer.', {
          number,
          customerId: other.id,
        });
      }
    }
  }

  /** Two spellings of one number are kept once, as written first. */
  #distinct(numbers: readonly string[]): string[] {
    const isSame = (one: string, other: string) => this.#deps.numbers.isSameNumber(one, other);
    return numbers.filter((number, n) => !numbers.slice(0, n).some((before) => isSame(before, number)));
  }
}

async function existing(repositories: CustomerStores, who: Requester, id: CustomerId): Promise<CustomerRow> {
  const row = await repositories.customers.byId(who.teamId, id);
  if (row === null) throw new DomainError('not-found', 'There is no such customer.');
  return row;
}

/** What agents only see cannot be asked of a program either: it may come later. */
function writable(field: FieldRow): FieldRow {
  return { ...field, required: field.required && !field.readOnly, readOnly: false };
}

/** Agents fill in what is not only for them to see; programs all of it. */
async function fieldsOf(repositories: CustomerStores, { kind, teamId }: Requester): Promise<FieldRow[]> {
  const fields = (await repositories.fields.all(teamId)).filter(({ deletedAt }) => deletedAt === null);
  return kind === 'agent' ? fields : fields.map(writable);
}

/** One of the two is what a card is found and shown by. */
function requireNameOrNumber({ name, numbers }: CustomerRow): void {
  if (name !== '' || numbers.length > 0) return;
  throw new DomainError('invalid-request', 'A customer needs a name or a number.', {
    errors: [{ path: 'name', message: 'A customer needs a name or a number' }],
  });
}

function conflict(current: CustomerRow): DomainError {
  return new DomainError('version-conflict', 'Somebody else has changed the customer.', {
    current: toCustomer(current),
  });
}

function toCustomer({ teamId: _teamId, ...customer }: CustomerRow): Customer {
  return customer;
}
