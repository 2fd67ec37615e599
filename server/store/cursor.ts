import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { DomainError } from '../core/kernel/domain-error.ts';
import type { RowPage, RowQuery } from '../core/ports/unit-of-work.ts';

/** Where a page of rows, newest first, ended. */
export interface Position {
  time: number;
  id: string;
}

function encodeCursor({ time, id }: Position): string {
  return Buffer.from(JSON.stringify([time, id])).toString('base64url');
}

/** @throws DomainError `invalid-request` for a cursor that this server never gave out. */
export function decodeCursor(cursor: string): Position {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(value) && Number.isSafeInteger(value[0]) && isId(value[1])) {
      return { time: value[0] as number, id: value[1] };
    }
  } catch (cause) {
    throw invalid(cause);
  }
  throw invalid();
}

/**
 * Goes on after a position in a list that is ordered by a column of times, newest first.
 * @param later among rows of the same time, with the parameters of `at`
 */
export function goOnAfter<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  column: string,
  later: string,
  at: Pick<Position, 'time'> & ObjectLiteral,
): void {
  query.andWhere(`(${column} < :time OR (${column} = :time AND (${later})))`, at);
}

/** Where a page ended in a list that may be ordered by several columns: in which order, by what value, at which row. */
interface SortedPosition {
  sort: string;
  value: string | number;
  id: string;
}

/** @throws DomainError `invalid-request` for a cursor of another list, or of another order of this one */
function decodeSorted(cursor: string, sort: string): SortedPosition {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (cause) {
    throw invalid(cause);
  }
  if (!Array.isArray(value) || value[0] !== sort || typeof value[2] !== 'string') throw invalid();
  const [, at, id] = value as unknown[];
  if (typeof at !== 'string' && typeof at !== 'number') throw invalid();
  return { sort, value: at, id: id as string };
}

/** The column of an order, and whether it goes from the last to the first. */
function orderOf<Column extends string>(
  sort: Column | `-${Column}`,
): { column: Column; descending: boolean } {
  const descending = sort.startsWith('-');
  return { column: (descending ? sort.slice(1) : sort) as Column, descending };
}

function sortedPage<T>(
  rows: T[],
  { sort, limit }: Pick<RowQuery, 'sort' | 'limit'>,
  of: (row: T) => Omit<SortedPosition, 'sort'>,
): RowPage<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items, next: null };
  const { value, id } = of(last);
  return { items, next: Buffer.from(JSON.stringify([sort, value, id])).toString('base64url') };
}

/**
 * A page of what the query finds, in the order that is asked for, and of rows that are alike in it by their ids.
 * @param columns by the name of the order, as the query builder calls them (`a.name`)
 * @param of what stands in the ordering column of a row, and its id
 */
export async function readSorted<T extends ObjectLiteral & { id: string }, Column extends string>(
  builder: SelectQueryBuilder<T>,
  query: RowQuery<Column>,
  columns: Readonly<Record<Column, keyof T & string>>,
): Promise<RowPage<T>> {
  const { column, descending } = orderOf(query.sort);
  const property = columns[column];
  const name = `${builder.alias}.${property}`;
  const id = `${builder.alias}.id`;
  const direction = descending ? 'DESC' : 'ASC';
  builder
    .orderBy(name, direction)
    .addOrderBy(id, direction)
    .take(query.limit + 1);
  if (query.cursor !== undefined) {
    const at = decodeSorted(query.cursor, query.sort);
    const after = descending ? '<' : '>';
    builder.andWhere(`(${name} ${after} :at OR (${name} = :at AND ${id} ${after} :atId))`, {
      at: at.value,
      atId: at.id,
    });
  }
  return sortedPage(await builder.getMany(), query, (row) => ({
    value: row[property] as string,
    id: row.id,
  }));
}

/** The same of rows that have been read: of what a team has few of. */
export function listSorted<T, Column extends string>(
  rows: readonly T[],
  query: RowQuery<Column>,
  columns: Readonly<Record<Column, (row: T) => string | number>>,
  idOf: (row: T) => string,
): RowPage<T> {
  const { column, descending } = orderOf(query.sort);
  const of = (row: T) => ({ value: columns[column](row), id: idOf(row) });
  const at = query.cursor === undefined ? null : decodeSorted(query.cursor, query.sort);
  const sign = descending ? -1 : 1;
  const compare = (a: ReturnType<typeof of>, b: ReturnType<typeof of>) =>
    sign * (order(a.value, b.value) || order(a.id, b.id));
  const after = rows
    .filter((row) => at === null || compare(of(row), at) > 0)
    .toSorted((a, b) => compare(of(a), of(b)));
  return sortedPage(after, query, of);
}

function order(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.:-]{1,80}$/.test(value);
}

/** Makes a page of `limit` out of the rows of a query that asked for one more. */
export function pageOf<T>(rows: T[], limit: number, position: (row: T) => Position): RowPage<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null };
}

function invalid(cause?: unknown): DomainError {
  return new DomainError(
    'invalid-request',
    'The cursor is not one of this list.',
    { errors: [{ path: 'cursor', message: 'Not a cursor of this list' }] },
    { cause },
  );
}
