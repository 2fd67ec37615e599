import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A webhook that is taken away is gone for everybody at once, and its deliveries are deleted afterwards. */
export class RemovedWebhooks1766200300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhook ADD COLUMN removed_at bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DELETE FROM webhook_delivery WHERE webhook_id IN (SELECT id FROM webhook WHERE removed_at IS NOT NULL)',
    );
    await runner.query('DELETE FROM webhook WHERE removed_at IS NOT NULL');
    await runner.query('ALTER TABLE webhook DROP COLUMN removed_at');
  }
}
