import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reasons stand below each other, and say whether a pause is paid and how long it may last. */
export class ReasonTrees1766300100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE reason ADD COLUMN parent_id varchar(64)');
    await runner.query('ALTER TABLE reason ADD COLUMN colour text');
    await runner.query('ALTER TABLE reason ADD COLUMN paid boolean NOT NULL DEFAULT false');
    await runner.query('ALTER TABLE reason ADD COLUMN limit_ms bigint');
    await runner.query('ALTER TABLE agent_span ADD COLUMN reason_paid boolean');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE agent_span DROP COLUMN reason_paid');
    for (const column of ['limit_ms', 'paid', 'colour', 'parent_id']) {
      await runner.query(`ALTER TABLE reason DROP COLUMN ${column}`);
    }
  }
}
