import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who leads which group. Up to now a leader's groups were not known: they are those that the leader is a member of. */
export class GroupLeaders1764800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE group_leader (
      group_id varchar(64) NOT NULL REFERENCES agent_group (id) ON DELETE CASCADE,
      agent_id varchar(64) NOT NULL REFERENCES agent (id) ON DELETE CASCADE,
      team_id varchar(64) NOT NULL REFERENCES team (id) ON DELETE CASCADE,
      PRIMARY KEY (group_id, agent_id)
    )`);
    await runner.query('CREATE INDEX group_leader_team ON group_leader (team_id)');
    await runner.query(`INSERT INTO group_leader (group_id, agent_id, team_id)
      SELECT m.group_id, m.agent_id, m.team_id FROM group_member m
      JOIN agent a ON a.id = m.agent_id WHERE a.role = 'leader'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE group_leader');
  }
}
