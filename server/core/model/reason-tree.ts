import type { ReasonId } from '../kernel/ids.ts';

/** Reasons stand below each other as deep as that: more is no help while somebody waits. */
export const MOST_REASON_LEVELS = 4;

interface Placed {
  readonly id: ReasonId;
  readonly parentId: ReasonId | null;
}

/** A reason in its place: those below it follow it. */
export interface Branch<Row> {
  readonly row: Row;
  /** 0: it stands below none. */
  readonly level: number;
  /** Whether others stand below it: then those are chosen, and not it. */
  readonly heading: boolean;
}

/** Each before those below it, in the given order. What stands below one that is not among them stands at the top. */
export function reasonTree<Row extends Placed>(rows: readonly Row[]): Branch<Row>[] {
  const ids = new Set(rows.map(({ id }) => id));
  const below = new Map<ReasonId | null, Row[]>();
  for (const row of rows) {
    const parentId = row.parentId !== null && ids.has(row.parentId) ? row.parentId : null;
    below.set(parentId, [...(below.get(parentId) ?? []), row]);
  }
  const branches = (parentId: ReasonId | null, level: number): Branch<Row>[] =>
    (below.get(parentId) ?? []).flatMap((row) => [
      { row, level, heading: below.has(row.id) },
      ...branches(row.id, level + 1),
    ]);
  return branches(null, 0);
}

/** Those above it, the highest first; null: it stands below itself. */
export function reasonsAbove<Row extends Placed>(rows: ReadonlyMap<ReasonId, Row>, of: Placed): Row[] | null {
  const above: Row[] = [];
  for (let next = of.parentId; next !== null;) {
    const row = rows.get(next);
    if (!row) break;
    if (row.id === of.id || above.includes(row)) return null;
    above.unshift(row);
    next = row.parentId;
  }
  return above;
}

/** How many levels it makes with those below it. */
export function reasonDepth(rows: readonly Placed[], id: ReasonId): number {
  const below = rows.filter(({ parentId }) => parentId === id);
  return 1 + Math.max(0, ...below.map((row) => reasonDepth(rows, row.id)));
}
