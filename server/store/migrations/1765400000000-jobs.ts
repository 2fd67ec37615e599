import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is to be done beside the telephone: once and for all, later, or again and again. */
export class Jobs1765400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE job (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64),
      kind text NOT NULL,
      payload text NOT NULL,
      due_at bigint NOT NULL,
      created_at bigint NOT NULL,
      attempts integer NOT NULL,
      claim varchar(64),
      lease_until bigint,
      progress double precision,
      progress_text text,
      last_error text,
      started_at bigint,
      finished_at bigint,
      outcome text CHECK (outcome IN ('done', 'dead'))
    )`);
    await runner.query('CREATE INDEX job_due ON job (due_at, id) WHERE finished_at IS NULL');
    await runner.query(
      'CREATE INDEX job_finished ON job (outcome, finished_at) WHERE finished_at IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE job');
  }
}
