import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What waits is looked for by its webhook, and a webhook knows since when it listens. */
export class WebhookLines1766100250000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX webhook_delivery_due');
    await runner.query(
      `CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, due_at) WHERE state = 'waiting'`,
    );
    await runner.query('ALTER TABLE webhook ADD COLUMN active_since bigint NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhook DROP COLUMN active_since');
    await runner.query('DROP INDEX webhook_delivery_due');
    await runner.query(
      `CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at) WHERE state = 'waiting'`,
    );
  }
}
