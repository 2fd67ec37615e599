import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What pops for which calls. */
export class AppBindings1766300140000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE app_binding (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL,
      name text NOT NULL,
      directions text NOT NULL,
      dids text NOT NULL,
      group_ids text NOT NULL,
      on_answer boolean NOT NULL,
      mode text NOT NULL,
      url text NOT NULL,
      position integer NOT NULL,
      version integer NOT NULL
    )`);
    await runner.query('CREATE INDEX app_binding_of_team ON app_binding (team_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE app_binding');
  }
}
