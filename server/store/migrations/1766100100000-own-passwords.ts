import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A password that somebody else has made is good for choosing one's own; and sessions tell how they began and when they were last used. */
export class OwnPasswords1766100100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE agent ADD COLUMN password_must_change boolean NOT NULL DEFAULT false');
    await runner.query("ALTER TABLE session ADD COLUMN via text NOT NULL DEFAULT 'password'");
    await runner.query('ALTER TABLE session ADD COLUMN seen_at bigint NOT NULL DEFAULT 0');
    await runner.query('UPDATE session SET seen_at = created_at');
    await runner.query('CREATE INDEX session_of_agent ON session (team_id, agent_id, created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX session_of_agent');
    await runner.query('ALTER TABLE session DROP COLUMN seen_at');
    await runner.query('ALTER TABLE session DROP COLUMN via');
    await runner.query('ALTER TABLE agent DROP COLUMN password_must_change');
  }
}
