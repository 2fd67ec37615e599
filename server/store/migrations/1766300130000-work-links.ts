import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Addresses that agents open during a call. */
export class WorkLinks1766300130000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE work_link (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL,
      label text NOT NULL,
      url text NOT NULL,
      group_ids text NOT NULL,
      position integer NOT NULL,
      version integer NOT NULL
    )`);
    await runner.query('CREATE INDEX work_link_of_team ON work_link (team_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE work_link');
  }
}
