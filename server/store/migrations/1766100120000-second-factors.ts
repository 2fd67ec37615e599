import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Codes of an app beside the password: the key that app and server share, encrypted, and hashes of codes for emergencies. */
export class SecondFactors1766100120000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE second_factor (
      agent_id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL,
      secret text NOT NULL,
      confirmed_at bigint,
      last_step bigint NOT NULL,
      recovery text NOT NULL
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE second_factor');
  }
}
