import type {
  BindingListQuery,
  BindingSetUp,
  BindingSetUpInput,
  BindingSetUpPatch,
} from '../../contract/app-bindings.ts';
import type { Effects } from '../../contract/people.ts';
import type { Page } from '../../contract/wire.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { BindingId, TeamId } from '../../core/kernel/ids.ts';
import { patched } from '../../core/kernel/patched.ts';
import { checkSaved, checkVersion, missing } from './set-up-changes.ts';
import type { SetUpChanges, SetUpStores } from './set-up-changes.ts';
import { knownGroups } from './set-up-links.ts';
import type { BindingRow } from './set-up-store.ts';

/** What pops for which calls. Calls that are under way follow at once; what has popped stays. */
export class SetUpBindings {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  list({ teamId }: Requester, query: BindingListQuery): Promise<Page<BindingSetUp>> {
    return this.#changes.read(async ({ bindings }) => {
      const { items, next } = await bindings.search(teamId, query);
      return { items: items.map(shown), next };
    });
  }

  get({ teamId }: Requester, id: BindingId): Promise<BindingSetUp> {
    return this.#changes.read(async (stores) => shown(await existing(stores, teamId, id)));
  }

  effects({ teamId }: Requester, id: BindingId): Promise<Effects> {
    return this.#changes.read(async (stores) => {
      await existing(stores, teamId, id);
      return this.#changes.effects(teamId, { kind: 'team' }, []);
    });
  }

  create(who: Requester, input: BindingSetUpInput): Promise<BindingSetUp> {
    return this.#changes.change(who, async (stores) => {
      const { groupIds = [], directions = [], dids = [], onAnswer = false, url = '', ...given } = input;
      const row = checked({
        ...{ ...given, directions, dids, onAnswer, url },
        id: this.#changes.deps.ids.next<BindingId>('binding'),
        teamId: who.teamId,
        groupIds: await knownGroups(stores, who.teamId, groupIds),
        version: 1,
      });
      await stores.bindings.insert(row);
      await this.#changes.record(stores, who, 'app-binding', { before: null, after: row });
      return shown(row);
    });
  }

  change(who: Requester, id: BindingId, version: number, patch: BindingSetUpPatch): Promise<BindingSetUp> {
    return this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who.teamId, id);
      checkVersion(found, version, shown(found));
      const { groupIds, ...rest } = patch;
      const known = groupIds && (await knownGroups(stores, who.teamId, groupIds));
      const row = checked({ ...patched(found, { ...rest, groupIds: known }), version: version + 1 });
      checkSaved(await stores.bindings.update(row));
      await this.#changes.record(stores, who, 'app-binding', { before: found, after: row });
      return shown(row);
    });
  }

  async remove(who: Requester, id: BindingId, version: number): Promise<void> {
    await this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who.teamId, id);
      checkVersion(found, version, shown(found));
      await stores.bindings.remove(found);
      await this.#changes.record(stores, who, 'app-binding', { before: found, after: null });
    });
  }
}

async function existing(
  { bindings }: Pick<SetUpStores, 'bindings'>,
  teamId: TeamId,
  id: BindingId,
): Promise<BindingRow> {
  const found = (await bindings.all(teamId)).find((each) => each.id === id);
  if (!found) throw missing('binding');
  return found;
}

/** An address has to be there, and is there for nothing else. */
function checked(row: BindingRow): BindingRow {
  if (row.mode !== 'url') return { ...row, url: '' };
  if (row.url !== '') return row;
  const message = 'Say which address opens';
  throw new DomainError('invalid-request', `${message}.`, { errors: [{ path: 'url', message }] });
}

function shown({ teamId: _teamId, ...binding }: BindingRow): BindingSetUp {
  return binding;
}
