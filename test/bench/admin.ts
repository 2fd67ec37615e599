/**
 * `npm run bench:admin`: what an administrator waits for, on SQLite (`TELEBAR_BENCH_POSTGRES` names an empty database to be measured instead).
 *
 * - agent list: a page of 25 out of 10,000 people, by every order, searched and deep in the list;
 * - set-up change to live: from the change of a group until the live team follows it, stored, with 1,000 agents signed in, their desks
 *   followed, and 100 callers in the line.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentListQuery } from '../../server/contract/people.ts';
import type { Identity } from '../../server/core/kernel/actor.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { SessionId } from '../../server/core/kernel/ids.ts';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { setUpFeature } from '../../server/features/set-up/set-up.ts';
import { createCallCentre } from '../../server/live/call-centre.ts';
import { Ownership } from '../../server/live/ownership/ownership.ts';
import { SortableIds } from '../../server/start/sortable-ids.ts';
import { systemClock } from '../../server/start/system-clock.ts';
import { tables, type Repositories } from '../../server/start/tables.ts';
import { Secrets } from '../../server/store/secrets.ts';
import { openStore, type Store } from '../../server/store/store.ts';
import { HOTLINE, SALES, TEAM, agent, agentId, fill, group, member } from '../support/builders.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { noOtherSwitch } from '../support/owns-all.ts';
import { figure, quantile, report } from './report.ts';

const PEOPLE = 10_000;
const AGENTS = 1_000;
const WAITING = 100;
const ROUNDS = Number(process.env['ROUNDS'] ?? 100);

const log = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };
const sip = {
  ...{
    domain: 'telebar.test',
    realm: 'telebar.test',
    ownPath: '/sip',
    registrarPort: null,
    iceServers: () => [],
  },
  ...{ newPassword: () => 'password', ha1: () => 'ha1', ha1Sha256: () => 'sha256' },
};
const ids = new SortableIds();
const SURNAMES = ['李', '王', '张', '刘', '陈', 'Smith', 'García', 'Иванов'];

function identityOf(number: string, role: Identity['role'] = 'agent'): Identity {
  return {
    ...{ kind: 'agent', teamId: TEAM, agentId: agentId(number), role },
    ...{ sessionId: asId<SessionId>(`session-${number}`), expiresAt: Number.MAX_SAFE_INTEGER },
  };
}
const admin = identityOf('1', 'admin');

async function onStore<T>(people: number, measure: (store: Store<Repositories>) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'telebar-admin-'));
  const secrets = new Secrets('a secret of at least thirty-two characters');
  const databaseUrl = process.env['TELEBAR_BENCH_POSTGRES'] ?? null;
  const settings = { dataFolder: folder, databaseUrl, secrets, numbers: chineseNumbers, logger: log };
  const store = await openStore(settings, tables);
  const numbers = Array.from({ length: people }, (_, index) => String(10_000 + index));
  await fill(store, {
    agents: [
      agent('1', { role: 'admin' }),
      ...numbers.map((number, index) =>
        agent(number, { name: `${SURNAMES[index % SURNAMES.length]} ${number}` }),
      ),
    ],
    members: numbers.map((number) => member(number, SALES)),
    groups: [group(SALES)],
    phones: [],
    routes: [{ number: HOTLINE, teamId: TEAM, target: { kind: 'group', groupId: SALES }, version: 1 }],
  });
  try {
    return await measure(store);
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const nobody = { signedIn: [], waitingCalls: 0, openCalls: 0 };

function listing(): Promise<number[]> {
  return onStore(PEOPLE, async (store) => {
    const { agents } = setUpFeature({
      ...{ unitOfWork: store, clock: systemClock, ids, numbers: chineseNumbers, sip },
      ...{
        hashPassword: async () => '',
        endSessions: async () => undefined,
        meets: () => nobody,
        outsidePhones: () => [],
        changed: async () => undefined,
      },
      ...{ originsFixed: () => false, originsChanged: () => undefined },
    });
    const list = (query: object) => agents.list(admin, AgentListQuery.parse(query));
    const orders = ['number', '-number', 'name', '-name', 'username', 'role'];
    const queries: object[] = [
      ...orders.map((sort) => ({ sort })),
      ...orders.map((sort) => ({ sort, q: '李' })),
      { q: 'smith 1' },
      { q: '199' },
      { q: 'nobody at all' },
    ];
    let { next } = await list({ sort: 'name', limit: 100 });
    for (let page = 1; page < PEOPLE / 200; page += 1) {
      ({ next } = await list({ sort: 'name', limit: 100, cursor: next ?? undefined }));
    }
    queries.push({ sort: 'name', cursor: next ?? undefined });
    const times: number[] = [];
    for (let round = 0; round < Math.ceil(ROUNDS / 4); round += 1) {
      for (const query of queries) times.push(await timed(() => list(query)));
    }
    return times;
  });
}

function changing(): Promise<number[]> {
  return onStore(AGENTS, async (store) => {
    const telephone = new FakeSwitch(systemClock, ids);
    const ownership = new Ownership({
      ...{ unitOfWork: store, clock: systemClock, logger: log, home: 'home', slugs: null, lifeMs: 8_000 },
      ...{ self: { process: 'bench', url: '' }, elapsed: () => performance.now(), isDead: () => false },
      ...{ access: null, fateOf: () => 'left' },
    });
    await ownership.tryToEnter();
    const centre = createCallCentre({
      ...{
        ownership,
        unitOfWork: store,
        switch: telephone,
        switchAt: noOtherSwitch,
        clock: systemClock,
        ids,
      },
      ...{ numbers: chineseNumbers, logger: log, sip, checkPassword: async () => undefined },
      ...{ contactNumber: async () => '', agentDeparted: async () => undefined, checkPin: async () => true },
    });
    await centre.start();
    let told = 0;
    for (let index = 0; index < AGENTS; index += 1) {
      const who = identityOf(String(10_000 + index));
      centre.desks.topic(who, 'desk').open(() => {
        told += 1;
      });
      await centre.agents.signIn(who, { ignore: ['device-not-connected'] }, '127.0.0.1');
    }
    for (let caller = 0; caller < WAITING; caller += 1) {
      telephone.trunk.callIn(`139${10_000_000 + caller}`, HOTLINE);
    }
    const met = () => centre.meets(TEAM, { kind: 'group', id: SALES });
    while (met().waitingCalls < WAITING) await new Promise((resolve) => setImmediate(resolve));
    if (met().signedIn.length !== AGENTS) throw new Error(`${met().signedIn.length} are signed in`);
    const { groups } = setUpFeature({
      ...{
        unitOfWork: store,
        clock: systemClock,
        ids,
        numbers: chineseNumbers,
        sip,
        hashPassword: async () => '',
      },
      ...{
        endSessions: async () => undefined,
        meets: () => nobody,
        outsidePhones: () => [],
        changed: (teamId) => centre.setUpChanged(teamId),
      },
      ...{ originsFixed: () => false, originsChanged: () => undefined },
    });
    const times: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      times.push(await timed(() => groups.change(admin, SALES, round, { name: `Sales ${round}` })));
    }
    if (told === 0) throw new Error('no desk was told');
    await centre.stop();
    await ownership.stop();
    return times;
  });
}

// The reader of SQLite keeps no process alive.
const alive = setInterval(() => undefined, 1_000);
const lists = await listing();
const changes = await changing();
await report('admin', [
  figure('agent list p50', quantile(lists, 0.5), 'ms'),
  figure('agent list p95', quantile(lists, 0.95), 'ms', '< 50', 'a page of 25 out of 10,000 people'),
  figure('set-up change to live p50', quantile(changes, 0.5), 'ms'),
  figure(
    ...(['set-up change to live p95', quantile(changes, 0.95), 'ms', '< 100'] as const),
    '1,000 agents signed in, 100 calls waiting',
  ),
]);
clearInterval(alive);
