import type {
  ReasonListQuery,
  ReasonSetUp,
  ReasonSetUpInput,
  ReasonSetUpPatch,
} from '../../contract/set-up.ts';
import type { Page } from '../../contract/wire.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import type { ReasonId } from '../../core/kernel/ids.ts';
import { patched } from '../../core/kernel/patched.ts';
import { checkSaved, checkVersion, missing } from './set-up-changes.ts';
import type { SetUpChanges } from './set-up-changes.ts';
import type { ReasonRow } from './set-up-store.ts';

/** Reasons of pauses and of calls. One that is deleted keeps its name where it was chosen. */
export class SetUpReasons {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  list({ teamId }: Requester, query: ReasonListQuery): Promise<Page<ReasonSetUp>> {
    return this.#changes.read(async ({ teams }) => {
      const { items, next } = await teams.searchReasons(teamId, query);
      return { items: items.map(shown), next };
    });
  }

  get({ teamId }: Requester, id: ReasonId): Promise<ReasonSetUp> {
    return this.#changes.read(async ({ teams }) => {
      const found = (await teams.reasons(teamId)).find((each) => each.id === id);
      if (!found || found.deletedAt !== null) throw missing('reason');
      return shown(found);
    });
  }

  create(who: Requester, input: ReasonSetUpInput): Promise<ReasonSetUp> {
    return this.#changes.change(who, async (stores) => {
      const id = this.#changes.deps.ids.next<ReasonId>('reason');
      const row: ReasonRow = { ...input, id, teamId: who.teamId, version: 1, deletedAt: null };
      await stores.teams.insertReason(row);
      await this.#changes.record(stores, who, 'reason', { before: null, after: row });
      return shown(row);
    });
  }

  change(who: Requester, id: ReasonId, version: number, patch: ReasonSetUpPatch): Promise<ReasonSetUp> {
    return this.#save(who, id, version, (found) => patched(found, patch));
  }

  async remove(who: Requester, id: ReasonId, version: number): Promise<void> {
    const deletedAt = this.#changes.deps.clock.now();
    await this.#save(who, id, version, (found) => ({ ...found, deletedAt }));
  }

  #save(
    who: Requester,
    id: ReasonId,
    version: number,
    next: (found: ReasonRow) => ReasonRow,
  ): Promise<ReasonSetUp> {
    return this.#changes.change(who, async (stores) => {
      const found = (await stores.teams.reasons(who.teamId)).find((each) => each.id === id);
      if (!found || found.deletedAt !== null) throw missing('reason');
      checkVersion(found, version, shown(found));
      const row = { ...next(found), version: version + 1 };
      checkSaved(await stores.teams.updateReason(row));
      await this.#changes.record(stores, who, 'reason', {
        before: found,
        after: row.deletedAt === null ? row : null,
      });
      return shown(row);
    });
  }
}

function shown({ id, kind, label, position, version }: ReasonRow): ReasonSetUp {
  return { id, kind, label, position, version };
}
