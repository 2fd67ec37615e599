import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The set-up changes while the server runs: rows carry a version, and what is deleted or closed stays for its names. Its number
 * is free again; what it was stands beside, because numbers are unique over all rows of a table.
 */
const added = {
  team: ['set_up_version integer NOT NULL DEFAULT 1'],
  agent: [
    'version integer NOT NULL DEFAULT 1',
    'deleted_at bigint',
    'released_number text',
    'released_username text',
  ],
  agent_group: [
    'version integer NOT NULL DEFAULT 1',
    'closed_at bigint',
    'successor_id varchar(64)',
    'released_number text',
  ],
  reason: ['version integer NOT NULL DEFAULT 1', 'deleted_at bigint'],
  route: ['version integer NOT NULL DEFAULT 1'],
};

export class SetUpChanges1765100000000 implements MigrationInterface {
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
