import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What reports are made of, and by which clock they tell days apart. */
export class Facts1765200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE team ADD COLUMN time_zone text NOT NULL DEFAULT 'Asia/Shanghai'`);
    await runner.query(`CREATE TABLE agent_span (
      agent_id varchar(64) NOT NULL,
      started_at bigint NOT NULL,
      version integer NOT NULL,
      team_id varchar(64) NOT NULL,
      agent_number text NOT NULL,
      agent_name text NOT NULL,
      state text NOT NULL,
      reason_id varchar(64),
      reason_label text,
      call_id varchar(64),
      group_id varchar(64),
      group_name text,
      ended_at bigint,
      estimated boolean NOT NULL,
      PRIMARY KEY (agent_id, started_at, version)
    )`);
    await runner.query('CREATE INDEX agent_span_newest ON agent_span (team_id, started_at)');
    await runner.query('CREATE INDEX agent_span_ended ON agent_span (team_id, ended_at)');
    await runner.query(`CREATE TABLE call_part (
      id varchar(64) PRIMARY KEY,
      call_id varchar(64) NOT NULL,
      team_id varchar(64) NOT NULL,
      direction text NOT NULL,
      role text NOT NULL,
      agent_id varchar(64),
      agent_number text,
      agent_name text,
      group_id varchar(64),
      group_name text,
      started_at bigint NOT NULL,
      answered_at bigint,
      ended_at bigint,
      queue_ms bigint,
      ring_ms bigint NOT NULL,
      talk_ms bigint NOT NULL,
      hold_ms bigint NOT NULL,
      wrap_up_ms bigint NOT NULL,
      outcome text,
      cause text,
      estimated boolean NOT NULL
    )`);
    await runner.query('CREATE INDEX call_part_newest ON call_part (team_id, started_at, id)');
    await runner.query('CREATE INDEX call_part_call ON call_part (call_id)');
    await runner.query('CREATE INDEX call_part_open ON call_part (team_id) WHERE ended_at IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE call_part');
    await runner.query('DROP TABLE agent_span');
    await runner.query('ALTER TABLE team DROP COLUMN time_zone');
  }
}
