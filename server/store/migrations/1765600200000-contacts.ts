import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Phone books: the team's (no owner) and each agent's own. */
export class Contacts1765600200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE contact (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL,
      owner_id varchar(64),
      name text NOT NULL,
      name_key text NOT NULL,
      number text NOT NULL,
      note text NOT NULL,
      version integer NOT NULL,
      created_at bigint NOT NULL
    )`);
    await runner.query('CREATE INDEX contact_of_team ON contact (team_id, created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE contact');
  }
}
