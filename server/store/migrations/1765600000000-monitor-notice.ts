import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether agents of a team see who listens to them; they do until somebody says otherwise. */
export class MonitorNotice1765600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE team ADD COLUMN monitor_notice text NOT NULL DEFAULT 'shown'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE team DROP COLUMN monitor_notice');
  }
}
