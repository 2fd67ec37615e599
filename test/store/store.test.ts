import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asId } from '../../server/core/ids.ts';
import type {
  AgentId,
  CallId,
  CustomerId,
  EndpointId,
  LegId,
  ReasonId,
  SessionId,
} from '../../server/core/ids.ts';
import { comparableNumber } from '../../server/core/number/e164.ts';
import type { CallFilter, CallRow, SessionRow } from '../../server/core/ports/repositories.ts';
import { openStore, type Store } from '../../server/store/store.ts';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';
import * as rows from './rows.ts';

const { teamId, otherTeamId, agentId, otherAgentId, groupId } = rows;

/** SQLite always; PostgreSQL too when `npm run test:postgres` asks for it. */
const databases = ['sqlite', ...(process.env.TELEBAR_TEST_POSTGRES === '1' ? ['postgres'] : [])] as const;

describe.each(databases)('the store on %s', (kind) => {
  let cluster: PostgresCluster | null = null;
  let folder: string;
  let databaseUrl: string | null;
  let store: Store;

  beforeAll(async () => {
    if (kind === 'postgres') cluster = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await cluster?.stop();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'telebar-store-'));
    databaseUrl = (await cluster?.newDatabase()) ?? null;
    store = await openStore({ dataFolder: folder, databaseUrl });
    await store.run(rows.insertTeams);
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const session = (overrides: Partial<SessionRow> = {}): SessionRow => ({
    id: asId<SessionId>('session_1'),
    teamId,
    agentId,
    tokenHash: 'a'.repeat(64),
    createdAt: 1000,
    expiresAt: 2000,
    revokedAt: null,
    userAgent: 'test',
    address: '127.0.0.1',
    ...overrides,
  });

  describe('transactions', () => {
    it('keeps nothing of a unit of work that fails', async () => {
      const failing = store.run(async (repositories) => {
        await repositories.customers.insert(rows.customer(), ['13800138000']);
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      const found = await store.run((r) => r.customers.byNumber(teamId, '13800138000'));
      expect(found).toEqual([]);
    });

    it('keeps the rows of one unit of work when another that overlaps it fails', async () => {
      let startB: () => void = () => undefined;
      const bHasBeenCalled = new Promise<void>((resolve) => (startB = resolve));
      const a = store.run(async (repositories) => {
        await repositories.customers.insert(rows.customer(), []);
        await bHasBeenCalled;
        throw new Error('A fails');
      });
      const b = store.run((repositories) =>
        repositories.customers.insert(rows.customer({ id: asId<CustomerId>('customer_2') }), []),
      );
      startB();
      await expect(a).rejects.toThrow('A fails');
      await b;
      const kept = await store.run((r) => r.customers.search(teamId, null, null, 10));
      expect(kept.items.map((customer) => customer.id)).toEqual(['customer_2']);
    });

    it('does not show rows to others before they are committed', async () => {
      let looked: () => void = () => undefined;
      const done = new Promise<void>((resolve) => (looked = resolve));
      const writing = store.run(async (repositories) => {
        await repositories.customers.insert(rows.customer(), []);
        await done;
        throw new Error('rolled back');
      });
      const reading = store.run((r) => r.customers.byId(teamId, asId('customer_1')));
      looked();
      await expect(writing).rejects.toThrow('rolled back');
      expect(await reading).toBeNull();
    });

    it('runs many units of work at once without losing one', async () => {
      const ids = Array.from({ length: 40 }, (_, n) => asId<CustomerId>(`customer_${n}`));
      const results = await Promise.allSettled(
        ids.map((id, n) =>
          store.run(async (repositories) => {
            await repositories.customers.insert(rows.customer({ id }), []);
            if (n % 4 === 0) throw new Error('every fourth fails');
          }),
        ),
      );
      expect(results.filter((result) => result.status === 'rejected')).toHaveLength(10);
      const page = await store.run((r) => r.customers.search(teamId, null, null, 100));
      expect(page.items).toHaveLength(30);
    });

    it('refuses a customer who was changed by somebody else in the meantime', async () => {
      await store.run((r) => r.customers.insert(rows.customer(), []));
      const names = ['first', 'second', 'third'];
      const saved = await Promise.all(
        names.map((name) => store.run((r) => r.customers.update(rows.customer({ name, version: 2 }), [], 1))),
      );
      expect(saved.filter(Boolean)).toHaveLength(1);
      const stored = await store.run((r) => r.customers.byId(teamId, asId('customer_1')));
      expect(stored?.name).toBe(names[saved.indexOf(true)]);
      expect(stored?.version).toBe(2);
    });

    it('names a broken unique rule by code, and the database goes on working', async () => {
      const again = store.run((r) => r.agents.insert(rows.agent({ id: asId<AgentId>('agent_9') })));
      await expect(again).rejects.toMatchObject({ name: 'StorageError', code: 'duplicate' });
      expect(await store.run((r) => r.agents.all(teamId))).toHaveLength(2);
    });

    it('names a reference to nothing by code', async () => {
      const orphan = store.run((r) => r.sessions.insert(session({ agentId: asId('agent_404') })));
      await expect(orphan).rejects.toMatchObject({ name: 'StorageError', code: 'broken-reference' });
    });
  });

  describe('after a restart', () => {
    it('finds everything again and does not migrate twice', async () => {
      await store.run((r) => r.customers.insert(rows.customer(), ['13800138000']));
      await store.close();
      store = await openStore({ dataFolder: folder, databaseUrl });
      const found = await store.run((r) => r.customers.byNumber(teamId, '13800138000'));
      expect(found).toEqual([rows.customer()]);
    });

    it('lists the calls that have no end, of every team', async () => {
      await store.run(async (r) => {
        await r.calls.save(rows.call(), [rows.leg()]);
        await r.calls.save(
          rows.call({ id: asId<CallId>('call_2'), teamId: otherTeamId, startedAt: 1_763_600_000_001 }),
          [],
        );
        await r.calls.save(rows.call({ id: asId<CallId>('call_3'), endedAt: 1_763_600_000_500 }), []);
      });
      const open = await store.run((r) => r.calls.open());
      expect(open.map((call) => call.id)).toEqual(['call_1', 'call_2']);
      expect(open[0]).toEqual(rows.call());
    });
  });

  describe('teams', () => {
    it('changes the origins of one team only', async () => {
      await store.run((r) => r.teams.setAllowedOrigins(teamId, ['https://new.example']));
      const [one, other] = await store.run((r) => r.teams.all());
      expect(one).toEqual({ ...rows.team(), allowedOrigins: ['https://new.example'] });
      expect(other?.allowedOrigins).toEqual(rows.team().allowedOrigins);
    });

    it('gives back what was written, in its own types', async () => {
      const found = await store.run((r) => r.teams.bySlug('one'));
      expect(found).toEqual(rows.team());
      expect(await store.run((r) => r.teams.bySlug('nowhere'))).toBeNull();
      expect((await store.run((r) => r.teams.all())).map((team) => team.id)).toEqual([teamId, otherTeamId]);
    });

    it('finds the team by the number that was dialled', async () => {
      const toGroup = { number: '400100', teamId, target: { kind: 'group' as const, groupId } };
      const toAgent = { number: '1001', teamId, target: { kind: 'agent' as const, agentId } };
      await store.run(async (r) => {
        await r.teams.insertRoute(toGroup);
        await r.teams.insertRoute(toAgent);
      });
      expect(await store.run((r) => r.teams.route('400100'))).toEqual(toGroup);
      expect(await store.run((r) => r.teams.route('1001'))).toEqual(toAgent);
      expect(await store.run((r) => r.teams.route('1009'))).toBeNull();
    });

    it('lists reasons in their order and phones by name', async () => {
      const reason = {
        id: asId<ReasonId>('reason_2'),
        teamId,
        kind: 'pause' as const,
        label: { en: 'Lunch', 'zh-CN': '午餐' },
        position: 2,
      };
      const phone = {
        endpointId: asId<EndpointId>('phone_1'),
        teamId,
        username: '1001',
        name: 'Desk 1001',
        ha1: '0'.repeat(32),
        ha1Sha256: null,
      };
      await store.run(async (r) => {
        await r.teams.insertReason(reason);
        await r.teams.insertReason({ ...reason, id: asId<ReasonId>('reason_1'), position: 1 });
        await r.teams.insertPhone(phone);
      });
      const reasons = await store.run((r) => r.teams.reasons(teamId));
      expect(reasons.map(({ id }) => id)).toEqual(['reason_1', 'reason_2']);
      expect(reasons[1]).toEqual(reason);
      expect(await store.run((r) => r.teams.phones(teamId))).toEqual([phone]);
      expect(await store.run((r) => r.teams.phones(otherTeamId))).toEqual([]);
    });

    it('finds agents by id, user name and number only inside their team', async () => {
      await store.run(async (r) => {
        expect(await r.agents.byId(teamId, agentId)).toEqual(rows.agent());
        expect((await r.agents.byUsername(teamId, '1002'))?.id).toBe(otherAgentId);
        expect((await r.agents.byNumber(teamId, '1001'))?.id).toBe(agentId);
        expect(await r.agents.byId(otherTeamId, agentId)).toBeNull();
        expect(await r.agents.byUsername(otherTeamId, '1001')).toBeNull();
        expect(await r.agents.all(otherTeamId)).toEqual([]);
      });
    });

    it('keeps groups with their members, and presence', async () => {
      const member = { teamId, groupId, agentId, static: true };
      const presence = { teamId, agentId, state: { signedIn: ['group_1'] }, updatedAt: 5 };
      await store.run(async (r) => {
        await r.groups.insertMember(member);
        await r.presence.save({ ...presence, state: null, updatedAt: 4 });
        await r.presence.save(presence);
      });
      await store.run(async (r) => {
        expect(await r.groups.all(teamId)).toEqual([rows.group()]);
        expect(await r.groups.members(teamId)).toEqual([member]);
        expect(await r.presence.all(teamId)).toEqual([presence]);
        expect(await r.presence.all(otherTeamId)).toEqual([]);
      });
    });

    it('keeps the last phone of each agent’s page', async () => {
      const phone = {
        agentId,
        teamId,
        endpointId: asId<EndpointId>('ep_1'),
        clientId: 'page-1',
        username: 'web_1',
        ha1: 'a'.repeat(32),
        ha1Sha256: 'b'.repeat(64),
        expiresAt: 1_763_600_000_000,
      };
      const next = { ...phone, endpointId: asId<EndpointId>('ep_2'), clientId: 'page-2' };
      await store.run((r) => r.browserPhones.save(phone));
      await store.run((r) => r.browserPhones.save(next));
      expect(await store.run((r) => r.browserPhones.all(teamId))).toEqual([next]);
      expect(await store.run((r) => r.browserPhones.all(otherTeamId))).toEqual([]);
    });
  });

  describe('sessions', () => {
    it('finds a session by the hash of its token and revokes it once', async () => {
      await store.run((r) => r.sessions.insert(session()));
      await store.run((r) => r.sessions.revoke(session().id, 1500));
      await store.run((r) => r.sessions.revoke(session().id, 1900));
      expect(await store.run((r) => r.sessions.byTokenHash('a'.repeat(64)))).toEqual(
        session({ revokedAt: 1500 }),
      );
      expect(await store.run((r) => r.sessions.byTokenHash('b'.repeat(64)))).toBeNull();
    });

    it('lets a signed token be used once in a team, also when two come at the same moment', async () => {
      const uses = await Promise.all([
        store.run((r) => r.sessions.useTokenId(teamId, 'jti-1', 2000)),
        store.run((r) => r.sessions.useTokenId(teamId, 'jti-1', 2000)),
        store.run((r) => r.sessions.useTokenId(otherTeamId, 'jti-1', 2000)),
      ]);
      expect(uses.slice(0, 2).filter(Boolean)).toHaveLength(1);
      expect(uses[2]).toBe(true);
    });

    it('goes on with the transaction after a token that was used before', async () => {
      await store.run((r) => r.sessions.useTokenId(teamId, 'jti-1', 2000));
      await store.run(async (r) => {
        expect(await r.sessions.useTokenId(teamId, 'jti-1', 2000)).toBe(false);
        await r.sessions.insert(session());
      });
      expect(await store.run((r) => r.sessions.byTokenHash('a'.repeat(64)))).not.toBeNull();
    });

    it('forgets what has expired', async () => {
      await store.run(async (r) => {
        await r.sessions.insert(session());
        await r.sessions.insert(
          session({ id: asId<SessionId>('session_2'), tokenHash: 'b'.repeat(64), expiresAt: 9000 }),
        );
        await r.sessions.useTokenId(teamId, 'jti-1', 2000);
        await r.sessions.deleteExpired(5000);
      });
      await store.run(async (r) => {
        expect(await r.sessions.byTokenHash('a'.repeat(64))).toBeNull();
        expect(await r.sessions.byTokenHash('b'.repeat(64))).not.toBeNull();
        expect(await r.sessions.useTokenId(teamId, 'jti-1', 9000)).toBe(true);
      });
    });
  });

  describe('customers', () => {
    const put = (id: string, overrides: Parameters<typeof rows.customer>[0] = {}) => {
      const row = rows.customer({ id: asId<CustomerId>(id), ...overrides });
      return store.run((r) => r.customers.insert(row, row.numbers.map(comparableNumber)));
    };

    it('finds every customer who has a number, however it was written', async () => {
      await put('customer_1', { numbers: ['010-8888 6666', '+86 138 0013 8000'] });
      await put('customer_2', { numbers: ['13800138000'] });
      await put('customer_3', { numbers: ['13900139000'] });
      await put('customer_4', { teamId: otherTeamId, numbers: ['13800138000'] });
      const found = await store.run((r) => r.customers.byNumber(teamId, comparableNumber('0138 0013 8000')));
      expect(found.map((customer) => customer.id)).toEqual(['customer_1', 'customer_2']);
      expect(await store.run((r) => r.customers.byNumber(teamId, ''))).toEqual([]);
    });

    it('no longer finds a customer by a number that was taken away', async () => {
      await put('customer_1');
      const changed = rows.customer({ numbers: ['13700137000'], version: 2, updatedAt: 7 });
      await store.run(async (r) => expect(await r.customers.update(changed, ['13700137000'], 1)).toBe(true));
      await store.run(async (r) => {
        expect(await r.customers.byNumber(teamId, '13800138000')).toEqual([]);
        expect(await r.customers.byNumber(teamId, '13700137000')).toEqual([changed]);
      });
    });

    it('does not let one team change or read a customer of another', async () => {
      await put('customer_1');
      const stolen = rows.customer({ teamId: otherTeamId, name: 'Stolen', version: 2 });
      await store.run(async (r) => {
        expect(await r.customers.update(stolen, [], 1)).toBe(false);
        expect(await r.customers.byId(otherTeamId, rows.customer().id)).toBeNull();
        expect((await r.customers.byId(teamId, rows.customer().id))?.name).toBe('Ada Lovelace');
      });
    });

    it.each([
      ['the beginning of a name in any case', 'ÉMI', ['customer_2']],
      ['the beginning of a Chinese name', '王', ['customer_3']],
      ['the beginning of a company', 'analytical', ['customer_3', 'customer_2', 'customer_1']],
      ['the beginning of a number', '0139 00', ['customer_2']],
      ['a per cent sign, which is only a character', '%', []],
      ['an underscore, which is only a character', '_da', []],
    ])('searches by %s', async (_, q, expected) => {
      await put('customer_1', { createdAt: 1 });
      await put('customer_2', { name: 'Émilie', numbers: ['13900139000'], createdAt: 2 });
      await put('customer_3', { name: '王芳', numbers: ['13700137000'], createdAt: 3 });
      await put('customer_4', { name: '王芳', teamId: otherTeamId });
      const page = await store.run((r) => r.customers.search(teamId, q, null, 10));
      expect(page.items.map((customer) => customer.id)).toEqual(expected);
    });

    it('pages through customers of the same moment without repeating or skipping one', async () => {
      for (let n = 0; n < 7; n++) await put(`customer_${n}`, { createdAt: 5 });
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await store.run((r) => r.customers.search(teamId, null, cursor, 3));
        seen.push(...page.items.map((customer) => customer.id));
        cursor = page.next;
      } while (cursor !== null);
      expect(seen).toEqual(['6', '5', '4', '3', '2', '1', '0'].map((n) => `customer_${n}`));
    });

    it.each(['not a cursor', '%%%', Buffer.from('[1]').toString('base64url')])(
      'refuses the cursor "%s" that it never gave out',
      async (cursor) => {
        const search = store.run((r) => r.customers.search(teamId, null, cursor, 3));
        await expect(search).rejects.toMatchObject({ code: 'invalid-request' });
      },
    );
  });

  describe('calls', () => {
    it('replaces a call and its legs when they are saved again', async () => {
      await store.run((r) => r.calls.save(rows.call(), [rows.leg()]));
      const ended = rows.call({ endedAt: 1_763_600_060_000, talkMs: 42_000, cause: 'normal', state: null });
      const legs = [
        rows.leg({ endedAt: 1_763_600_060_000, cause: 'normal' }),
        rows.leg({ id: asId<LegId>('leg_2'), role: 'agent', agentId, startedAt: 1_763_600_001_000 }),
      ];
      await store.run((r) => r.calls.save(ended, legs));
      expect(await store.run((r) => r.calls.byId(teamId, ended.id))).toEqual({ call: ended, legs });
      expect(await store.run((r) => r.calls.byId(otherTeamId, ended.id))).toBeNull();
    });

    it('keeps what was noted down about a call, and that nothing is any more', async () => {
      const wrapUp = {
        reasonId: asId<ReasonId>('reason_1'),
        label: { en: 'Order', 'zh-CN': '订购' },
        notes: '20 more',
        agentId,
        agentNumber: '1001',
        at: 1_763_600_070_000,
      };
      const stored = async () => (await store.run((r) => r.calls.byId(teamId, rows.call().id)))?.call.wrapUp;
      await store.run((r) => r.calls.save(rows.call({ wrapUp }), []));
      expect(await stored()).toEqual(wrapUp);
      const notesOnly = { ...wrapUp, reasonId: null, label: null };
      await store.run((r) => r.calls.save(rows.call({ wrapUp: notesOnly }), []));
      expect(await stored()).toEqual(notesOnly);
      await store.run((r) => r.calls.save(rows.call(), []));
      expect(await stored()).toBeNull();
    });

    it('lists a call in the history of every agent who was offered it, newest first, in pages', async () => {
      for (let n = 0; n < 5; n++) {
        await store.run((r) =>
          r.calls.save(
            rows.call({
              id: asId<CallId>(`call_${n}`),
              startedAt: 1_763_600_000_000 + Math.floor(n / 2),
              agentIds: n === 4 ? [otherAgentId] : [agentId, otherAgentId],
            }),
            [],
          ),
        );
      }
      const mine = { agentId, side: null, customer: null };
      const first = await store.run((r) => r.calls.history(teamId, mine, null, 3));
      expect(first.items.map((call) => call.id)).toEqual(['call_3', 'call_2', 'call_1']);
      const second = await store.run((r) => r.calls.history(teamId, mine, first.next, 3));
      expect(second.items.map((call) => call.id)).toEqual(['call_0']);
      expect(second.next).toBeNull();
      const foreign = await store.run((r) => r.calls.history(otherTeamId, mine, null, 3));
      expect(foreign.items).toEqual([]);
    });

    it('lists the calls of a customer whoever had them, with those of the number from before it had a card', async () => {
      const id = (name: string) => asId<CallId>(name);
      const ada = asId<CustomerId>('customer_ada');
      const save = (name: string, at: number, change: Partial<CallRow>) =>
        store.run((r) =>
          r.calls.save(rows.call({ id: id(name), startedAt: 1_763_600_000_000 + at, ...change }), []),
        );
      await save('unlinked', 1, { agentIds: [otherAgentId] });
      await save('linked', 2, { customerId: ada, number: '999' });
      await save('dialled', 3, { customerId: ada, direction: 'outbound', agentIds: [otherAgentId] });
      await save('of_another', 4, { customerId: asId('customer_2') });
      await save('stranger', 5, { number: '13900139000' });
      await save('colleague', 6, { direction: 'internal' });
      const customer = { id: ada, comparable: ['13800138000'] };
      const list = async (change: Partial<CallFilter>, cursor: string | null = null, team = teamId) => {
        const filter = { agentId: null, side: null, customer, ...change };
        const page = await store.run((r) => r.calls.history(team, filter, cursor, 2));
        return { ids: page.items.map((each) => each.id), next: page.next };
      };
      const first = await list({});
      expect(first.ids).toEqual(['dialled', 'linked']);
      expect(await list({}, first.next)).toEqual({ ids: ['unlinked'], next: null });
      expect((await list({ customer: { id: ada, comparable: [] } })).ids).toEqual(['dialled', 'linked']);
      expect((await list({ side: 'outbound' })).ids).toEqual(['dialled']);
      expect((await list({ side: 'inbound' })).ids).toEqual(['linked', 'unlinked']);
      expect((await list({ agentId })).ids).toEqual(['linked']);
      expect((await list({}, null, otherTeamId)).ids).toEqual([]);
    });

    it('puts an internal call on the outbound side of the caller and on the inbound side of the called', async () => {
      const internal = rows.call({
        direction: 'internal',
        number: '1002',
        agentIds: [agentId, otherAgentId],
      });
      await store.run((r) =>
        r.calls.save(internal, [
          rows.leg({ role: 'agent', agentId }),
          rows.leg({ id: asId<LegId>('leg_2'), role: 'peer', agentId: otherAgentId }),
        ]),
      );
      const of = async (agent: AgentId, side: 'inbound' | 'outbound') =>
        (await store.run((r) => r.calls.history(teamId, { agentId: agent, side, customer: null }, null, 9)))
          .items.length;
      expect([await of(agentId, 'outbound'), await of(agentId, 'inbound')]).toEqual([1, 0]);
      expect([await of(otherAgentId, 'outbound'), await of(otherAgentId, 'inbound')]).toEqual([0, 1]);
    });

    it('knows whether an agent has had to do with a number', async () => {
      await store.run((r) => r.calls.save(rows.call(), []));
      await store.run(async (r) => {
        expect(await r.calls.hasHistory(teamId, agentId, '13800138000')).toBe(true);
        expect(await r.calls.hasHistory(teamId, otherAgentId, '13800138000')).toBe(false);
        expect(await r.calls.hasHistory(teamId, agentId, '13900139000')).toBe(false);
      });
    });

    it('links a customer to a call of the same team only', async () => {
      await store.run((r) => r.calls.save(rows.call(), []));
      await store.run(async (r) => {
        await r.calls.setCustomer(otherTeamId, rows.call().id, asId('customer_9'));
        expect((await r.calls.byId(teamId, rows.call().id))?.call.customerId).toBeNull();
        await r.calls.setCustomer(teamId, rows.call().id, asId('customer_1'));
        expect((await r.calls.byId(teamId, rows.call().id))?.call.customerId).toBe('customer_1');
      });
    });
  });

  describe('the journal', () => {
    it('gives the events of a subject in their order and refuses to write one twice', async () => {
      const event = (sequence: number) => ({
        teamId,
        subject: 'call_1',
        sequence,
        type: 'offered',
        time: 1_763_600_000_000 + sequence,
        event: { to: agentId, nested: { 中文: [1, null] } },
      });
      await store.run((r) => r.journal.append([event(2), event(1)]));
      await store.run((r) => r.journal.append([]));
      expect(await store.run((r) => r.journal.of(teamId, 'call_1'))).toEqual([event(1), event(2)]);
      expect(await store.run((r) => r.journal.of(otherTeamId, 'call_1'))).toEqual([]);
      const twice = store.run((r) => r.journal.append([event(3), event(2)]));
      await expect(twice).rejects.toMatchObject({ code: 'duplicate' });
      expect(await store.run((r) => r.journal.of(teamId, 'call_1'))).toHaveLength(2);
    });
  });
});
