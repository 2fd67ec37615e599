import type { EntityManager, QueryRunner } from 'typeorm';
import type { Numbers } from '../core/kernel/number/numbers.ts';

/** Rows that are read at once: the table of calls can be long. */
const CHUNK = 500;

/**
 * The country, or the digit for a line outside, was set to another one since the rows were written: they follow, once.
 * @returns whether they had to
 */
export async function respellWhenChanged(manager: EntityManager, spelling: Numbers): Promise<boolean> {
  const runner = manager.queryRunner;
  if (runner === undefined) throw new Error('Numbers are spelled anew within a transaction only.');
  const [written] = (await runner.query('SELECT name FROM number_plan')) as Array<{ name: string }>;
  if (written?.name === spelling.name) return false;
  await respell(runner, spelling);
  await respellContacts(runner, spelling);
  await runner.query('DELETE FROM number_plan');
  await runner.query(placeholders(runner)('INSERT INTO number_plan (name) VALUES (?)'), [spelling.name]);
  return true;
}

/** Writes anew what the numbers of customers and calls are compared by. */
export async function respell(runner: QueryRunner, spelling: Numbers): Promise<void> {
  const own = placeholders(runner);
  await eachChunk<{ id: string; numbers: string }>(runner, 'customer', 'numbers', async (rows) => {
    for (const { id, numbers } of rows) {
      for (const [position, number] of (JSON.parse(numbers) as string[]).entries()) {
        await runner.query(
          own('UPDATE customer_number SET comparable = ? WHERE customer_id = ? AND position = ?'),
          [spelling.comparableNumber(number), id, position],
        );
      }
    }
  });
  await respellTable(runner, spelling, 'call');
}

/** The same for phone books. */
export async function respellContacts(runner: QueryRunner, spelling: Numbers): Promise<void> {
  await respellTable(runner, spelling, 'contact');
}

async function respellTable(
  runner: QueryRunner,
  spelling: Numbers,
  table: 'call' | 'contact',
): Promise<void> {
  const own = placeholders(runner);
  await eachChunk<{ id: string; number: string; comparable: string }>(
    runner,
    table,
    'number, comparable',
    async (rows) => {
      for (const { id, number, comparable } of rows) {
        const now = spelling.comparableNumber(number);
        if (now === comparable) continue;
        await runner.query(own(`UPDATE ${table} SET comparable = ? WHERE id = ?`), [now, id]);
      }
    },
  );
}

async function eachChunk<Row extends { id: string }>(
  runner: QueryRunner,
  table: 'customer' | 'call' | 'contact',
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
export function placeholders(runner: QueryRunner): (sql: string) => string {
  if (runner.dataSource.options.type !== 'postgres') return (sql) => sql;
  return (sql) => {
    let n = 0;
    return sql.replace(/\?/g, () => `$${(n += 1)}`);
  };
}
