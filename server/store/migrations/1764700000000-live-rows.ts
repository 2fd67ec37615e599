import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What of the live tables referred to a table of the set-up, by the names that PostgreSQL has given. */
const references = [
  ['presence', 'agent_id'],
  ['presence', 'team_id'],
  ['browser_phone', 'agent_id'],
  ['browser_phone', 'team_id'],
  ['call', 'team_id'],
  ['leg', 'team_id'],
  ['call_agent', 'team_id'],
  ['journal', 'team_id'],
] as const;

const CALL = [
  `id varchar(64) PRIMARY KEY`,
  `team_id varchar(64) NOT NULL`,
  `direction text NOT NULL CHECK (direction IN ('queue', 'direct', 'outbound', 'internal'))`,
  `number text NOT NULL`,
  `comparable text NOT NULL`,
  `name text`,
  `did text`,
  `group_id varchar(64)`,
  `group_name text`,
  `agent_id varchar(64)`,
  `agent_number text`,
  `agent_ids text NOT NULL`,
  `customer_id varchar(64)`,
  `started_at bigint NOT NULL`,
  `answered_at bigint`,
  `ended_at bigint`,
  `waited_ms bigint`,
  `talk_ms bigint NOT NULL`,
  `cause text`,
  `data text NOT NULL`,
  `state text NOT NULL`,
  `wrap_up_reason_id varchar(64)`,
  `wrap_up_label text`,
  `wrap_up_notes text`,
  `wrap_up_agent_id varchar(64)`,
  `wrap_up_agent_number text`,
  `wrap_up_at bigint`,
];

const LEG = [
  `id varchar(64) PRIMARY KEY`,
  `call_id varchar(64) NOT NULL REFERENCES new_call (id) ON DELETE CASCADE`,
  `team_id varchar(64) NOT NULL`,
  `role text NOT NULL CHECK (role IN ('agent', 'customer', 'peer'))`,
  `agent_id varchar(64)`,
  `number text NOT NULL`,
  `name text`,
  `started_at bigint NOT NULL`,
  `answered_at bigint`,
  `ended_at bigint`,
  `cause text`,
];

const CALL_AGENT = [
  `call_id varchar(64) NOT NULL REFERENCES new_call (id) ON DELETE CASCADE`,
  `agent_id varchar(64) NOT NULL`,
  `team_id varchar(64) NOT NULL`,
  `side text NOT NULL CHECK (side IN ('inbound', 'outbound'))`,
  `PRIMARY KEY (call_id, agent_id)`,
];

const PRESENCE = [
  `agent_id varchar(64) PRIMARY KEY`,
  `team_id varchar(64) NOT NULL`,
  `state text NOT NULL`,
  `updated_at bigint NOT NULL`,
];

const BROWSER_PHONE = [
  `agent_id varchar(64) PRIMARY KEY`,
  `team_id varchar(64) NOT NULL`,
  `endpoint_id varchar(64) NOT NULL UNIQUE`,
  `client_id text NOT NULL`,
  `username text NOT NULL`,
  `ha1 text NOT NULL`,
  `ha1_sha256 text NOT NULL`,
  `expires_at bigint NOT NULL`,
];

const JOURNAL = [
  `subject varchar(64) NOT NULL`,
  `sequence integer NOT NULL`,
  `team_id varchar(64) NOT NULL`,
  `type text NOT NULL`,
  `time bigint NOT NULL`,
  `event text NOT NULL`,
  `PRIMARY KEY (subject, sequence)`,
];

/**
 * SQLite cannot take a reference out of a table: the tables are written anew. A table that others refer to goes after those, or
 * dropping it would delete their rows with it.
 */
const rebuilt: ReadonlyArray<readonly [table: string, columns: readonly string[]]> = [
  ['presence', PRESENCE],
  ['browser_phone', BROWSER_PHONE],
  ['journal', JOURNAL],
  ['call', CALL],
  ['leg', LEG],
  ['call_agent', CALL_AGENT],
];
const dropped = ['presence', 'browser_phone', 'journal', 'leg', 'call_agent', 'call'];

const indices = [
  `CREATE INDEX presence_team ON presence (team_id)`,
  `CREATE INDEX browser_phone_team ON browser_phone (team_id)`,
  `CREATE INDEX call_newest ON call (team_id, started_at, id)`,
  `CREATE INDEX call_open ON call (started_at) WHERE ended_at IS NULL`,
  `CREATE INDEX call_comparable ON call (team_id, comparable)`,
  `CREATE INDEX call_customer ON call (team_id, customer_id, started_at, id)`,
  `CREATE INDEX leg_call ON leg (call_id)`,
  `CREATE INDEX call_agent_agent ON call_agent (agent_id)`,
];

/**
 * What a live team writes refers to no row of the set-up any more: an agent whose row is deleted in a call, and whatever else
 * becomes of the set-up, keeps nothing from being stored. What can still not be stored is set aside.
 */
export class LiveRows1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type === 'postgres') {
      for (const [table, column] of references) {
        await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${table}_${column}_fkey`);
      }
    } else await rebuild(runner);
    await runner.query(`CREATE TABLE set_aside (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL,
      time bigint NOT NULL,
      reason text NOT NULL,
      content text NOT NULL
    )`);
  }

  /** The references are not put back: rows may speak by now of what the set-up has no more. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE set_aside');
  }
}

async function rebuild(runner: QueryRunner): Promise<void> {
  for (const [table, columns] of rebuilt) {
    await runner.query(`CREATE TABLE new_${table} (${columns.join(', ')})`);
    const names = columns.map((column) => column.split(' ', 1)[0]).filter((name) => name !== 'PRIMARY');
    await runner.query(
      `INSERT INTO new_${table} (${names.join(', ')}) SELECT ${names.join(', ')} FROM ${table}`,
    );
  }
  for (const table of dropped) await runner.query(`DROP TABLE ${table}`);
  // What refers to a table follows its new name.
  for (const [table] of rebuilt) await runner.query(`ALTER TABLE new_${table} RENAME TO ${table}`);
  for (const index of indices) await runner.query(index);
}
