/**
 * What a live team costs its database: whole lives of queue calls, commits included, on SQLite and on a PostgreSQL of its own, and
 * what people wait for while the database hangs. The switch is one in memory. `SECONDS`: of each measurement (5).
 * `TELEBAR_BENCH_POSTGRES` names an empty database to be measured instead; `none`: SQLite only.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { Ownership } from '../../server/live/ownership/ownership.ts';
import { createCallCentre, type CallCentre } from '../../server/live/call-centre.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, EndpointId, SessionId } from '../../server/core/kernel/ids.ts';
import type { Change } from '../../server/contract/realtime/desk.ts';
import type { Identity } from '../../server/core/kernel/actor.ts';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { SortableIds } from '../../server/start/sortable-ids.ts';
import { tables } from '../../server/start/tables.ts';
import { Secrets } from '../../server/store/secrets.ts';
import { openStore } from '../../server/store/store.ts';
import { systemClock } from '../../server/start/system-clock.ts';
import { startPostgres } from '../store/postgres-cluster.ts';
import { HOTLINE, SALES, TEAM, agent, agentId, fill, group, member } from '../support/builders.ts';
import type { FakeCall } from '../support/fake-far-end.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { noOtherSwitch } from '../support/owns-all.ts';
import { figure, quantile, report, type Figure } from './report.ts';

const SECONDS = Number(process.env.SECONDS ?? 5);
const AGENTS = 40;
/** Somebody waits, so that every agent always has a call. */
const CALLERS = 60;
const HANG_MS = 5_000;
/** A person notices it. */
const LATE_MS = 1_000;

interface Bed {
  readonly centre: CallCentre;
  readonly telephone: FakeSwitch;
  readonly desks: readonly Desk[];
  stop(): Promise<void>;
}

interface Desk {
  readonly who: Identity;
  /** What becomes of a call that rings here. */
  rung: (callId: CallId) => void;
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

async function start(databaseUrl: string | null): Promise<Bed & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'telebar-live-store-'));
  const secrets = new Secrets('a secret of at least thirty-two characters');
  const settings = { dataFolder: folder, databaseUrl, secrets, numbers: chineseNumbers, logger: log };
  const store = await openStore(settings, tables);
  const numbers = Array.from({ length: AGENTS }, (_, index) => String(1001 + index));
  await fill(store, {
    agents: numbers.map((number) => agent(number)),
    members: numbers.map((number) => member(number, SALES)),
    // Whoever has been rung in vain is rung again at once.
    groups: [group(SALES, { ringMs: 2_000, retryMs: 1 })],
    phones: [],
    routes: [{ number: HOTLINE, teamId: TEAM, target: { kind: 'group', groupId: SALES }, version: 1 }],
  });
  const ids = new SortableIds();
  const telephone = new FakeSwitch(systemClock, ids);
  const ownership = new Ownership({
    ...{ unitOfWork: store, clock: systemClock, logger: log, home: 'home', slugs: null, lifeMs: 8_000 },
    ...{ self: { process: 'bench', url: '' }, elapsed: () => performance.now(), isDead: () => false },
    ...{ access: null, fateOf: () => 'left' },
  });
  await ownership.tryToEnter();
  const centre = createCallCentre({
    ownership,
    unitOfWork: store,
    switch: telephone,
    switchAt: noOtherSwitch,
    clock: systemClock,
    ids,
    numbers: chineseNumbers,
    logger: log,
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
    contactNumber: async () => '',
    agentDeparted: async () => undefined,
    checkPin: async () => true,
  });
  await centre.start();
  const desks: Desk[] = [];
  const beats: NodeJS.Timeout[] = [];
  for (const number of numbers) {
    const who: Identity = {
      teamId: TEAM,
      agentId: agentId(number),
      sessionId: asId<SessionId>(`session-${number}`),
      kind: 'agent',
      role: 'agent',
      expiresAt: Number.MAX_SAFE_INTEGER,
    };
    const desk: Desk = { who, rung: () => undefined };
    const clientId = `page-${number}`;
    const account = await centre.agents.browserDevice(who, clientId);
    const phone = telephone.phone(asId<EndpointId>(account.endpointId));
    let ringing: string | null = null;
    centre.desks.subscribe(who, clientId, (event) => {
      if (event.type === 'answer-leg') phone.calls.find((each) => each.legId === event.legId)?.answer();
    });
    const told = centre.desks.topic(who, 'desk').open(() => {
      for (const change of JSON.parse(told.patch() ?? '[]') as Change[]) {
        if (change.entity !== 'call' || change.value.phase !== 'offered' || change.value.id === ringing)
          continue;
        ringing = change.value.id;
        desk.rung(asId<CallId>(change.value.id));
      }
    });
    phone.register();
    const beat = () => centre.desks.heartbeat(who, clientId, { registered: true, microphone: 'ready' });
    beat();
    beats.push(setInterval(beat, 3_000));
    await centre.agents.signIn(who, {}, '127.0.0.1');
    desks.push(desk);
  }
  return {
    centre,
    telephone,
    desks,
    folder,
    async stop() {
      for (const beat of beats) clearInterval(beat);
      await centre.stop();
      await ownership.stop();
      await store.close();
      // The store may be looking at its file in this very moment.
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** So many callers are on the line at any time; who is refused or has been served calls again. @returns what ends that */
function keepCalling(telephone: FakeSwitch, callers: number): () => void {
  const calls = new Set<FakeCall>();
  let number = 0;
  const top = (): void => {
    for (const call of calls) if (call.cause !== null) calls.delete(call);
    while (calls.size < callers)
      calls.add(telephone.trunk.callIn(`139${(number += 1) + 10_000_000}`, HOTLINE));
  };
  top();
  const timer = setInterval(top, 5);
  return () => {
    clearInterval(timer);
    for (const call of calls) if (call.cause === null && call.state === 'calling') call.hangup();
  };
}

/** Calls that arrive, wait, ring, are answered and are ended, one after the other at each agent. */
async function callsPerSecond({ centre, telephone, desks }: Bed): Promise<{ rate: number; cpuMs: number }> {
  let ended = 0;
  for (const desk of desks) {
    desk.rung = (callId) => {
      void (async () => {
        // Requests come from sockets: whoever else has something to do comes between.
        await turn();
        await centre.calls.answer(desk.who, callId);
        await turn();
        await centre.calls.hangup(desk.who, callId);
        ended += 1;
      })().catch(() => undefined);
    };
  }
  const arriving = keepCalling(telephone, CALLERS);
  await pause(1_000);
  const [before, began, used] = [ended, performance.now(), process.cpuUsage()];
  await pause(SECONDS * 1_000);
  const rate = (ended - before) / ((performance.now() - began) / 1_000);
  const { user, system } = process.cpuUsage(used);
  const cpuMs = (user + system) / 1_000 / Math.max(1, ended - before);
  arriving();
  for (const desk of desks) desk.rung = () => undefined;
  return { rate, cpuMs };
}

/** Each agent talks, and holds and hangs up at some time while the database hangs. */
async function whileHanging(bed: Bed, hang: () => Promise<() => Promise<void>>): Promise<number[]> {
  const { centre, telephone, desks } = bed;
  const talking: Array<{ desk: Desk; callId: CallId }> = [];
  for (const desk of desks) {
    desk.rung = (callId) =>
      void centre.calls
        .answer(desk.who, callId)
        .then(() => talking.push({ desk, callId }))
        .catch(() => undefined);
  }
  const arriving = keepCalling(telephone, AGENTS);
  // Those who talk by then: the rest of an earlier measurement may keep some.
  for (let tries = 0; talking.length < AGENTS && tries < 100; tries += 1) await pause(50);
  const waited: number[] = [];
  const timed = async (act: () => Promise<unknown>): Promise<void> => {
    const began = performance.now();
    await act().catch(() => undefined);
    waited.push(performance.now() - began);
  };
  const release = await hang();
  const began = performance.now();
  await Promise.all(
    talking.map(async ({ desk, callId }, index) => {
      await pause((index / AGENTS) * HANG_MS * 0.8);
      await timed(() => centre.calls.hold(desk.who, callId));
      await timed(() => centre.calls.hangup(desk.who, callId));
    }),
  );
  await pause(Math.max(0, HANG_MS - (performance.now() - began)));
  await release();
  arriving();
  return waited;
}

async function measure(name: string, databaseUrl: string | null, aim: number): Promise<[Figure[], number[]]> {
  const bed = await start(databaseUrl);
  try {
    const { rate, cpuMs } = await callsPerSecond(bed);
    await pause(500);
    const waited = await whileHanging(
      bed,
      databaseUrl === null ? lockFile(bed.folder) : lockTables(databaseUrl),
    );
    const figures = [
      figure(
        `queue calls per second, ${name}`,
        rate,
        '1/s',
        `> ${aim}`,
        databaseUrl === null ? null : 'PostgreSQL without fsync, on the same machine',
      ),
      // Says what the figure above does not on a machine that has other things to do.
      figure(`CPU of a queue call, ${name}`, cpuMs, 'ms', null, 'switch in memory and 40 desks included'),
    ];
    return [figures, waited];
  } finally {
    await bed.stop();
  }
}

function lockFile(folder: string): () => Promise<() => Promise<void>> {
  return async () => {
    const other = new DataSource({ type: 'better-sqlite3', database: join(folder, 'telebar.sqlite') });
    await other.initialize();
    await other.query('BEGIN IMMEDIATE');
    return async () => {
      await other.query('ROLLBACK');
      await other.destroy();
    };
  };
}

function lockTables(url: string): () => Promise<() => Promise<void>> {
  return async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('BEGIN');
    await client.query(
      'LOCK TABLE call, leg, journal, presence, session, agent, team IN ACCESS EXCLUSIVE MODE',
    );
    return async () => {
      await client.query('ROLLBACK');
      await client.end();
    };
  };
}

const wanted = process.env.TELEBAR_BENCH_POSTGRES;
const cluster = wanted === undefined ? await startPostgres() : null;
const url = wanted === 'none' ? null : (wanted ?? (await cluster?.newDatabase()) ?? null);
const figures: Figure[] = [];
const waited: number[] = [];
try {
  const runs = [['SQLite', null, 400] as const, ...(url === null ? [] : [['PostgreSQL', url, 300] as const])];
  for (const [name, databaseUrl, aim] of runs) {
    const [rates, waits] = await measure(name, databaseUrl, aim);
    figures.push(...rates);
    figures.push(figure(`store hang 5 s, ${name}: hold or hang-up p99`, quantile(waits, 0.99), 'ms'));
    waited.push(...waits);
  }
} finally {
  await cluster?.stop();
}
const late = waited.filter((ms) => ms > LATE_MS).length;
figures.push(figure('store hang 5 s: commands late', late, `of ${waited.length}`, '0', `over ${LATE_MS} ms`));
await report('live-store', figures);
process.exit(0);
