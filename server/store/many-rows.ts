import type { EntityManager, EntitySchema, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { insertIntoPostgres } from './postgres-inserts.ts';
import { runPrepared } from './sqlite-statements.ts';

/** SQLite takes 32,766 parameters in a statement. */
const MOST_PARAMETERS = 30_000;
/** What a decision writes is one statement a table; of more there are few sizes, so that SQLite has the statements prepared. */
const SIZES = [512, 256, 128, 64, ...Array.from({ length: 32 }, (_, index) => 32 - index)];

/** One text for each table and number of rows. */
const texts = new WeakMap<object, Map<string, string>>();

/**
 * Inserts rows, however many, in the order in which they are given: one statement for many, and none that the library has to
 * think about. `replaces` names the properties by which a row that is there already is replaced.
 */
export async function insertRows<T extends ObjectLiteral>(
  manager: EntityManager,
  schema: EntitySchema<T>,
  rows: readonly T[],
  replaces: ReadonlyArray<keyof T & string> = [],
): Promise<void> {
  const { columns: all, tableName } = manager.connection.getMetadata(schema);
  const columns = all.filter((column) => !column.isGenerated);
  if (rows.length === 0) return;
  const keys = columns.filter((column) => replaces.includes(column.propertyName));
  if (manager.connection.options.type === 'postgres') {
    const inserted = rows.map((row) => {
      const entries = columns.map((column) => [column.databaseName, valueOf(manager, row, column)]);
      return Object.fromEntries(entries) as Record<string, unknown>;
    });
    const namesOf = (some: readonly ColumnMetadata[]) => some.map((column) => column.databaseName);
    const names = { table: tableName, columns: namesOf(columns), keys: namesOf(keys) };
    return insertIntoPostgres(manager, { ...names, rows: inserted });
  }
  let from = 0;
  while (from < rows.length) {
    const left = rows.length - from;
    const most = Math.floor(MOST_PARAMETERS / columns.length);
    const size = SIZES.find((each) => each <= left && each <= most) ?? 1;
    const parameters = rows
      .slice(from, from + size)
      .flatMap((row) => columns.map((column) => valueOf(manager, row, column)));
    runPrepared(manager, textOf(manager, tableName, columns, size, keys), parameters);
    from += size;
  }
}

function valueOf(manager: EntityManager, row: ObjectLiteral, column: ColumnMetadata): unknown {
  const value: unknown = manager.connection.driver.preparePersistentValue(row[column.propertyName], column);
  // Half of a character, which no database reads as it was written.
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\uFFFD');
  return value === undefined ? null : value;
}

function textOf(
  manager: EntityManager,
  table: string,
  columns: readonly ColumnMetadata[],
  size: number,
  keys: readonly ColumnMetadata[],
): string {
  const known = texts.get(manager.connection) ?? new Map<string, string>();
  texts.set(manager.connection, known);
  const conflict = keys.map((column) => column.databaseName).join(', ');
  const key = `${table}/${size}/${conflict}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const names = columns.map((column) => column.databaseName);
  const tuples = Array.from({ length: size }, () => `(${names.map(() => '?').join(', ')})`);
  const others = columns.filter((column) => !keys.includes(column));
  const insert = `INSERT INTO ${table} (${names.join(', ')}) VALUES ${tuples.join(', ')}`;
  const changes = others.map(({ databaseName }) => `${databaseName} = excluded.${databaseName}`).join(', ');
  const text = conflict === '' ? insert : `${insert} ON CONFLICT (${conflict}) DO UPDATE SET ${changes}`;
  known.set(key, text);
  return text;
}
