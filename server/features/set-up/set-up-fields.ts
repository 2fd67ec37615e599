import type {
  FieldListQuery,
  FieldSetUp,
  FieldSetUpInput,
  FieldSetUpPatch,
} from '../../contract/customer-fields.ts';
import type { Effects } from '../../contract/people.ts';
import type { Page } from '../../contract/wire.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { FieldId, TeamId } from '../../core/kernel/ids.ts';
import { patched } from '../../core/kernel/patched.ts';
import type { FieldOption } from '../../core/model/set-up.ts';
import { checkSaved, checkVersion, missing } from './set-up-changes.ts';
import type { SetUpChanges, SetUpStores } from './set-up-changes.ts';
import type { FieldRow } from './set-up-store.ts';

/** More make no card that anybody fills in. */
const MOST_FIELDS = 50;

type GivenOption = NonNullable<FieldSetUpInput['options']>[number];

/** Fields of customer cards. What was entered in one that is removed stays in the cards, and in what is told of their changes. */
export class SetUpFields {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  list({ teamId }: Requester, query: FieldListQuery): Promise<Page<FieldSetUp>> {
    return this.#changes.read(async ({ fields }) => {
      const { items, next } = await fields.search(teamId, query);
      return { items: items.map(shown), next };
    });
  }

  get({ teamId }: Requester, id: FieldId): Promise<FieldSetUp> {
    return this.#changes.read(async (stores) => shown(await existing(stores, teamId, id)));
  }

  /** Every page shows it: who is signed in. */
  effects({ teamId }: Requester, id: FieldId): Promise<Effects> {
    return this.#changes.read(async (stores) => {
      await existing(stores, teamId, id);
      return this.#changes.effects(teamId, { kind: 'team' }, []);
    });
  }

  create(who: Requester, input: FieldSetUpInput): Promise<FieldSetUp> {
    return this.#changes.change(who, async (stores) => {
      const rows = await stores.fields.all(who.teamId);
      if (rows.filter(({ deletedAt }) => deletedAt === null).length >= MOST_FIELDS) {
        throw refused('key', `A card has at most ${MOST_FIELDS} fields of its own: remove one first`);
      }
      const row: FieldRow = {
        id: this.#changes.deps.ids.next<FieldId>('field'),
        teamId: who.teamId,
        key: keyOf(input, new Set(rows.map(({ key }) => key))),
        label: input.label,
        type: input.type,
        required: input.required ?? false,
        readOnly: input.readOnly ?? false,
        options: optionsOf(input.type, input.options ?? [], []),
        position: input.position,
        version: 1,
        deletedAt: null,
      };
      await stores.fields.insert(row);
      await this.#changes.record(stores, who, 'customer-field', { before: null, after: told(row) });
      return shown(row);
    });
  }

  change(who: Requester, id: FieldId, version: number, patch: FieldSetUpPatch): Promise<FieldSetUp> {
    return this.#save(who, id, version, (found) => {
      const { options, ...rest } = patch;
      const kept = options === undefined ? found.options : optionsOf(found.type, options, found.options);
      return patched(found, { ...rest, options: kept });
    });
  }

  async remove(who: Requester, id: FieldId, version: number): Promise<void> {
    const deletedAt = this.#changes.deps.clock.now();
    await this.#save(who, id, version, (found) => ({ ...found, deletedAt }));
  }

  #save(
    who: Requester,
    id: FieldId,
    version: number,
    next: (found: FieldRow) => FieldRow,
  ): Promise<FieldSetUp> {
    return this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who.teamId, id);
      checkVersion(found, version, shown(found));
      const row = { ...next(found), version: version + 1 };
      checkSaved(await stores.fields.update(row));
      await this.#changes.record(stores, who, 'customer-field', {
        before: told(found),
        after: row.deletedAt === null ? told(row) : null,
      });
      return shown(row);
    });
  }
}

async function existing(
  { fields }: Pick<SetUpStores, 'fields'>,
  teamId: TeamId,
  id: FieldId,
): Promise<FieldRow> {
  const found = (await fields.all(teamId)).find((each) => each.id === id);
  if (!found || found.deletedAt !== null) throw missing('field');
  return found;
}

/** Never one that another field has or had: what is kept under it would be taken for this one's. */
function keyOf({ key, label }: FieldSetUpInput, taken: ReadonlySet<string>): string {
  if (key !== undefined) {
    if (taken.has(key)) throw refused('key', 'Another field has this key or had it: choose another one');
    return key;
  }
  const words = label.en
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '');
  return unused(words.slice(0, 30) || 'field', taken, '_');
}

/** An option that is there keeps its value whatever it is called now; a new one has its English name, as far as that is free. */
function optionsOf(
  type: FieldRow['type'],
  given: readonly GivenOption[],
  before: readonly FieldOption[],
): FieldOption[] {
  if (type !== 'choice' && given.length > 0) throw refused('options', 'Only a choice has options');
  if (type === 'choice' && given.length === 0) throw refused('options', 'A choice needs an option');
  const known = new Set(before.map(({ value }) => value));
  const taken = new Set<string>();
  const options = given.map(({ value, ...label }) => {
    const isKnown = value !== undefined && known.has(value) && !taken.has(value);
    const kept = isKnown ? value : unused(value ?? label.en, new Set([...taken, ...known]), ' ');
    taken.add(kept);
    return { value: kept, ...label };
  });
  for (const locale of ['en', 'zh-CN'] as const) {
    if (new Set(options.map((option) => option[locale])).size < options.length) {
      throw refused('options', 'Two options have the same name');
    }
  }
  return options;
}

function unused(wanted: string, taken: ReadonlySet<string>, separator: string): string {
  let found = wanted;
  for (let n = 2; taken.has(found); n++) found = `${wanted}${separator}${n}`;
  return found;
}

function refused(path: string, message: string): DomainError {
  return new DomainError('invalid-request', `${message}.`, { errors: [{ path, message }] });
}

/** As the audit has it, where what is called a key is a secret. */
function told({ key, ...row }: FieldRow) {
  return { ...row, name: key };
}

function shown({ teamId: _teamId, deletedAt: _deletedAt, ...field }: FieldRow): FieldSetUp {
  return field;
}
