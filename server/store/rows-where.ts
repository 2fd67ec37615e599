import type { EntityManager, EntitySchema, ObjectLiteral } from 'typeorm';

/** One text for each table and set of columns. */
const texts = new WeakMap<object, Map<string, string>>();

/**
 * Rows that have these values, in no order: what the library's `find` gives, without what it does to find out how. For what is looked
 * up with every call.
 */
export async function rowsWhere<T extends ObjectLiteral>(
  manager: EntityManager,
  schema: EntitySchema<T>,
  where: Readonly<Partial<Record<keyof T & string, string | number>>>,
): Promise<T[]> {
  const { columns, tableName } = manager.connection.getMetadata(schema);
  const { driver } = manager.connection;
  const wanted = Object.keys(where);
  const known = texts.get(manager.connection) ?? new Map<string, string>();
  texts.set(manager.connection, known);
  const key = `${tableName}/${wanted.join(',')}`;
  let text = known.get(key);
  if (text === undefined) {
    const isPostgres = manager.connection.options.type === 'postgres';
    const conditions = wanted.map((name, index) => {
      const column = columns.find(({ propertyName }) => propertyName === name);
      return `${column?.databaseName} = ${isPostgres ? `$${index + 1}` : '?'}`;
    });
    const names = columns.map(({ databaseName }) => databaseName).join(', ');
    text = `SELECT ${names} FROM ${tableName} WHERE ${conditions.join(' AND ')}`;
    known.set(key, text);
  }
  const rows = (await manager.query(text, Object.values(where))) as Array<Record<string, unknown>>;
  return rows.map((row) => {
    const entries = columns.map((column) => [
      column.propertyName,
      driver.prepareHydratedValue(row[column.databaseName], column) as unknown,
    ]);
    return Object.fromEntries(entries) as T;
  });
}
