import { join } from 'node:path';
import { DataSource, type QueryRunner } from 'typeorm';
import { expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, LegId, TeamId } from '../../server/core/kernel/ids.ts';
import { Initial1763600000000 } from '../../server/store/migrations/1763600000000-initial.ts';
import { WrapUp1763700000000 } from '../../server/store/migrations/1763700000000-wrap-up.ts';
import { CustomerCalls1763700100000 } from '../../server/store/migrations/1763700100000-customer-calls.ts';
import { BrowserPhones1763800000000 } from '../../server/store/migrations/1763800000000-browser-phones.ts';
import { NumberSpellings1764400000000 } from '../../server/store/migrations/1764400000000-number-spellings.ts';
import { StoreCheck1764500000000 } from '../../server/store/migrations/1764500000000-store-check.ts';
import { NumberPlan1764600000000 } from '../../server/store/migrations/1764600000000-number-plan.ts';
import { describeStore, openBedStore } from './store-bed.ts';
import * as rows from './rows.ts';
import type { CallRow, JournalRow } from '../../server/core/ports/live-store.ts';

const { teamId, agentId } = rows;

const earlier = [
  Initial1763600000000,
  WrapUp1763700000000,
  CustomerCalls1763700100000,
  BrowserPhones1763800000000,
  NumberSpellings1764400000000,
  StoreCheck1764500000000,
  NumberPlan1764600000000,
];

const TEAM_1 = { team_id: 'team_1' };
const earlierRows: ReadonlyArray<readonly [table: string, row: Record<string, string | number | null>]> = [
  [
    'team',
    {
      ...{ id: 'team_1', slug: 'one', name: 'One', locale: 'en', allowed_origins: '[]' },
      ...{ caller_ids: '[]', customer_fields: '[]' },
    },
  ],
  [
    'agent',
    { ...TEAM_1, id: 'agent_1', number: '1001', username: 'ann', name: 'Ann', role: 'agent', pin_hash: null },
  ],
  ['presence', { ...TEAM_1, agent_id: 'agent_1', state: '{}', updated_at: 7 }],
  [
    'browser_phone',
    {
      ...{ ...TEAM_1, agent_id: 'agent_1', endpoint_id: 'endpoint_1', client_id: 'page', username: 'user' },
      expires_at: 9,
    },
  ],
  [
    'call',
    {
      ...{ ...TEAM_1, id: 'call_1', direction: 'queue', number: '1', comparable: '1', name: null, did: '4' },
      ...{ group_id: 'group_1', group_name: 'G', agent_id: 'agent_1', agent_number: '1001' },
      ...{ agent_ids: '["agent_1"]', customer_id: 'customer_1', started_at: 1, answered_at: 2, ended_at: 3 },
      ...{ waited_ms: 4, talk_ms: 5, cause: 'normal', data: '{"a":"b"}', state: '{"phase":{}}' },
      ...{ wrap_up_reason_id: 'reason_1', wrap_up_label: '{"en":"x"}', wrap_up_notes: 'notes' },
      ...{ wrap_up_agent_id: 'agent_1', wrap_up_agent_number: '1001', wrap_up_at: 6 },
    },
  ],
  [
    'leg',
    {
      ...{ ...TEAM_1, id: 'leg_1', call_id: 'call_1', role: 'agent', agent_id: 'agent_1', number: '1001' },
      ...{ name: 'Ann', started_at: 1, answered_at: 2, ended_at: 3, cause: 'normal' },
    },
  ],
  ['call_agent', { ...TEAM_1, call_id: 'call_1', agent_id: 'agent_1', side: 'inbound' }],
  ['journal', { ...TEAM_1, subject: 'call_1', sequence: 1, type: 'call-held', time: 8, event: '{}' }],
];

/** What must be there beside, and changes when the server starts, or reads differently in the two databases. */
const hidden: Record<string, Record<string, string>> = {
  team: { embed_secret: 'secret' },
  agent: { password_hash: 'hash', active: '1' },
  browser_phone: { ha1: 'one', ha1_sha256: 'two' },
};

function events(count: number): JournalRow[] {
  return Array.from({ length: count }, (_, index) => ({
    teamId,
    subject: 'call_1',
    sequence: index + 1,
    type: 'call-held',
    time: index,
    event: { type: 'call-held', callId: 'call_1' },
  }));
}

describeStore('the rows of live teams', (bed) => {
  /** Straight at the tables, as an operator is or an earlier version was. */
  const onTables = async <T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> => {
    const source = new DataSource(
      bed.databaseUrl === null
        ? { type: 'better-sqlite3', database: join(bed.folder, 'telebar.sqlite') }
        : { type: 'postgres', url: bed.databaseUrl },
    );
    await source.initialize();
    const runner = source.createQueryRunner();
    try {
      return await work(runner);
    } finally {
      await runner.release();
      await source.destroy();
    }
  };

  it('of one commit are all there, whatever their tables have to do with each other', async () => {
    const call = rows.call();
    const leg = rows.leg({ callId: call.id });
    const [first, second] = [events(1), events(2).slice(1)];
    await bed.store.run(
      async (r) => {
        await r.journal.append(first);
        // A leg is of a call that is not there yet.
        await r.calls.saveAll([{ call, legs: [leg] }]);
        await r.journal.append(second);
        await r.calls.saveAll([{ call: { ...call, talkMs: 7 }, legs: [] }]);
      },
      { live: 'commits' },
    );
    const found = await bed.store.run(async (r) => ({
      journal: (await r.journal.of(teamId, 'call_1')).map((row) => row.sequence),
      call: await r.calls.byId(teamId, call.id),
    }));
    expect(found.journal).toEqual([1, 2]);
    expect(found.call).toMatchObject({ call: { talkMs: 7 }, legs: [{ id: leg.id }] });
  });

  it('of one commit are none of them there when one is refused', async () => {
    const call = rows.call();
    await bed.store.run((r) => r.journal.append(events(1)));
    const commit = bed.store.run(
      async (r) => {
        await r.calls.saveAll([{ call, legs: [] }]);
        await r.journal.append(events(1));
      },
      { live: 'commits' },
    );
    await expect(commit).rejects.toMatchObject({ code: 'duplicate' });
    expect(await bed.store.run((r) => r.calls.byId(teamId, call.id))).toBeNull();
  });

  it('keep a text of which one character is only half there', async () => {
    const call = rows.call({ name: 'Ann \uD83D' });
    await bed.store.run((r) => r.calls.saveAll([{ call, legs: [] }]));
    const found = await bed.store.run((r) => r.calls.byId(teamId, call.id));
    expect(found?.call.name).toBe('Ann \uFFFD');
  });

  it('are written at once however many there are', async () => {
    await bed.store.run((r) => r.journal.append(events(25_000)));
    const call = rows.call();
    const legs = Array.from({ length: 7_000 }, (_, index) =>
      rows.leg({ id: asId<LegId>(`leg_${index}`), callId: call.id }),
    );
    const calls = Array.from({ length: 3_000 }, (_, index) => ({
      call: rows.call({ id: asId<CallId>(`call_of_${index}`) }),
      legs: [],
    }));
    await bed.store.run((r) => r.calls.saveAll([{ call, legs }, ...calls]));
    const found = await bed.store.run(async (r) => ({
      journal: (await r.journal.of(teamId, 'call_1')).map((row) => row.sequence),
      legs: (await r.calls.byId(teamId, call.id))?.legs.length,
    }));
    expect(found.journal).toEqual(events(25_000).map((row) => row.sequence));
    expect(found.legs).toBe(7_000);
  });

  it('are stored also when the set-up has nothing of what they speak of any more', async () => {
    await onTables((runner) => runner.query(`DELETE FROM agent WHERE id = '${agentId}'`));
    const gone = asId<TeamId>('team_gone');
    await bed.store.run(async (r) => {
      await r.presence.saveAll([{ teamId, agentId, state: {}, updatedAt: 1 }]);
      await r.calls.save(rows.call({ teamId: gone, agentIds: [agentId] }), [rows.leg({ teamId: gone })]);
      await r.journal.append(events(1).map((row) => ({ ...row, teamId: gone })));
    });
    expect(await bed.store.run((r) => r.presence.all(teamId))).toHaveLength(1);
  });

  it.each<[string, Partial<CallRow>]>([
    // The databases differ in what they take: SQLite minds no length.
    ['has an id that is too long', { id: asId<CallId>('x'.repeat(65)) }],
    ['breaks a rule of its table', { direction: 'sideways' as 'queue' }],
    ['lacks what it must have', { startedAt: null as unknown as number }],
  ])('refuse one that %s, for a reason of its own', async (_what, wrong) => {
    if (bed.databaseUrl === null && 'id' in wrong) return;
    const storing = bed.store.run((r) => r.calls.save(rows.call(wrong), []));
    await expect(storing).rejects.toMatchObject({ code: 'bad-row' });
    await bed.store.ping();
  });

  it('are set aside as they are, and are found there', async () => {
    const row = { id: 'aside_1', teamId, time: 5, reason: 'why', content: { journal: events(1) } };
    await bed.store.run((r) => r.setAside.append([row]));
    expect(await bed.store.run((r) => r.setAside.all())).toEqual([row]);
  });

  it('of an earlier version lose their references and nothing else', async () => {
    await bed.store.close();
    await onTables(async (runner) => {
      if (bed.databaseUrl === null) await emptyFile(runner);
      else await runner.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      for (const migration of earlier) await new migration().up(runner);
      for (const [table, row] of earlierRows) {
        const whole = { ...row, ...hidden[table] };
        const values = Object.values(whole).map((value) => (value === null ? 'NULL' : `'${value}'`));
        await runner.query(
          `INSERT INTO ${table} (${Object.keys(whole).join(', ')}) VALUES (${values.join(', ')})`,
        );
      }
      await runner.query(
        'CREATE TABLE migration (id integer PRIMARY KEY, timestamp bigint NOT NULL, name text NOT NULL)',
      );
      for (const [index, { name }] of earlier.entries()) {
        await runner.query(
          `INSERT INTO migration (id, timestamp, name) VALUES (${index}, ${name.slice(-13)}, '${name}')`,
        );
      }
      if (bed.databaseUrl !== null) {
        await runner.query('CREATE SEQUENCE migration_id_seq START 100 OWNED BY migration.id');
        await runner.query(`ALTER TABLE migration ALTER id SET DEFAULT nextval('migration_id_seq')`);
      }
    });
    bed.store = await openBedStore(bed);
    await onTables(async (runner) => {
      for (const [table, { customer_fields: _moved, ...row }] of earlierRows) {
        const found = (await runner.query(`SELECT ${Object.keys(row).join(', ')} FROM ${table}`)) as object[];
        const texts = found.map((each) =>
          Object.fromEntries(
            Object.entries(each).map(([name, value]) => [name, value === null ? null : String(value)]),
          ),
        );
        expect([table, texts]).toEqual([table, [textOf(row)]]);
      }
      await runner.query(`DELETE FROM agent WHERE id = 'agent_1'`);
      await runner.query(`DELETE FROM team WHERE id = 'team_1'`);
      for (const table of ['presence', 'browser_phone', 'call', 'leg', 'call_agent', 'journal']) {
        expect([table, await runner.query(`SELECT team_id FROM ${table}`)]).toEqual([
          table,
          [{ team_id: 'team_1' }],
        ]);
      }
    });
    // What is a part of a call still goes with it, and what is looked for is found by its indices.
    await bed.store.run((r) => r.calls.retract(teamId, rows.call().id));
    await onTables(async (runner) => {
      for (const table of ['leg', 'call_agent'])
        expect(await runner.query(`SELECT * FROM ${table}`)).toEqual([]);
      const catalogue = bed.databaseUrl === null ? 'sqlite_master' : 'pg_indexes';
      const column = bed.databaseUrl === null ? 'name' : 'indexname';
      const names = (await runner.query(`SELECT ${column} AS name FROM ${catalogue}`)) as Array<{
        name: string;
      }>;
      expect(names.map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          ...['presence_team', 'browser_phone_team', 'leg_call', 'call_agent_agent'],
          ...['call_newest', 'call_open', 'call_comparable', 'call_customer'],
        ]),
      );
    });
  });
});

async function emptyFile(runner: QueryRunner): Promise<void> {
  await runner.query('PRAGMA foreign_keys = OFF');
  const tables = (await runner.query(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`,
  )) as Array<{
    name: string;
  }>;
  for (const { name } of tables) await runner.query(`DROP TABLE ${name}`);
  await runner.query('PRAGMA foreign_keys = ON');
}

const textOf = (row: object) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
  );
