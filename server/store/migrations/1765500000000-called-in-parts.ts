import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who has called a party of a call in. */
export class CalledInParts1765500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE call_part ADD COLUMN brought_by varchar(64)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE call_part DROP COLUMN brought_by');
  }
}
