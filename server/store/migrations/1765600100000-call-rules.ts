import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What becomes of a group's calls when nobody takes a transfer, and when the last agent leaves. Passing on outside is off. */
const added = [
  "transfer_return text NOT NULL DEFAULT 'return'",
  "last_agent text NOT NULL DEFAULT 'end'",
  'transfer_outside boolean NOT NULL DEFAULT false',
  'talk_on_ms bigint NOT NULL DEFAULT 1800000',
];

export class CallRules1765600100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const column of added) await runner.query(`ALTER TABLE agent_group ADD COLUMN ${column}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of added) {
      await runner.query(`ALTER TABLE agent_group DROP COLUMN ${column.split(' ', 1)[0]}`);
    }
  }
}
