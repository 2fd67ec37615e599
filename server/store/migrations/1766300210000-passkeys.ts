import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Public keys with which people log in on pages of this server. */
export class Passkeys1766300210000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE passkey (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL,
      agent_id varchar(64) NOT NULL,
      name text NOT NULL,
      credential_id text NOT NULL UNIQUE,
      public_key text NOT NULL,
      counter bigint NOT NULL,
      transports text NOT NULL,
      created_at bigint NOT NULL,
      last_used_at bigint
    )`);
    await runner.query('CREATE INDEX passkey_of_agent ON passkey (agent_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE passkey');
  }
}
