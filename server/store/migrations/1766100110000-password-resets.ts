import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Links with which agents choose another password, by the keyed hashes of their tokens. */
export class PasswordResets1766100110000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE password_reset (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL,
      agent_id varchar(64) NOT NULL,
      expires_at bigint NOT NULL
    )`);
    await runner.query('CREATE INDEX password_reset_expiry ON password_reset (expires_at)');
    await runner.query('CREATE INDEX password_reset_of_agent ON password_reset (agent_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE password_reset');
  }
}
