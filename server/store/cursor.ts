import { DomainError } from '../core/kernel/domain-error.ts';
import type { RowPage } from '../core/ports/unit-of-work.ts';

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

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value);
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
