import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Addresses that are told of what happens in a team, and what is on its way to them. */
export class Webhooks1766100200100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE webhook (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL REFERENCES team (id),
      name text NOT NULL,
      url text NOT NULL,
      events text NOT NULL,
      active boolean NOT NULL,
      fault text,
      secret text NOT NULL,
      previous_secret text,
      previous_secret_until bigint,
      created_at bigint NOT NULL,
      version integer NOT NULL,
      failing_since bigint,
      failures integer NOT NULL,
      retry_at bigint NOT NULL
    )`);
    await runner.query('CREATE INDEX webhook_of_team ON webhook (team_id)');
    await runner.query(`CREATE TABLE webhook_delivery (
      id varchar(200) PRIMARY KEY,
      team_id varchar(64) NOT NULL,
      webhook_id varchar(64) NOT NULL REFERENCES webhook (id),
      event_id text NOT NULL,
      type text NOT NULL,
      body text NOT NULL,
      state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
      created_at bigint NOT NULL,
      due_at bigint NOT NULL,
      attempts integer NOT NULL,
      last_attempt_at bigint,
      last_status integer,
      last_error text,
      last_ms integer
    )`);
    await runner.query(
      `CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at) WHERE state = 'waiting'`,
    );
    await runner.query(
      'CREATE INDEX webhook_delivery_newest ON webhook_delivery (webhook_id, created_at, id)',
    );
    await runner.query('CREATE INDEX webhook_delivery_old ON webhook_delivery (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE webhook_delivery');
    await runner.query('DROP TABLE webhook');
  }
}
