import type {
  ReasonListQuery,
  ReasonSetUp,
  ReasonSetUpInput,
  ReasonSetUpPatch,
} from '../../contract/set-up.ts';
import type { Effects } from '../../contract/people.ts';
import type { Page } from '../../contract/wire.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { ReasonId, TeamId } from '../../core/kernel/ids.ts';
import { patched } from '../../core/kernel/patched.ts';
import { MOST_REASON_LEVELS, reasonDepth, reasonsAbove } from '../../core/model/reason-tree.ts';
import { NEW_REASON } from '../../core/model/set-up.ts';
import { RESULT_MARKS } from '../../vocabulary/result-marks.ts';
import { checkSaved, checkVersion, missing } from './set-up-changes.ts';
import type { SetUpChanges, SetUpStores } from './set-up-changes.ts';
import type { ReasonRow } from './set-up-store.ts';

type Reasons = ReadonlyMap<ReasonId, ReasonRow>;

/** Reasons of pauses and of calls, and what came of calls, which stand below each other. One that is deleted keeps its name where it was chosen. */
export class SetUpReasons {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  list({ teamId }: Requester, query: ReasonListQuery): Promise<Page<ReasonSetUp>> {
    return this.#changes.read(async (stores) => {
      const { items, next } = await stores.teams.searchReasons(teamId, query);
      const reasons = await keptReasons(stores, teamId);
      return { items: items.map((row) => shown(row, reasons)), next };
    });
  }

  get({ teamId }: Requester, id: ReasonId): Promise<ReasonSetUp> {
    return this.#changes.read(async (stores) => {
      const reasons = await keptReasons(stores, teamId);
      return shown(existing(reasons, id), reasons);
    });
  }

  effects({ teamId }: Requester, id: ReasonId): Promise<Effects> {
    return this.#changes.read(async (stores) => {
      const reasons = await keptReasons(stores, teamId);
      existing(reasons, id);
      const uses = below(reasons, id).map((row) => ({
        ...{ kind: 'reason' as const, id: row.id },
        name: `${row.label['zh-CN']} ${row.label.en}`,
      }));
      return this.#changes.effects(teamId, { kind: 'reason', id }, uses);
    });
  }

  create(who: Requester, input: ReasonSetUpInput): Promise<ReasonSetUp> {
    return this.#changes.change(who, async (stores) => {
      const id = this.#changes.deps.ids.next<ReasonId>('reason');
      const { kind, label, position, ...rest } = input;
      const row = patched<ReasonRow>(
        { ...NEW_REASON, kind, label, position, id, teamId: who.teamId, version: 1, deletedAt: null },
        columnsOf(rest),
      );
      const reasons = await keptReasons(stores, who.teamId);
      checkPlace(reasons, row);
      await stores.teams.insertReason(row);
      await this.#changes.record(stores, who, 'reason', { before: null, after: row });
      return shown(row, reasons);
    });
  }

  /** @throws reason-loop, reason-depth; not-found: there is no such reason to stand below */
  change(who: Requester, id: ReasonId, version: number, patch: ReasonSetUpPatch): Promise<ReasonSetUp> {
    return this.#save(who, id, version, (found) => patched(found, columnsOf(patch)));
  }

  /** @throws reasons-below, with them */
  async remove(who: Requester, id: ReasonId, version: number): Promise<void> {
    const deletedAt = this.#changes.deps.clock.now();
    await this.#save(who, id, version, (found, reasons) => {
      refuseBelow(reasons, id);
      return { ...found, deletedAt };
    });
  }

  #save(
    who: Requester,
    id: ReasonId,
    version: number,
    next: (found: ReasonRow, reasons: Reasons) => ReasonRow,
  ): Promise<ReasonSetUp> {
    return this.#changes.change(who, async (stores) => {
      const reasons = await keptReasons(stores, who.teamId);
      const found = existing(reasons, id);
      checkVersion(found, version, shown(found, reasons));
      const row = { ...next(found, reasons), version: version + 1 };
      if (row.parentId !== found.parentId) checkPlace(reasons, row);
      checkSaved(await stores.teams.updateReason(row));
      await this.#changes.record(stores, who, 'reason', {
        before: found,
        after: row.deletedAt === null ? row : null,
      });
      return shown(row, reasons);
    });
  }
}

async function keptReasons({ teams }: Pick<SetUpStores, 'teams'>, teamId: TeamId): Promise<Reasons> {
  const kept = (await teams.reasons(teamId)).filter(({ deletedAt }) => deletedAt === null);
  return new Map(kept.map((row) => [row.id, row]));
}

function existing(reasons: Reasons, id: ReasonId): ReasonRow {
  const found = reasons.get(id);
  if (!found) throw missing('reason');
  return found;
}

function below(reasons: Reasons, id: ReasonId): ReasonRow[] {
  return [...reasons.values()].filter(({ parentId }) => parentId === id);
}

function columnsOf({ parentId, marks, ...rest }: ReasonSetUpPatch) {
  return {
    ...rest,
    marks: marks && RESULT_MARKS.filter((mark) => marks.includes(mark)),
    parentId: typeof parentId === 'string' ? asId<ReasonId>(parentId) : parentId,
  };
}

/** Whether the reason can stand where it is about to. */
function checkPlace(reasons: Reasons, row: ReasonRow): void {
  if (row.parentId === null) return;
  const parent = reasons.get(row.parentId);
  if (parent?.kind !== row.kind) throw missing('reason of this kind to stand below');
  const placed = new Map([...reasons, [row.id, row]]);
  const above = reasonsAbove(placed, row);
  if (above === null) {
    throw new DomainError('reason-loop', 'A reason cannot stand below itself: choose another place for it.');
  }
  const levels = above.length + reasonDepth([...placed.values()], row.id);
  if (levels > MOST_REASON_LEVELS) {
    throw new DomainError(
      'reason-depth',
      `Reasons have at most ${MOST_REASON_LEVELS} levels, and this would make ${levels}: choose a place higher up.`,
    );
  }
}

function refuseBelow(reasons: Reasons, id: ReasonId): void {
  const others = below(reasons, id);
  if (others.length === 0) return;
  throw new DomainError(
    'reasons-below',
    'Other reasons stand below it: remove them or give them another place first.',
    { reasons: others.map((row) => ({ id: row.id, label: row.label })) },
  );
}

function shown(row: ReasonRow, reasons: Reasons): ReasonSetUp {
  const { id, kind, label, parentId, colour, paid, limitMs, marks, position, version } = row;
  const above = (reasonsAbove(reasons, row) ?? []).map((each) => each.label);
  return { id, kind, label, parentId, above, colour, paid, limitMs, marks, position, version };
}
