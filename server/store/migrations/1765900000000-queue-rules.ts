import type { MigrationInterface, QueryRunner } from 'typeorm';

const SERVICE_LEVEL = '{"withinMs":20000,"percent":80,"shortAbandonMs":5000}';

/** How callers wait and who gets them. A group goes on as it did: longest idle, without a limit, and nobody is paused. */
const added: Readonly<Record<string, readonly string[]>> = {
  agent_group: [
    "strategy text NOT NULL DEFAULT 'longest-idle'",
    "skill_steps text NOT NULL DEFAULT '[]'",
    'priority integer NOT NULL DEFAULT 0',
    'sticky text',
    'max_wait_ms bigint',
    'max_length integer',
    'overflow text',
    "when_nobody text NOT NULL DEFAULT 'wait'",
    "when_paused text NOT NULL DEFAULT 'wait'",
    "when_busy text NOT NULL DEFAULT 'wait'",
    'pause_after_missed integer',
    'announcements text',
    'sounds text',
    `service_level text NOT NULL DEFAULT '${SERVICE_LEVEL}'`,
  ],
  group_member: ['level integer NOT NULL DEFAULT 1'],
  route: ['priority integer NOT NULL DEFAULT 0'],
  team: ['priority_point_ms bigint NOT NULL DEFAULT 60000'],
};

export class QueueRules1765900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(added)) {
      for (const column of columns) await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(added)) {
      for (const column of columns) {
        await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column.split(' ', 1)[0]}`);
      }
    }
  }
}
