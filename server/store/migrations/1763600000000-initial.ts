import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ids, times in ms as bigint, JSON as text: nothing here differs between SQLite and PostgreSQL. */
const statements = [
  `CREATE TABLE team (
    id varchar(64) PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    locale text NOT NULL,
    allowed_origins text NOT NULL,
    embed_secret text NOT NULL,
    caller_ids text NOT NULL,
    customer_fields text NOT NULL
  )`,
  `CREATE TABLE agent (
    id varchar(64) PRIMARY KEY,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    number text NOT NULL,
    username text NOT NULL,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('agent', 'leader', 'admin')),
    password_hash text NOT NULL,
    pin_hash text,
    active boolean NOT NULL,
    UNIQUE (team_id, username),
    UNIQUE (team_id, number)
  )`,
  `CREATE TABLE presence (
    agent_id varchar(64) PRIMARY KEY REFERENCES agent (id) ON DELETE CASCADE,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    state text NOT NULL,
    updated_at bigint NOT NULL
  )`,
  `CREATE INDEX presence_team ON presence (team_id)`,
  `CREATE TABLE agent_group (
    id varchar(64) PRIMARY KEY,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    name text NOT NULL,
    number text NOT NULL,
    ring_ms bigint NOT NULL,
    retry_ms bigint NOT NULL,
    acw_mode text NOT NULL CHECK (acw_mode IN ('after-ring', 'after-answer', 'off')),
    acw_limit_ms bigint,
    dialling text NOT NULL CHECK (dialling IN ('free', 'history', 'off')),
    caller_id text,
    UNIQUE (team_id, number)
  )`,
  `CREATE TABLE group_member (
    group_id varchar(64) NOT NULL REFERENCES agent_group (id) ON DELETE CASCADE,
    agent_id varchar(64) NOT NULL REFERENCES agent (id) ON DELETE CASCADE,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    is_static boolean NOT NULL,
    PRIMARY KEY (group_id, agent_id)
  )`,
  `CREATE INDEX group_member_team ON group_member (team_id)`,
  `CREATE TABLE reason (
    id varchar(64) PRIMARY KEY,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('pause', 'wrap-up')),
    label text NOT NULL,
    position integer NOT NULL
  )`,
  `CREATE INDEX reason_team ON reason (team_id)`,
  `CREATE TABLE route (
    number varchar(64) PRIMARY KEY,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    group_id varchar(64) REFERENCES agent_group (id) ON DELETE CASCADE,
    agent_id varchar(64) REFERENCES agent (id) ON DELETE CASCADE,
    CHECK ((group_id IS NULL) <> (agent_id IS NULL))
  )`,
  `CREATE TABLE phone (
    endpoint_id varchar(64) PRIMARY KEY,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    username text NOT NULL UNIQUE,
    name text NOT NULL,
    ha1 text NOT NULL,
    ha1_sha256 text
  )`,
  `CREATE INDEX phone_team ON phone (team_id)`,
  `CREATE TABLE session (
    id varchar(64) PRIMARY KEY,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    agent_id varchar(64) NOT NULL REFERENCES agent (id) ON DELETE CASCADE,
    token_hash text NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint,
    user_agent text NOT NULL,
    address text NOT NULL
  )`,
  `CREATE INDEX session_expiry ON session (expires_at)`,
  `CREATE TABLE used_token (
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    jti text NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (team_id, jti)
  )`,
  `CREATE INDEX used_token_expiry ON used_token (expires_at)`,
  `CREATE TABLE customer (
    id varchar(64) PRIMARY KEY,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    name text NOT NULL,
    name_key text NOT NULL,
    numbers text NOT NULL,
    company text NOT NULL,
    company_key text NOT NULL,
    email text NOT NULL,
    address text NOT NULL,
    note text NOT NULL,
    fields text NOT NULL,
    version integer NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
  )`,
  `CREATE INDEX customer_newest ON customer (team_id, created_at, id)`,
  `CREATE TABLE customer_number (
    customer_id varchar(64) NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    position integer NOT NULL,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    comparable text NOT NULL,
    PRIMARY KEY (customer_id, position)
  )`,
  `CREATE INDEX customer_number_comparable ON customer_number (team_id, comparable)`,
  // Group, agent and customer of a call have no foreign key: records outlive what they speak of.
  `CREATE TABLE call (
    id varchar(64) PRIMARY KEY,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    direction text NOT NULL CHECK (direction IN ('queue', 'direct', 'outbound', 'internal')),
    number text NOT NULL,
    comparable text NOT NULL,
    name text,
    did text,
    group_id varchar(64),
    group_name text,
    agent_id varchar(64),
    agent_number text,
    agent_ids text NOT NULL,
    customer_id varchar(64),
    started_at bigint NOT NULL,
    answered_at bigint,
    ended_at bigint,
    waited_ms bigint,
    talk_ms bigint NOT NULL,
    cause text,
    data text NOT NULL,
    state text NOT NULL
  )`,
  `CREATE INDEX call_newest ON call (team_id, started_at, id)`,
  `CREATE INDEX call_open ON call (started_at) WHERE ended_at IS NULL`,
  `CREATE INDEX call_comparable ON call (team_id, comparable)`,
  `CREATE TABLE leg (
    id varchar(64) PRIMARY KEY,
    call_id varchar(64) NOT NULL REFERENCES call (id) ON DELETE CASCADE,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('agent', 'customer', 'peer')),
    agent_id varchar(64),
    number text NOT NULL,
    name text,
    started_at bigint NOT NULL,
    answered_at bigint,
    ended_at bigint,
    cause text
  )`,
  `CREATE INDEX leg_call ON leg (call_id)`,
  `CREATE TABLE call_agent (
    call_id varchar(64) NOT NULL REFERENCES call (id) ON DELETE CASCADE,
    agent_id varchar(64) NOT NULL,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    side text NOT NULL CHECK (side IN ('inbound', 'outbound')),
    PRIMARY KEY (call_id, agent_id)
  )`,
  `CREATE INDEX call_agent_agent ON call_agent (agent_id)`,
  `CREATE TABLE journal (
    subject varchar(64) NOT NULL,
    sequence integer NOT NULL,
    team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    type text NOT NULL,
    time bigint NOT NULL,
    event text NOT NULL,
    PRIMARY KEY (subject, sequence)
  )`,
];

const tables = [
  'journal',
  'call_agent',
  'leg',
  'call',
  'customer_number',
  'customer',
  'used_token',
  'session',
  'phone',
  'route',
  'reason',
  'group_member',
  'agent_group',
  'presence',
  'agent',
  'team',
];

export class Initial1763600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`DROP TABLE ${table}`);
  }
}
