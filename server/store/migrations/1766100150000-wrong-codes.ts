import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many wrong codes somebody with the right password has tried, over all servers, and since when. */
export class WrongCodes1766100150000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE second_factor ADD COLUMN wrong_codes integer NOT NULL DEFAULT 0');
    await runner.query('ALTER TABLE second_factor ADD COLUMN wrong_since bigint NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE second_factor DROP COLUMN wrong_since');
    await runner.query('ALTER TABLE second_factor DROP COLUMN wrong_codes');
  }
}
