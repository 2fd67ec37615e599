import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What came of a call, of a list of the team's own; the record keeps its name and as what it counted. */
export class CallResults1766300120000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await replaceKind(runner, "text NOT NULL DEFAULT 'pause'");
    await runner.query("ALTER TABLE reason ADD COLUMN marks text NOT NULL DEFAULT '[]'");
    await runner.query('ALTER TABLE call ADD COLUMN wrap_up_result text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE call DROP COLUMN wrap_up_result');
    await runner.query('ALTER TABLE reason DROP COLUMN marks');
    await runner.query("DELETE FROM reason WHERE kind NOT IN ('pause', 'wrap-up')");
    await replaceKind(runner, "text NOT NULL DEFAULT 'pause' CHECK (kind_word IN ('pause', 'wrap-up'))");
  }
}

/** SQLite cannot change what a column takes: another one takes its place. */
async function replaceKind(runner: QueryRunner, column: string): Promise<void> {
  await runner.query(`ALTER TABLE reason ADD COLUMN kind_word ${column}`);
  await runner.query('UPDATE reason SET kind_word = kind');
  await runner.query('ALTER TABLE reason DROP COLUMN kind');
  await runner.query('ALTER TABLE reason RENAME COLUMN kind_word TO kind');
}
