import { expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, GroupId, LegId, ReasonId } from '../../server/core/kernel/ids.ts';
import type { AgentSpanRow, CallPartRow } from '../../server/core/ports/facts.ts';
import type { PartFilter } from '../../server/features/reports/facts-store.ts';
import { describeRepositories, describeStore } from './store-bed.ts';
import * as rows from './rows.ts';

const NOW = 1_763_600_000_000;

const span = (change: Partial<AgentSpanRow> = {}): AgentSpanRow => ({
  agentId: rows.agentId,
  startedAt: 1_763_600_000_000,
  version: 1,
  teamId: rows.teamId,
  agentNumber: '1001',
  agentName: '李雷',
  state: 'paused',
  reasonId: asId<ReasonId>('reason_1'),
  reasonLabel: { en: 'Lunch', 'zh-CN': '午餐' },
  reasonPaid: true,
  callId: null,
  groupId: null,
  groupName: null,
  endedAt: null,
  estimated: false,
  ...change,
});

const part = (change: Partial<CallPartRow> = {}): CallPartRow => ({
  id: asId<LegId>('leg_1'),
  callId: asId<CallId>('call_1'),
  teamId: rows.teamId,
  direction: 'queue',
  role: 'agent',
  broughtBy: null,
  agentId: rows.agentId,
  agentNumber: '1001',
  agentName: '李雷',
  groupId: rows.groupId,
  groupName: '客户服务',
  startedAt: 1_763_600_000_000,
  answeredAt: null,
  endedAt: null,
  queueMs: null,
  ringMs: 0,
  talkMs: 0,
  holdMs: 0,
  wrapUpMs: 0,
  outcome: null,
  cause: null,
  estimated: false,
  ...change,
});

describeRepositories('facts', (bed) => {
  it('come back as they were, while they have no end', async () => {
    const facts = { spans: [span()], parts: [part()] };
    await bed.store.run((r) => r.facts.save(facts));
    expect(await bed.store.run((r) => r.facts.open(rows.teamId, NOW))).toEqual(facts);
    expect(await bed.store.run((r) => r.facts.open(rows.otherTeamId, NOW))).toEqual({ spans: [], parts: [] });
  });

  it('are replaced whole, and several of one millisecond stand beside each other', async () => {
    const later = span({ version: 2, state: 'idle', reasonId: null, reasonLabel: null });
    await bed.store.run((r) => r.facts.save({ spans: [span()], parts: [part()] }));
    await bed.store.run((r) =>
      r.facts.save({
        spans: [span({ endedAt: 1_763_600_000_000 }), later],
        parts: [part({ talkMs: 5, queueMs: 7, outcome: 'answered' })],
      }),
    );
    expect(await bed.store.run((r) => r.facts.open(rows.teamId, NOW))).toEqual({
      spans: [later],
      parts: [part({ talkMs: 5, queueMs: 7, outcome: 'answered' })],
    });
  });

  it('also have an end that is yet to come, when the clock was set back', async () => {
    const ahead = span({ endedAt: NOW + 1 });
    await bed.store.run((r) =>
      r.facts.save({ spans: [ahead, span({ version: 2, endedAt: NOW })], parts: [] }),
    );
    expect((await bed.store.run((r) => r.facts.open(rows.teamId, NOW))).spans).toEqual([ahead]);
  });

  it('are taken out again when they were refused', async () => {
    const [kept, refused] = [span(), span({ version: 2 })];
    await bed.store.run((r) => r.facts.save({ spans: [kept, refused], parts: [part()] }));
    await bed.store.run((r) => r.facts.retract({ spans: [refused], parts: [part()] }));
    expect(await bed.store.run((r) => r.facts.open(rows.teamId, NOW))).toEqual({ spans: [kept], parts: [] });
  });
});

describeStore('many facts', (bed) => {
  it('are written at once', async () => {
    const spans = Array.from({ length: 3_000 }, (_, version) => span({ version }));
    const parts = Array.from({ length: 3_000 }, (_, index) => part({ id: asId<LegId>(`leg_${index}`) }));
    await bed.store.run((r) => r.facts.save({ spans, parts }));
    const open = await bed.store.read((r) => r.facts.open(rows.teamId, NOW));
    expect([open.spans.length, open.parts.length]).toEqual([3_000, 3_000]);
  });
});

describeStore('lists of facts', (bed) => {
  const all = { from: NOW, to: NOW + 10_000 };

  it('have spans that lie in the time, also if only in part, each on one page', async () => {
    const spans = [
      span({ startedAt: NOW - 20_000, endedAt: NOW - 10_000 }),
      span({ startedAt: NOW - 10_000, version: 2, endedAt: NOW + 1 }),
      ...[3, 4, 5].map((version) => span({ startedAt: NOW + 1, version, endedAt: NOW + 1 })),
      span({ startedAt: NOW + 9_999, version: 6 }),
      span({ startedAt: NOW + 10_000, version: 7 }),
      span({ startedAt: NOW + 5, agentId: rows.otherAgentId }),
      span({ startedAt: NOW + 5, teamId: rows.otherTeamId, version: 9 }),
    ];
    await bed.store.run((r) => r.facts.save({ spans, parts: [] }));
    const found: number[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: AgentSpanRow[]; next: string | null } = await bed.store.read((r) =>
        r.facts.spans(rows.teamId, { ...all, agents: [rows.agentId] }, cursor, 2),
      );
      found.push(...page.items.map(({ version }) => version));
      cursor = page.next;
    } while (cursor !== null);
    expect(found).toEqual([6, 5, 4, 3, 2]);
    const everybody = await bed.store.read((r) =>
      r.facts.spans(rows.teamId, { ...all, agents: null }, null, 100),
    );
    expect(everybody.items).toHaveLength(6);
  });

  it('have of those that reach into the time only the last of each agent, after all that begin in it', async () => {
    const other = { agentId: rows.otherAgentId };
    const spans = [
      ...[1, 2].map((version) => span({ startedAt: NOW - 9_000, version, endedAt: NOW - 9_000 })),
      span({ startedAt: NOW - 9_000, version: 3, endedAt: NOW + 4 }),
      span({ startedAt: NOW + 4, version: 4, endedAt: null }),
      span({ ...other, startedAt: NOW - 5_000, version: 5, endedAt: NOW - 1 }),
      span({ ...other, startedAt: NOW - 1, version: 6, endedAt: null }),
    ];
    await bed.store.run((r) => r.facts.save({ spans, parts: [] }));
    for (const limit of [1, 2, 3, 100]) {
      const found: number[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: AgentSpanRow[]; next: string | null } = await bed.store.read((r) =>
          r.facts.spans(rows.teamId, { ...all, agents: null }, cursor, limit),
        );
        found.push(...page.items.map(({ version }) => version));
        cursor = page.next;
      } while (cursor !== null);
      expect(found, `pages of ${limit}`).toEqual([4, 6, 3]);
    }
  });

  it('have the parts of calls that one may see', async () => {
    const sales = asId<GroupId>('group_sales');
    const idOf = (name: string) => ({ id: asId<LegId>(`leg_${name}`), callId: asId<CallId>(`call_${name}`) });
    const parts = [
      part({ ...idOf('a'), agentId: null, role: 'customer' }),
      part({ ...idOf('b'), groupId: sales, startedAt: NOW + 1 }),
      part({ ...idOf('c'), groupId: null, startedAt: NOW + 2 }),
      part({ ...idOf('d'), groupId: sales, startedAt: NOW + 3, agentId: rows.otherAgentId }),
      part({ ...idOf('e'), startedAt: NOW + 10_000 }),
    ];
    await bed.store.run(async (r) => {
      await r.facts.save({ spans: [], parts });
      await r.calls.save(rows.call({ id: asId<CallId>('call_c'), agentIds: [rows.agentId] }), []);
      await r.calls.save(rows.call({ id: asId<CallId>('call_d'), agentIds: [rows.otherAgentId] }), []);
    });
    const seen = async (of: Partial<PartFilter>) => {
      const filter = { ...all, agentId: null, withSupervisors: true, visible: null, ...of };
      const page = await bed.store.read((r) => r.facts.parts(rows.teamId, filter, null, 100));
      return page.items.map(({ id }) => id.slice(4)).join('');
    };
    const { groupId, agentId, otherAgentId: own } = rows;
    expect(await seen({})).toBe('dcba');
    expect(await seen({ agentId: own })).toBe('d');
    expect(await seen({ visible: { groups: [groupId], agents: [], own: agentId } })).toBe('ca');
    expect(await seen({ visible: { groups: [], agents: [], own } })).toBe('d');
    expect(await seen({ visible: { groups: [sales], agents: [agentId], own: agentId } })).toBe('dcb');
    const listener = part({ ...idOf('a'), id: asId<LegId>('leg_f'), role: 'supervisor', startedAt: NOW + 4 });
    await bed.store.run((r) => r.facts.save({ spans: [], parts: [listener] }));
    expect([await seen({}), await seen({ withSupervisors: false })]).toEqual(['fdcba', 'dcba']);
    const ofCall = await bed.store.read((r) => r.facts.ofCall(rows.teamId, listener.callId));
    expect(ofCall.map(({ id }) => id)).toEqual(['leg_a', 'leg_f']);
    await bed.store.run((r) => r.facts.retract({ spans: [], parts: [listener] }));
    const first = await bed.store.read((r) =>
      r.facts.parts(rows.teamId, { ...all, agentId: null, withSupervisors: true, visible: null }, null, 3),
    );
    const rest = await bed.store.read((r) =>
      r.facts.parts(
        rows.teamId,
        { ...all, agentId: null, withSupervisors: true, visible: null },
        first.next,
        3,
      ),
    );
    expect(rest.items).toEqual([parts[0]]);
  });
});

describeRepositories("a team's time zone", (bed) => {
  it('is kept, and can be changed', async () => {
    expect((await bed.store.run((r) => r.teams.byId(rows.teamId)))?.timeZone).toBe('Asia/Kolkata');
    await bed.store.run((r) => r.teams.setRules(rows.teamId, { timeZone: 'Europe/Berlin' }));
    expect((await bed.store.run((r) => r.teams.byId(rows.teamId)))?.timeZone).toBe('Europe/Berlin');
    expect((await bed.store.run((r) => r.teams.byId(rows.otherTeamId)))?.timeZone).toBe('Asia/Kolkata');
  });
});
