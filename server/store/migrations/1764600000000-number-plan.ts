import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By whose spelling the numbers in all rows are compared: until now China's, and of one country at a time. */
export class NumberPlan1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE number_plan (name varchar(64) PRIMARY KEY)');
    await runner.query("INSERT INTO number_plan (name) VALUES ('CN')");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE number_plan');
  }
}
