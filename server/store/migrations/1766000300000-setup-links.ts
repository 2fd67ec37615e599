import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The link with which the first team is made, by the keyed hash of its token. */
export class SetupLinks1766000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE setup_link (
      token_hash varchar(64) PRIMARY KEY,
      expires_at bigint NOT NULL
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE setup_link');
  }
}
