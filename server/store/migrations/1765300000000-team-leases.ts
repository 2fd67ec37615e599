import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which process owns which teams: places, who holds them and until when, and the teams at each. */
export class TeamLeases1765300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE server_place (
      name varchar(96) PRIMARY KEY,
      process varchar(192) NOT NULL,
      url text NOT NULL,
      until bigint NOT NULL
    )`);
    await runner.query(`CREATE TABLE team_lease (
      team_id varchar(64) PRIMARY KEY,
      place varchar(96) NOT NULL,
      epoch integer NOT NULL
    )`);
    await runner.query('CREATE INDEX team_lease_place ON team_lease (place)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE team_lease');
    await runner.query('DROP TABLE server_place');
  }
}
