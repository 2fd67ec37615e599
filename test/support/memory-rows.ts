import { StorageError, type RowPage } from '../../server/core/ports/unit-of-work.ts';
import { decodeCursor, pageOf } from '../../server/store/cursor.ts';

export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function insertNew<T>(rows: T[], row: T, ...keys: ReadonlyArray<ReadonlyArray<keyof T>>): void {
  for (const key of keys) refuseTaken(rows, row, key);
  rows.push(row);
}

export function refuseTaken<T>(rows: readonly T[], row: T, key: ReadonlyArray<keyof T>): void {
  if (rows.some((each) => key.every((column) => each[column] === row[column])))
    throw new StorageError('duplicate', key.join());
}

export function newest<T>(
  rows: T[],
  position: (row: T) => { time: number; id: string },
  cursor: string | null,
  limit: number,
): RowPage<T> {
  const order = (a: { time: number; id: string }, b: { time: number; id: string }): number =>
    b.time - a.time || compare(b.id, a.id);
  const after = cursor === null ? null : decodeCursor(cursor);
  const sorted = rows
    .filter((row) => after === null || order(after, position(row)) < 0)
    .toSorted((a, b) => order(position(a), position(b)));
  return pageOf(sorted, limit, position);
}

/** Replaces the row that has the version before. */
export function update<T extends { teamId: string; version: number }>(
  rows: T[],
  row: T,
  key: Array<keyof T>,
): boolean {
  const index = rows.findIndex((each) =>
    [...key, 'teamId' as const].every((part) => each[part] === row[part]),
  );
  if (rows[index]?.version !== row.version - 1) return false;
  rows[index] = row;
  return true;
}
