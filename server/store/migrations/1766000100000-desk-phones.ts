import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Desk phones are changed while the server runs, as the rest of the set-up. */
export class DeskPhones1766000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE phone ADD COLUMN version integer NOT NULL DEFAULT 1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE phone DROP COLUMN version');
  }
}
