import type { MigrationInterface, QueryRunner } from 'typeorm';
import { comparableNumber } from '../../core/number/e164.ts';

/** Rows that are read at once: the table of calls can be long. */
const CHUNK = 500;

/** What numbers are compared by has become wider (86 without its plus, extensions, slashes): old rows follow. */
export class NumberSpellings1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const own = placeholders(runner);
    await eachChunk<{ id: string; numbers: string }>(runner, 'customer', 'numbers', async (rows) => {
      for (const { id, numbers } of rows) {
        for (const [position, number] of (JSON.parse(numbers) as string[]).entries()) {
          await runner.query(
            own('UPDATE customer_number SET comparable = ? WHERE customer_id = ? AND position = ?'),
            [comparableNumber(number), id, position],
          );
        }
      }
    });
    await eachChunk<{ id: string; number: string; comparable: string }>(
      runner,
      'call',
      'number, comparable',
      async (rows) => {
        for (const { id, number, comparable } of rows) {
          const now = comparableNumber(number);
          if (now === comparable) continue;
          await runner.query(own('UPDATE call SET comparable = ? WHERE id = ?'), [now, id]);
        }
      },
    );
  }

  /** The narrower form is made again by whatever saves the row next; nothing reads the wider one wrongly. */
  async down(): Promise<void> {}
}

async function eachChunk<Row extends { id: string }>(
  runner: QueryRunner,
  table: 'customer' | 'call',
  columns: string,
  work: (rows: readonly Row[]) => Promise<void>,
): Promise<void> {
  const own = placeholders(runner);
  let after = '';
  for (;;) {
    const rows = (await runner.query(
      own(`SELECT id, ${columns} FROM ${table} WHERE id > ? ORDER BY id LIMIT ${CHUNK}`),
      [after],
    )) as Row[];
    const last = rows.at(-1);
    if (last === undefined) return;
    await work(rows);
    after = last.id;
  }
}

/** PostgreSQL numbers its parameters. */
function placeholders(runner: QueryRunner): (sql: string) => string {
  if (runner.dataSource.options.type !== 'postgres') return (sql) => sql;
  return (sql) => {
    let n = 0;
    return sql.replace(/\?/g, () => `$${(n += 1)}`);
  };
}
