import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is to be forgotten is found without looking at all that is kept. */
export class Retention1765400200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.connection.options.type === 'postgres';
    // A row is written with each event: on PostgreSQL an index of ranges costs next to nothing.
    await runner.query(`CREATE INDEX journal_time ON journal ${isPostgres ? 'USING brin (time)' : '(time)'}`);
    await runner.query(
      `CREATE INDEX call_snapshot ON call (ended_at) WHERE ended_at IS NOT NULL AND state <> 'null'`,
    );
    await runner.query('CREATE INDEX session_expires ON session (expires_at)');
    await runner.query('CREATE INDEX session_revoked ON session (revoked_at) WHERE revoked_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['journal_time', 'call_snapshot', 'session_expires', 'session_revoked']) {
      await runner.query(`DROP INDEX ${index}`);
    }
  }
}
