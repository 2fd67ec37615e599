import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { asId, type AgentId } from '../../server/core/kernel/ids.ts';
import { GroupLeaders1764800000000 } from '../../server/store/migrations/1764800000000-group-leaders.ts';
import { describeStore, openBedStore, type StoreBed } from './store-bed.ts';
import * as rows from './rows.ts';

const { teamId, groupId } = rows;
const eva = asId<AgentId>('agent_eva');

describeStore('who leads a group', (bed) => {
  it('is kept, whether a member or not', async () => {
    const leader = { teamId, groupId, agentId: eva };
    await bed.store.run(async ({ agents, groups }) => {
      await agents.insert(rows.agent({ id: eva, number: '1900', username: 'eva', role: 'leader' }));
      await groups.insertLeader(leader);
    });
    expect(await bed.store.run(({ groups }) => groups.leaders(teamId))).toEqual([leader]);
    expect(await bed.store.run(({ groups }) => groups.leaders(rows.otherTeamId))).toEqual([]);
  });

  it('of an earlier version is every leader who is a member', async () => {
    const member = { teamId, groupId, static: false };
    await bed.store.run(async ({ agents, groups }) => {
      await agents.insert(rows.agent({ id: eva, number: '1900', username: 'eva', role: 'leader' }));
      for (const agentId of [eva, rows.agentId]) await groups.insertMember({ ...member, agentId });
    });
    await bed.store.close();
    await beforeLeaders(bed);
    bed.store = await openBedStore(bed);
    expect(await bed.store.run(({ groups }) => groups.leaders(teamId))).toEqual([
      { teamId, groupId, agentId: eva },
    ]);
  });
});

async function beforeLeaders({ databaseUrl, folder }: StoreBed): Promise<void> {
  const source = new DataSource(
    databaseUrl === null
      ? { type: 'better-sqlite3', database: join(folder, 'telebar.sqlite') }
      : { type: 'postgres', url: databaseUrl },
  );
  await source.initialize();
  const runner = source.createQueryRunner();
  await new GroupLeaders1764800000000().down(runner);
  await runner.query(`DELETE FROM migration WHERE name = '${GroupLeaders1764800000000.name}'`);
  await runner.release();
  await source.destroy();
}
