import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type {
  AgentId,
  CustomerId,
  EndpointId,
  GroupId,
  ReasonId,
  SessionId,
} from '../../server/core/kernel/ids.ts';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { describeRepositories } from './store-bed.ts';
import * as rows from './rows.ts';
import type { SessionRow } from '../../server/features/sessions/sessions-store.ts';

const { teamId, otherTeamId, agentId, otherAgentId, groupId } = rows;

const comparableNumber = (number: string) => chineseNumbers.comparableNumber(number);

describeRepositories('the rows of teams, sessions and customers', (bed) => {
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
    via: 'password',
    seenAt: 1000,
    ...overrides,
  });

  describe('transactions', () => {
    it('keeps nothing of a unit of work that fails', async () => {
      const failing = bed.store.run(async (repositories) => {
        await repositories.customers.insert(rows.customer(), ['13800138000']);
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      const found = await bed.store.run((r) => r.customers.byNumber(teamId, '13800138000'));
      expect(found).toEqual([]);
    });

    it('keeps the rows of one unit of work when another that overlaps it fails', async () => {
      let startB: () => void = () => undefined;
      const bHasBeenCalled = new Promise<void>((resolve) => (startB = resolve));
      const a = bed.store.run(async (repositories) => {
        await repositories.customers.insert(rows.customer(), []);
        await bHasBeenCalled;
        throw new Error('A fails');
      });
      const b = bed.store.run((repositories) =>
        repositories.customers.insert(rows.customer({ id: asId<CustomerId>('customer_2') }), []),
      );
      startB();
      await expect(a).rejects.toThrow('A fails');
      await b;
      const kept = await bed.store.run((r) => r.customers.search(teamId, null, null, 10));
      expect(kept.items.map((customer) => customer.id)).toEqual(['customer_2']);
    });

    it('does not show rows to others before they are committed', async () => {
      let looked: () => void = () => undefined;
      const done = new Promise<void>((resolve) => (looked = resolve));
      const writing = bed.store.run(async (repositories) => {
        await repositories.customers.insert(rows.customer(), []);
        await done;
        throw new Error('rolled back');
      });
      const reading = bed.store.run((r) => r.customers.byId(teamId, asId('customer_1')));
      looked();
      await expect(writing).rejects.toThrow('rolled back');
      expect(await reading).toBeNull();
    });

    it('runs many units of work at once without losing one', async () => {
      const ids = Array.from({ length: 40 }, (_, n) => asId<CustomerId>(`customer_${n}`));
      const results = await Promise.allSettled(
        ids.map((id, n) =>
          bed.store.run(async (repositories) => {
            await repositories.customers.insert(rows.customer({ id }), []);
            if (n % 4 === 0) throw new Error('every fourth fails');
          }),
        ),
      );
      expect(results.filter((result) => result.status === 'rejected')).toHaveLength(10);
      const page = await bed.store.run((r) => r.customers.search(teamId, null, null, 100));
      expect(page.items).toHaveLength(30);
    });

    it('refuses a customer who was changed by somebody else in the meantime', async () => {
      await bed.store.run((r) => r.customers.insert(rows.customer(), []));
      const names = ['first', 'second', 'third'];
      const saved = await Promise.all(
        names.map((name) =>
          bed.store.run((r) => r.customers.update(rows.customer({ name, version: 2 }), [], 1)),
        ),
      );
      expect(saved.filter(Boolean)).toHaveLength(1);
      const stored = await bed.store.run((r) => r.customers.byId(teamId, asId('customer_1')));
      expect(stored?.name).toBe(names[saved.indexOf(true)]);
      expect(stored?.version).toBe(2);
    });

    it('names a broken unique rule by code, and the database goes on working', async () => {
      const again = bed.store.run((r) => r.agents.insert(rows.agent({ id: asId<AgentId>('agent_9') })));
      await expect(again).rejects.toMatchObject({ name: 'StorageError', code: 'duplicate' });
      expect(await bed.store.run((r) => r.agents.all(teamId))).toHaveLength(2);
    });

    it('names a reference to nothing by code', async () => {
      const orphan = bed.store.run((r) => r.sessions.insert(session({ agentId: asId('agent_404') })));
      await expect(orphan).rejects.toMatchObject({ name: 'StorageError', code: 'broken-reference' });
    });
  });

  describe('teams', () => {
    it('changes the origins of one team only', async () => {
      await bed.store.run((r) => r.teams.setAllowedOrigins(teamId, ['https://new.example']));
      const [one, other] = await bed.store.run((r) => r.teams.all());
      expect(one).toEqual({ ...rows.team(), allowedOrigins: ['https://new.example'] });
      expect(other?.allowedOrigins).toEqual(rows.team().allowedOrigins);
    });

    it('gives back what was written, in its own types', async () => {
      const found = await bed.store.run((r) => r.teams.bySlug('one'));
      expect(found).toEqual(rows.team());
      expect(await bed.store.run((r) => r.teams.bySlug('nowhere'))).toBeNull();
      expect((await bed.store.run((r) => r.teams.all())).map((team) => team.id)).toEqual([
        teamId,
        otherTeamId,
      ]);
    });

    it('finds the team by the number that was dialled', async () => {
      const toGroup = {
        number: '400100',
        teamId,
        target: { kind: 'group' as const, groupId },
        priority: 0,
        version: 1,
      };
      const toAgent = {
        number: '1001',
        teamId,
        target: { kind: 'agent' as const, agentId },
        priority: 2,
        version: 1,
      };
      await bed.store.run(async (r) => {
        await r.teams.insertRoute(toGroup);
        await r.teams.insertRoute(toAgent);
      });
      expect(await bed.store.run((r) => r.teams.route('400100'))).toEqual(toGroup);
      expect(await bed.store.run((r) => r.teams.route('1001'))).toEqual(toAgent);
      expect(await bed.store.run((r) => r.teams.route('1009'))).toBeNull();
      expect(await bed.store.run((r) => r.teams.routesEndingIn('0100'))).toEqual([toGroup]);
      expect(await bed.store.run((r) => r.teams.routesEndingIn('2100'))).toEqual([]);
    });

    it('tells which numbers outside are dialled for whom, in all teams', async () => {
      const overflow = { afterMs: 9000, to: { kind: 'number' as const, number: '13700137000' } };
      await bed.store.run(async (r) => {
        expect(await r.agents.outsideNumbers()).toEqual([]);
        expect(await r.groups.overflowNumbers()).toEqual([]);
        await r.agents.update({ ...rows.agent(), outsideNumber: '13800138000', version: 2 });
        await r.groups.update({ ...rows.group(), overflow, version: 2 });
        const of = { teamId, name: rows.agent().name };
        expect(await r.agents.outsideNumbers()).toEqual([{ ...of, number: '13800138000' }]);
        const ofGroup = { teamId, name: rows.group().name };
        expect(await r.groups.overflowNumbers()).toEqual([{ ...ofGroup, number: '13700137000' }]);
        await r.agents.update({ ...rows.agent(), outsideNumber: '13800138000', deletedAt: 5, version: 3 });
        expect(await r.agents.outsideNumbers()).toEqual([]);
      });
    });

    it('lists reasons in their order and phones by name', async () => {
      const reason = {
        id: asId<ReasonId>('reason_2'),
        teamId,
        kind: 'pause' as const,
        label: { en: 'Lunch', 'zh-CN': '午餐' },
        ...{ parentId: asId<ReasonId>('reason_1'), colour: 'blue' as const, paid: true, limitMs: 900_000 },
        marks: ['success' as const],
        position: 2,
        version: 1,
        deletedAt: null,
      };
      const phone = {
        endpointId: asId<EndpointId>('phone_1'),
        teamId,
        username: '1001',
        name: 'Desk 1001',
        ha1: '0'.repeat(32),
        ha1Sha256: null,
        version: 1,
      };
      await bed.store.run(async (r) => {
        await r.teams.insertReason(reason);
        await r.teams.insertReason({ ...reason, id: asId<ReasonId>('reason_1'), position: 1 });
        await r.phones.insert(phone);
      });
      const reasons = await bed.store.run((r) => r.teams.reasons(teamId));
      expect(reasons.map(({ id }) => id)).toEqual(['reason_1', 'reason_2']);
      expect(reasons[1]).toEqual(reason);
      expect(await bed.store.run((r) => r.phones.all(teamId))).toEqual([phone]);
      expect(await bed.store.run((r) => r.phones.all(otherTeamId))).toEqual([]);
    });

    it('finds agents by id, user name and number only inside their team', async () => {
      await bed.store.run(async (r) => {
        expect(await r.agents.byId(teamId, agentId)).toEqual(rows.agent());
        expect((await r.agents.byUsername(teamId, '1002'))?.id).toBe(otherAgentId);
        expect((await r.agents.byNumber(teamId, '1001'))?.id).toBe(agentId);
        expect(await r.agents.byId(otherTeamId, agentId)).toBeNull();
        expect(await r.agents.byUsername(otherTeamId, '1001')).toBeNull();
        expect(await r.agents.all(otherTeamId)).toEqual([]);
      });
    });

    it('keeps groups with their members, and presence', async () => {
      const member = { teamId, groupId, agentId, static: true, level: 4 };
      const presence = { teamId, agentId, state: { signedIn: ['group_1'] }, updatedAt: 5 };
      await bed.store.run(async (r) => {
        await r.groups.insertMember(member);
        await r.presence.saveAll([{ ...presence, state: null, updatedAt: 4 }]);
        await r.presence.saveAll([presence]);
      });
      await bed.store.run(async (r) => {
        expect(await r.groups.all(teamId)).toEqual([rows.group()]);
        expect(await r.groups.members(teamId)).toEqual([member]);
        expect(await r.presence.all(teamId)).toEqual([presence]);
        expect(await r.presence.all(otherTeamId)).toEqual([]);
      });
    });

    it('changes a row of the set-up only in its next version, and each once', async () => {
      const changed = { ...rows.agent(), name: 'changed', version: 2 };
      expect(await bed.store.run((r) => r.agents.update(changed))).toBe(true);
      expect(await bed.store.run((r) => r.agents.update(changed))).toBe(false);
      expect(await bed.store.run((r) => r.agents.byId(teamId, agentId))).toEqual(changed);
      const strange = { ...changed, teamId: otherTeamId, version: 3 };
      expect(await bed.store.run((r) => r.agents.update(strange))).toBe(false);
      const route = {
        number: '400100',
        teamId,
        target: { kind: 'group' as const, groupId },
        priority: 0,
        version: 1,
      };
      const moved = { ...route, target: { kind: 'agent' as const, agentId }, version: 2 };
      await bed.store.run((r) => r.teams.insertRoute(route));
      expect(await bed.store.run((r) => r.teams.updateRoute(moved))).toBe(true);
      expect(await bed.store.run((r) => r.teams.routes(teamId))).toEqual([moved]);
      await bed.store.run((r) => r.teams.deleteRoute(moved));
      expect(await bed.store.run((r) => r.teams.route('400100'))).toBeNull();
      await bed.store.run((r) => r.teams.raiseSetUpVersion(teamId));
      expect((await bed.store.run((r) => r.teams.byId(teamId)))?.setUpVersion).toBe(2);
    });

    it('keeps the names of what is deleted or closed, and gives its numbers to others', async () => {
      const agent = { ...rows.agent(), active: false, deletedAt: 5, version: 2 };
      const group = { ...rows.group(), closedAt: 5, successorId: asId<GroupId>('group_2'), version: 2 };
      await bed.store.run(async (r) => {
        expect(await r.agents.update(agent)).toBe(true);
        expect(await r.groups.update(group)).toBe(true);
        await r.agents.insert(rows.agent({ id: asId<AgentId>('agent_next') }));
        await r.groups.insert(rows.group({ id: asId<GroupId>('group_next') }));
        await r.groups.setMembers(teamId, groupId, [
          { teamId, groupId, agentId: otherAgentId, static: false, level: 3 },
        ]);
        await r.groups.setMembers(teamId, groupId, []);
      });
      await bed.store.run(async (r) => {
        expect(await r.agents.byId(teamId, agentId)).toEqual(agent);
        expect((await r.agents.byNumber(teamId, '1001'))?.id).toBe('agent_next');
        expect((await r.agents.byUsername(teamId, '1001'))?.id).toBe('agent_next');
        expect(await r.groups.all(teamId)).toContainEqual(group);
        expect(await r.groups.members(teamId)).toEqual([]);
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
      await bed.store.run((r) => r.browserPhones.save(phone));
      await bed.store.run((r) => r.browserPhones.save(next));
      expect(await bed.store.run((r) => r.browserPhones.all(teamId))).toEqual([next]);
      expect(await bed.store.run((r) => r.browserPhones.all(otherTeamId))).toEqual([]);
      await bed.store.run((r) => r.browserPhones.remove(otherTeamId, next.endpointId));
      await bed.store.run((r) => r.browserPhones.remove(teamId, phone.endpointId));
      expect(await bed.store.run((r) => r.browserPhones.all(teamId))).toEqual([next]);
      await bed.store.run((r) => r.browserPhones.remove(teamId, next.endpointId));
      expect(await bed.store.run((r) => r.browserPhones.all(teamId))).toEqual([]);
    });
  });

  describe('sessions', () => {
    it('lists the open sessions of one agent, the oldest first', async () => {
      const add = (id: string, overrides: Partial<SessionRow>) =>
        bed.store.run((r) =>
          r.sessions.insert(
            session({ id: asId<SessionId>(id), tokenHash: id.padEnd(64, '0'), ...overrides }),
          ),
        );
      await add('late', { createdAt: 1200 });
      await add('early', { createdAt: 1100 });
      await add('over', { expiresAt: 1500 });
      await add('ended', { revokedAt: 1300 });
      expect(await bed.store.run((r) => r.sessions.open(teamId, agentId, 1500))).toEqual(['early', 'late']);
      expect(await bed.store.run((r) => r.sessions.open(otherTeamId, agentId, 1500))).toEqual([]);
      const page = (cursor?: string) =>
        bed.store.run((r) => r.sessions.searchOpen({ teamId, agentId }, 1500, { limit: 1, cursor }));
      const newest = await page();
      expect(newest.items.map(({ id }) => id)).toEqual(['late']);
      expect((await page(newest.next ?? '')).items.map(({ id }) => id)).toEqual(['early']);
    });

    it('finds a session by the hash of its token and revokes it once', async () => {
      await bed.store.run((r) => r.sessions.insert(session()));
      await bed.store.run((r) => r.sessions.saw(session().id, 1400));
      expect(await bed.store.run((r) => r.sessions.byId(teamId, agentId, session().id))).toMatchObject({
        seenAt: 1400,
      });
      await bed.store.run((r) => r.sessions.revoke(session().id, 1500));
      await bed.store.run((r) => r.sessions.revoke(session().id, 1900));
      expect(await bed.store.run((r) => r.sessions.byTokenHash('a'.repeat(64)))).toEqual(
        session({ seenAt: 1400, revokedAt: 1500 }),
      );
      expect(await bed.store.run((r) => r.sessions.byTokenHash('b'.repeat(64)))).toBeNull();
    });

    it('lets a signed token be used once in a team, also when two come at the same moment', async () => {
      const uses = await Promise.all([
        bed.store.run((r) => r.sessions.useTokenId(teamId, 'jti-1', 2000)),
        bed.store.run((r) => r.sessions.useTokenId(teamId, 'jti-1', 2000)),
        bed.store.run((r) => r.sessions.useTokenId(otherTeamId, 'jti-1', 2000)),
      ]);
      expect(uses.slice(0, 2).filter(Boolean)).toHaveLength(1);
      expect(uses[2]).toBe(true);
    });

    it('goes on with the transaction after a token that was used before', async () => {
      await bed.store.run((r) => r.sessions.useTokenId(teamId, 'jti-1', 2000));
      await bed.store.run(async (r) => {
        expect(await r.sessions.useTokenId(teamId, 'jti-1', 2000)).toBe(false);
        await r.sessions.insert(session());
      });
      expect(await bed.store.run((r) => r.sessions.byTokenHash('a'.repeat(64)))).not.toBeNull();
    });

    it('forgets what has expired', async () => {
      await bed.store.run(async (r) => {
        await r.sessions.insert(session());
        await r.sessions.insert(
          session({ id: asId<SessionId>('session_2'), tokenHash: 'b'.repeat(64), expiresAt: 9000 }),
        );
        await r.sessions.useTokenId(teamId, 'jti-1', 2000);
        expect(await r.sessions.deleteEnded(5000, 10)).toBe(1);
        expect(await r.sessions.deleteUsedTokens(5000, 10)).toBe(1);
        await r.sessions.revoke(asId<SessionId>('session_2'), 5000);
        expect(await r.sessions.deleteEnded(5000, 10)).toBe(0);
      });
      await bed.store.run(async (r) => {
        expect(await r.sessions.byTokenHash('a'.repeat(64))).toBeNull();
        expect(await r.sessions.byTokenHash('b'.repeat(64))).not.toBeNull();
        expect(await r.sessions.useTokenId(teamId, 'jti-1', 9000)).toBe(true);
      });
    });
  });

  describe('customers', () => {
    const put = (id: string, overrides: Parameters<typeof rows.customer>[0] = {}) => {
      const row = rows.customer({ id: asId<CustomerId>(id), ...overrides });
      return bed.store.run((r) => r.customers.insert(row, row.numbers.map(comparableNumber)));
    };

    it('finds every customer who has a number, however it was written', async () => {
      await put('customer_1', { numbers: ['010-8888 6666', '+86 138 0013 8000'] });
      await put('customer_2', { numbers: ['13800138000'] });
      await put('customer_3', { numbers: ['13900139000'] });
      await put('customer_4', { teamId: otherTeamId, numbers: ['13800138000'] });
      const found = await bed.store.run((r) =>
        r.customers.byNumber(teamId, comparableNumber('0138 0013 8000')),
      );
      expect(found.map((customer) => customer.id)).toEqual(['customer_1', 'customer_2']);
      expect(await bed.store.run((r) => r.customers.byNumber(teamId, ''))).toEqual([]);
    });

    it('no longer finds a customer by a number that was taken away', async () => {
      await put('customer_1');
      const changed = rows.customer({ numbers: ['13700137000'], version: 2, updatedAt: 7 });
      await bed.store.run(async (r) =>
        expect(await r.customers.update(changed, ['13700137000'], 1)).toBe(true),
      );
      await bed.store.run(async (r) => {
        expect(await r.customers.byNumber(teamId, '13800138000')).toEqual([]);
        expect(await r.customers.byNumber(teamId, '13700137000')).toEqual([changed]);
      });
    });

    it('does not let one team change or read a customer of another', async () => {
      await put('customer_1');
      const stolen = rows.customer({ teamId: otherTeamId, name: 'Stolen', version: 2 });
      await bed.store.run(async (r) => {
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
      const page = await bed.store.run((r) => r.customers.search(teamId, q, null, 10));
      expect(page.items.map((customer) => customer.id)).toEqual(expected);
    });

    it('pages through customers of the same moment without repeating or skipping one', async () => {
      for (let n = 0; n < 7; n++) await put(`customer_${n}`, { createdAt: 5 });
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await bed.store.run((r) => r.customers.search(teamId, null, cursor, 3));
        seen.push(...page.items.map((customer) => customer.id));
        cursor = page.next;
      } while (cursor !== null);
      expect(seen).toEqual(['6', '5', '4', '3', '2', '1', '0'].map((n) => `customer_${n}`));
    });

    it.each(['not a cursor', '%%%', Buffer.from('[1]').toString('base64url')])(
      'refuses the cursor "%s" that it never gave out',
      async (cursor) => {
        const search = bed.store.run((r) => r.customers.search(teamId, null, cursor, 3));
        await expect(search).rejects.toMatchObject({ code: 'invalid-request' });
      },
    );
  });
});
