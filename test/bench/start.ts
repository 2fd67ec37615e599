/**
 * `npm run bench:live` measures it too: how long a server needs until a database of 200 teams with 100 agents each takes calls: from
 * opening it to the last team, with the phones of those who were signed in. On SQLite, with a switch in memory.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { asId, type AgentId, type GroupId, type TeamId } from '../../server/core/kernel/ids.ts';
import { createCallCentre } from '../../server/live/call-centre.ts';
import { Ownership } from '../../server/live/ownership/ownership.ts';
import { SortableIds } from '../../server/start/sortable-ids.ts';
import { systemClock } from '../../server/start/system-clock.ts';
import { tables } from '../../server/start/tables.ts';
import { Secrets } from '../../server/store/secrets.ts';
import { openStore } from '../../server/store/store.ts';
import { agent, filled, group } from '../support/builders.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { noOtherSwitch } from '../support/owns-all.ts';
import { figure, report } from './report.ts';

const TEAMS = 200;
const AGENTS = 100;
const GROUPS = 5;

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const folder = await mkdtemp(join(tmpdir(), 'telebar-start-'));
const secrets = new Secrets('a secret of at least thirty-two characters');
const settings = { dataFolder: folder, databaseUrl: null, secrets, numbers: chineseNumbers, logger: log };

async function fillDatabase(): Promise<void> {
  const store = await openStore(settings, tables);
  for (let each = 0; each < TEAMS; each++) {
    const teamId = asId<TeamId>(`team_${each}`);
    await store.run(async ({ teams, groups, agents }) => {
      await teams.insert({ ...filled({}).team, id: teamId, slug: `team-${each}` });
      const ids = Array.from({ length: GROUPS }, (_, index) => asId<GroupId>(`group_${each}_${index}`));
      for (const id of ids) await groups.insert(group(id, { teamId, number: id }));
      for (let index = 0; index < AGENTS; index++) {
        const number = String(1001 + index);
        const agentId = asId<AgentId>(`agent_${each}_${number}`);
        await agents.insert(agent(number, { id: agentId, teamId }));
        await groups.insertMember({ teamId, agentId, groupId: ids[index % GROUPS]!, static: false });
      }
    });
  }
  await store.close();
}

async function start(): Promise<number> {
  const from = performance.now();
  const store = await openStore(settings, tables);
  const ids = new SortableIds();
  const ownership = new Ownership({
    ...{ unitOfWork: store, clock: systemClock, logger: log, home: 'home', slugs: null, lifeMs: 8_000 },
    ...{ self: { process: 'bench', url: '' }, elapsed: () => performance.now(), isDead: () => false },
    ...{ access: null, fateOf: () => 'left' },
  });
  await ownership.tryToEnter();
  const centre = createCallCentre({
    ...{ ownership, unitOfWork: store, clock: systemClock, ids, numbers: chineseNumbers, logger: log },
    switch: new FakeSwitch(systemClock, ids),
    switchAt: noOtherSwitch,
    sip: {
      ...{
        domain: 'telebar.test',
        realm: 'telebar.test',
        ownPath: '/sip',
        registrarPort: null,
        iceServers: () => [],
      },
      ...{ newPassword: () => 'password', ha1: () => 'ha1', ha1Sha256: () => 'sha256' },
    },
    checkPassword: async () => undefined,
    checkPin: async () => true,
    contactNumber: async () => '',
    agentDeparted: async () => undefined,
  });
  await centre.start();
  const seconds = (performance.now() - from) / 1_000;
  if (!centre.ready || centre.gauges().teams !== TEAMS) throw new Error('not all teams take calls');
  await centre.stop();
  await ownership.stop();
  await store.close();
  return seconds;
}

try {
  await fillDatabase();
  // The first start reads what has never been read.
  const seconds = await start();
  await report('start', [
    figure(`start with ${TEAMS} teams, ${TEAMS * AGENTS} agents`, seconds, 's', '< 5', 'SQLite'),
  ]);
} finally {
  await rm(folder, { recursive: true, force: true });
}
