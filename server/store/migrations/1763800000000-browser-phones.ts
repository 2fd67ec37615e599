import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The phones of agents' pages, for servers whose calls outlive them: one page of an agent carries the voice. */
export class BrowserPhones1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE browser_phone (
      agent_id varchar(64) PRIMARY KEY REFERENCES agent (id) ON DELETE CASCADE,
      team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
      endpoint_id varchar(64) NOT NULL UNIQUE,
      client_id text NOT NULL,
      username text NOT NULL,
      ha1 text NOT NULL,
      ha1_sha256 text NOT NULL,
      expires_at bigint NOT NULL
    )`);
    await runner.query('CREATE INDEX browser_phone_team ON browser_phone (team_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE browser_phone');
  }
}
