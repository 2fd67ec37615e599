import type { EntityManager, EntitySchema, ObjectLiteral } from 'typeorm';

/**
 * Inserts a row unless there is one with the same `keys`; false: there was. On PostgreSQL this waits for the transaction
 * that is inserting it.
 */
export async function insertNewRow<T extends ObjectLiteral>(
  manager: EntityManager,
  schema: EntitySchema<T>,
  row: T,
  keys: ReadonlyArray<keyof T & string>,
): Promise<boolean> {
  const { columns, tableName } = manager.connection.getMetadata(schema);
  const { driver, options } = manager.connection;
  const place = (n: number) => (options.type === 'postgres' ? `$${n + 1}` : '?');
  const name = (key: string) => columns.find((column) => column.propertyName === key)?.databaseName ?? key;
  const names = columns.map((column) => column.databaseName).join(', ');
  const values = columns.map((column) => {
    const value: unknown = driver.preparePersistentValue(row[column.propertyName], column);
    return value === undefined ? null : value;
  });
  const inserted = (await manager.query(
    `INSERT INTO ${tableName} (${names}) VALUES (${columns.map((_, n) => place(n)).join(', ')})
     ON CONFLICT (${keys.map(name).join(', ')}) DO NOTHING RETURNING 1`,
    values,
  )) as unknown[];
  return inserted.length === 1;
}
