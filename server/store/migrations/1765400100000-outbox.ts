import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is still to be told of what has happened, a row for each who listens; and who has changed which record. */
export class Outbox1765400100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.connection.options.type === 'postgres';
    await runner.query(`CREATE TABLE outbox (
      position ${isPostgres ? 'bigserial PRIMARY KEY' : 'integer PRIMARY KEY AUTOINCREMENT'},
      id varchar(64) NOT NULL,
      consumer varchar(64) NOT NULL,
      team_id varchar(64) NOT NULL,
      topic text NOT NULL,
      subject varchar(64) NOT NULL,
      time bigint NOT NULL,
      content text NOT NULL,
      due_at bigint NOT NULL,
      failures integer NOT NULL,
      last_error text,
      settled_at bigint,
      UNIQUE (id, consumer)
    )`);
    await runner.query(
      'CREATE INDEX outbox_waiting ON outbox (consumer, subject, position) WHERE settled_at IS NULL',
    );
    await runner.query('CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL');
    await runner.query(`CREATE TABLE audit_entry (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL,
      time bigint NOT NULL,
      actor_kind text NOT NULL CHECK (actor_kind IN ('agent', 'api-key', 'system')),
      actor_id varchar(64),
      record text NOT NULL,
      record_id varchar(64) NOT NULL,
      change text NOT NULL CHECK (change IN ('created', 'updated', 'deleted')),
      fields text NOT NULL
    )`);
    await runner.query('CREATE INDEX audit_entry_newest ON audit_entry (team_id, time, id)');
    await runner.query('CREATE INDEX audit_entry_record ON audit_entry (team_id, record_id, time, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_entry');
    await runner.query('DROP TABLE outbox');
  }
}
