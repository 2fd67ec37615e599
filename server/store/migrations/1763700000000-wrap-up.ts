import type { MigrationInterface, QueryRunner } from 'typeorm';

const columns = [
  // No foreign key: the record outlives the reason and the agent it speaks of.
  ['wrap_up_reason_id', 'varchar(64)'],
  ['wrap_up_label', 'text'],
  ['wrap_up_notes', 'text'],
  ['wrap_up_agent_id', 'varchar(64)'],
  ['wrap_up_agent_number', 'text'],
  ['wrap_up_at', 'bigint'],
] as const;

/** What agents note down about a call. */
export class WrapUp1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of columns) await runner.query(`ALTER TABLE call ADD COLUMN ${name} ${type}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of columns) await runner.query(`ALTER TABLE call DROP COLUMN ${name}`);
  }
}
