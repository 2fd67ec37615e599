import { QueryFailedError, type EntityManager } from 'typeorm';

/** Rows of one table, of which those that are there already may be replaced. */
export interface Insert {
  readonly table: string;
  /** Names in the database. */
  readonly columns: readonly string[];
  /** Columns by which a row is found that is to be replaced; none: it must be new. */
  readonly keys: readonly string[];
  /** Columns that a row which is replaced has already. */
  readonly lasting: readonly string[];
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

/** What is used of a connection of `pg`. */
interface Client {
  query(statement: { name: string; text: string; values: unknown[] }): Promise<unknown>;
}

/** By text, so that each connection has it prepared: there is one for each set of tables that is written together. */
const names = new Map<string, string>();

/** All rows are one parameter, so that the text is the same for any number of them. */
function textOf({ table, columns, keys, lasting }: Insert, place: number): string {
  const list = columns.join(', ');
  const insert = `INSERT INTO ${table} (${list}) SELECT ${list} FROM json_populate_recordset(NULL::${table}, $${place})`;
  if (keys.length === 0) return insert;
  const kept = new Set([...keys, ...lasting]);
  const changes = columns.filter((name) => !kept.has(name)).map((name) => `${name} = excluded.${name}`);
  return `${insert} ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${changes.join(', ')}`;
}

/** One statement for all of them: references between their tables are judged when all are there. Each table once. */
async function insertAtOnce(client: Client, inserts: readonly Insert[]): Promise<void> {
  const texts = inserts.map((insert, index) => textOf(insert, index + 1));
  const last = texts.pop();
  if (last === undefined) return;
  const before = texts.map((each, index) => `t${index} AS (${each})`);
  const text = before.length === 0 ? last : `WITH ${before.join(', ')} ${last}`;
  const name = names.get(text) ?? `telebar_rows_${names.size}`;
  names.set(text, name);
  try {
    await client.query({ name, text, values: inserts.map(({ rows }) => JSON.stringify(rows)) });
  } catch (error) {
    throw new QueryFailedError(text, [], error as Error);
  }
}

const putOff = new WeakMap<EntityManager, Insert[]>();

/** From now on the inserts of this transaction wait for `insertPutOff`: they are one statement, and one way to the server and back. */
export function putOffInserts(manager: EntityManager): void {
  putOff.set(manager, []);
}

export async function insertPutOff(manager: EntityManager): Promise<void> {
  const inserts = putOff.get(manager)?.splice(0) ?? [];
  if (inserts.length > 0) await insertAtOnce(await clientOf(manager), inserts);
}

export async function insertIntoPostgres(manager: EntityManager, insert: Insert): Promise<void> {
  const waiting = putOff.get(manager);
  if (waiting === undefined) return insertAtOnce(await clientOf(manager), [insert]);
  if (waiting.some(({ table }) => table === insert.table)) await insertPutOff(manager);
  waiting.push(insert);
}

async function clientOf({ queryRunner }: EntityManager): Promise<Client> {
  if (queryRunner === undefined) throw new Error('Rows are inserted in a transaction.');
  return (await queryRunner.connect()) as Client;
}
