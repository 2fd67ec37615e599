import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The provider with which people of a team log in, and logins that are under way. */
export class SingleSignOn1766300200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE single_sign_on (
      team_id varchar(64) PRIMARY KEY REFERENCES team (id),
      active boolean NOT NULL,
      label text NOT NULL,
      issuer text NOT NULL,
      client_id text NOT NULL,
      client_secret text,
      claim text NOT NULL,
      matches text NOT NULL CHECK (matches IN ('username', 'email')),
      unknown_users text NOT NULL CHECK (unknown_users IN ('refuse', 'make')),
      domains text NOT NULL,
      trusts_factor boolean NOT NULL,
      ends_session boolean NOT NULL,
      version integer NOT NULL
    )`);
    await runner.query(`CREATE TABLE login_challenge (
      id varchar(64) PRIMARY KEY,
      kind text NOT NULL,
      team_id varchar(64),
      agent_id varchar(64),
      content text NOT NULL,
      expires_at bigint NOT NULL
    )`);
    await runner.query('CREATE INDEX login_challenge_expiry ON login_challenge (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE login_challenge');
    await runner.query('DROP TABLE single_sign_on');
  }
}
