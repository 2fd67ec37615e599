import type { MigrationInterface, QueryRunner } from 'typeorm';
import { placeholders } from '../respelling.ts';
import { searchKey } from '../search-key.ts';

/** People are searched for by name, and may have an e-mail address. */
export class People1766000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE agent ADD COLUMN name_key text NOT NULL DEFAULT ''");
    await runner.query("ALTER TABLE agent ADD COLUMN email text NOT NULL DEFAULT ''");
    const own = placeholders(runner);
    const agents = (await runner.query('SELECT id, name FROM agent')) as Array<{ id: string; name: string }>;
    for (const { id, name } of agents) {
      await runner.query(own('UPDATE agent SET name_key = ? WHERE id = ?'), [searchKey(name), id]);
    }
    await runner.query('CREATE INDEX agent_by_name ON agent (team_id, name_key, id)');
    await runner.query('CREATE INDEX group_member_agent ON group_member (agent_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX group_member_agent');
    await runner.query('DROP INDEX agent_by_name');
    await runner.query('ALTER TABLE agent DROP COLUMN email');
    await runner.query('ALTER TABLE agent DROP COLUMN name_key');
  }
}
