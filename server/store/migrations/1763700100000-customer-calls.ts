import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The calls of one customer, newest first. */
export class CustomerCalls1763700100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX call_customer ON call (team_id, customer_id, started_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX call_customer');
  }
}
