import { QueryFailedError, type EntityManager, type QueryRunner } from 'typeorm';
import { replacingClause } from './replacing-rows.ts';

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

/** What has to be so for anything to be kept: one row is found, and locked until the transaction ends. */
export interface Fence {
  readonly text: string;
  readonly values: readonly unknown[];
  /** What is thrown when there is none. */
  readonly lost: () => Error;
}

/** What is used of a connection of `pg`. */
interface Client {
  query(statement: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>;
}

/** By text, so that each connection has it prepared: there is one for each set of tables that is written together. */
const names = new Map<string, string>();

/** All rows are one parameter, so that the text is the same for any number of them. */
function textOf({ table, columns, keys, lasting }: Insert, place: number, isFenced: boolean): string {
  const list = columns.join(', ');
  const where = isFenced ? ' WHERE EXISTS (SELECT 1 FROM fence)' : '';
  const insert = `INSERT INTO ${table} (${list}) SELECT ${list} FROM json_populate_recordset(NULL::${table}, $${place})${where}`;
  return insert + replacingClause(columns, keys, lasting);
}

async function run(client: Client, text: string, values: unknown[]): Promise<unknown[]> {
  const name = names.get(text) ?? `telebar_rows_${names.size}`;
  names.set(text, name);
  try {
    return (await client.query({ name, text, values })).rows;
  } catch (error) {
    throw new QueryFailedError(text, [], error as Error);
  }
}

/** One statement for all of them: references between their tables are judged when all are there. Each table once. */
async function insertAtOnce(client: Client, inserts: readonly Insert[], fence: Fence | null): Promise<void> {
  const before = fence?.values ?? [];
  const texts = inserts.map((insert, index) => textOf(insert, before.length + index + 1, fence !== null));
  const parts = texts.map((each, index) => `t${index} AS (${each})`);
  if (fence) parts.unshift(`fence AS (${fence.text})`);
  const text = `WITH ${parts.join(', ')} SELECT ${fence ? 'count(*)::int AS found FROM fence' : '1 AS found'}`;
  const values = [...before, ...inserts.map(({ rows }) => JSON.stringify(rows))];
  const [row] = (await run(client, text, values)) as Array<{ found: number }>;
  if (fence && row?.found !== 1) throw fence.lost();
}

const putOff = new WeakMap<EntityManager, PutOffInserts>();

/**
 * A transaction that is one statement, and one way to the server and back, as long as nothing but a fence and inserts are asked of it.
 * Whatever else is asked begins it as any other.
 */
export class PutOffInserts {
  readonly #runner: QueryRunner;
  #inserts: Insert[] = [];
  #fence: Fence | null = null;
  #begun = false;

  /** Before anything is asked of the runner. */
  constructor(runner: QueryRunner) {
    this.#runner = runner;
    putOff.set(runner.manager, this);
    const query = runner.query.bind(runner) as (...given: unknown[]) => Promise<unknown>;
    const asked = async (...given: unknown[]): Promise<unknown> => {
      await this.#begin();
      return query(...given);
    };
    runner.query = asked as QueryRunner['query'];
  }

  /** Whether it has to be committed. */
  get begun(): boolean {
    return this.#begun;
  }

  fence(fence: Fence): void {
    this.#fence = fence;
  }

  async add(insert: Insert): Promise<void> {
    if (this.#inserts.some(({ table }) => table === insert.table)) {
      await this.#begin();
      await this.insert();
    }
    this.#inserts.push(insert);
  }

  /** What was put off. All of it is kept by that when the transaction has not begun. */
  async insert(): Promise<void> {
    const [inserts, fence] = [this.#inserts, this.#fence];
    this.#inserts = [];
    this.#fence = null;
    if (inserts.length > 0 || fence) await insertAtOnce(await clientOf(this.#runner), inserts, fence);
  }

  async #begin(): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    await this.#runner.startTransaction();
    const fence = this.#fence;
    this.#fence = null;
    if (!fence) return;
    const found = await run(await clientOf(this.#runner), fence.text, [...fence.values]);
    if (found.length === 0) throw fence.lost();
  }
}

/** False: there is no transaction at whose end it could be looked at. */
export function fencePutOff(manager: EntityManager, fence: Fence): boolean {
  const waiting = putOff.get(manager);
  waiting?.fence(fence);
  return waiting !== undefined;
}

export async function insertIntoPostgres(manager: EntityManager, insert: Insert): Promise<void> {
  const waiting = putOff.get(manager);
  if (waiting) return waiting.add(insert);
  if (manager.queryRunner === undefined) throw new Error('Rows are inserted in a transaction.');
  return insertAtOnce(await clientOf(manager.queryRunner), [insert], null);
}

async function clientOf(runner: QueryRunner): Promise<Client> {
  return (await runner.connect()) as Client;
}
