import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys of a team's programs, by the first characters and the hash of their secret. */
export class ApiKeys1766100200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE api_key (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL REFERENCES team (id),
      name text NOT NULL,
      prefix varchar(64) NOT NULL UNIQUE,
      secret_hash text NOT NULL,
      rights text NOT NULL,
      made_by varchar(64) NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint,
      last_used_at bigint,
      revoked_at bigint,
      version integer NOT NULL
    )`);
    await runner.query('CREATE INDEX api_key_of_team ON api_key (team_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_key');
  }
}
