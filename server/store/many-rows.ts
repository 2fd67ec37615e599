import type { EntityManager, EntitySchema, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/** SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535. */
const MOST_PARAMETERS = 30_000;
/** Few sizes, so that the statements are few and the database has them prepared. */
const SIZES = [512, 128, 32, 8, 1] as const;

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
  const { columns, tableName } = manager.connection.getMetadata(schema);
  const { driver } = manager.connection;
  let from = 0;
  while (from < rows.length) {
    const left = rows.length - from;
    const most = Math.floor(MOST_PARAMETERS / columns.length);
    const size = SIZES.find((each) => each <= left && each <= most) ?? 1;
    const parameters: unknown[] = [];
    for (const row of rows.slice(from, from + size)) {
      for (const column of columns) {
        const value: unknown = driver.preparePersistentValue(row[column.propertyName], column);
        parameters.push(value === undefined ? null : value);
      }
    }
    await manager.query(textOf(manager, tableName, columns, size, replaces), parameters);
    from += size;
  }
}

function textOf(
  manager: EntityManager,
  table: string,
  columns: readonly ColumnMetadata[],
  size: number,
  replaces: readonly string[],
): string {
  const known = texts.get(manager.connection) ?? new Map<string, string>();
  texts.set(manager.connection, known);
  const key = `${table}/${size}/${replaces.join(',')}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const names = columns.map((column) => column.databaseName);
  const isPostgres = manager.connection.options.type === 'postgres';
  const place = (index: number) => (isPostgres ? `$${index + 1}` : '?');
  const tuples = Array.from({ length: size }, (_, row) => {
    const places = names.map((_name, column) => place(row * names.length + column));
    return `(${places.join(', ')})`;
  });
  const keys = columns.filter((column) => replaces.includes(column.propertyName));
  const others = columns.filter((column) => !keys.includes(column));
  const insert = `INSERT INTO ${table} (${names.join(', ')}) VALUES ${tuples.join(', ')}`;
  const conflict = keys.map((column) => column.databaseName).join(', ');
  const changes = others.map(({ databaseName }) => `${databaseName} = excluded.${databaseName}`).join(', ');
  const text = conflict === '' ? insert : `${insert} ON CONFLICT (${conflict}) DO UPDATE SET ${changes}`;
  known.set(key, text);
  return text;
}
