import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Roles of a team's own: the role of an agent is one of the words that every team has, or the id of such a row. */
export class Roles1766000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE role (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL,
      name text NOT NULL,
      reach text NOT NULL,
      rights text NOT NULL,
      version integer NOT NULL
    )`);
    await runner.query('CREATE INDEX role_of_team ON role (team_id)');
    await replaceRole(runner, "text NOT NULL DEFAULT 'agent'", 'role');
  }

  async down(runner: QueryRunner): Promise<void> {
    await replaceRole(
      runner,
      "text NOT NULL DEFAULT 'agent' CHECK (role_word IN ('agent', 'leader', 'admin'))",
      "CASE WHEN role IN ('leader', 'admin') THEN role ELSE 'agent' END",
    );
    await runner.query('DROP TABLE role');
  }
}

/** SQLite cannot change what a column takes: another one takes its place. */
async function replaceRole(runner: QueryRunner, column: string, value: string): Promise<void> {
  await runner.query(`ALTER TABLE agent ADD COLUMN role_word ${column}`);
  await runner.query(`UPDATE agent SET role_word = ${value}`);
  await runner.query('ALTER TABLE agent DROP COLUMN role');
  await runner.query('ALTER TABLE agent RENAME COLUMN role_word TO role');
}
