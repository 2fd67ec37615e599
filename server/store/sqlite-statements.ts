import { QueryFailedError, type EntityManager } from 'typeorm';

/** What is used of better-sqlite3 beside TypeORM. */
interface Connection {
  prepare(sql: string): { run(values: readonly unknown[]): unknown };
}

/** By connection: one that was opened anew knows none. */
const prepared = new WeakMap<Connection, Map<string, ReturnType<Connection['prepare']>>>();

/**
 * Runs a statement that writes on the connection of the transaction, as TypeORM would, but for its subscribers and its log, of which
 * there are none. For texts of which there are few.
 */
export function runPrepared(manager: EntityManager, sql: string, values: readonly unknown[]): void {
  const { databaseConnection } = manager.connection.driver as unknown as { databaseConnection: Connection };
  const statements = prepared.get(databaseConnection) ?? new Map<string, ReturnType<Connection['prepare']>>();
  prepared.set(databaseConnection, statements);
  try {
    const statement = statements.get(sql) ?? databaseConnection.prepare(sql);
    statements.set(sql, statement);
    // The driver takes no truth values.
    statement.run(values.map((value) => (typeof value === 'boolean' ? Number(value) : value)));
  } catch (error) {
    throw new QueryFailedError(sql, [...values], error as Error);
  }
}
