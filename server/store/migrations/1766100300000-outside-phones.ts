import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Numbers outside as agents' telephones, and the rules of a team for them. */
export class OutsidePhones1766100300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE agent ADD COLUMN outside_number text');
    await runner.query("ALTER TABLE team ADD COLUMN outside_phones text NOT NULL DEFAULT 'assigned'");
    await runner.query("ALTER TABLE team ADD COLUMN outside_confirm text NOT NULL DEFAULT 'queue-calls'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE team DROP COLUMN outside_confirm');
    await runner.query('ALTER TABLE team DROP COLUMN outside_phones');
    await runner.query('ALTER TABLE agent DROP COLUMN outside_number');
  }
}
