import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, CustomerId, LegId, ReasonId } from '../../server/core/kernel/ids.ts';
import { describeRepositories } from './store-bed.ts';
import * as rows from './rows.ts';
import type { CallFilter } from '../../server/features/call-records/call-records-store.ts';
import type { CallRow } from '../../server/core/ports/live-store.ts';

const { teamId, otherTeamId, agentId, otherAgentId } = rows;

describeRepositories('the store of calls', (bed) => {
  describe('calls', () => {
    it('lists the calls that have no end, of every team', async () => {
      await bed.store.run(async (r) => {
        await r.calls.save(rows.call(), [rows.leg()]);
        await r.calls.save(
          rows.call({ id: asId<CallId>('call_2'), teamId: otherTeamId, startedAt: 1_763_600_000_001 }),
          [],
        );
        await r.calls.save(rows.call({ id: asId<CallId>('call_3'), endedAt: 1_763_600_000_500 }), []);
      });
      const open = await bed.store.run((r) => r.calls.open());
      expect(open.map((call) => call.id)).toEqual(['call_1', 'call_2']);
      expect(open[0]).toEqual(rows.call());
    });

    it('replaces a call and its legs when they are saved again', async () => {
      await bed.store.run((r) => r.calls.save(rows.call(), [rows.leg()]));
      const ended = rows.call({ endedAt: 1_763_600_060_000, talkMs: 42_000, cause: 'normal', state: null });
      const legs = [
        rows.leg({ endedAt: 1_763_600_060_000, cause: 'normal' }),
        rows.leg({ id: asId<LegId>('leg_2'), role: 'agent', agentId, startedAt: 1_763_600_001_000 }),
      ];
      await bed.store.run((r) => r.calls.save(ended, legs));
      expect(await bed.store.run((r) => r.calls.byId(teamId, ended.id))).toEqual({ call: ended, legs });
      expect(await bed.store.run((r) => r.calls.byId(otherTeamId, ended.id))).toBeNull();
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
      const stored = async () =>
        (await bed.store.run((r) => r.calls.byId(teamId, rows.call().id)))?.call.wrapUp;
      await bed.store.run((r) => r.calls.save(rows.call({ wrapUp }), []));
      expect(await stored()).toEqual(wrapUp);
      const result = { id: asId<ReasonId>('solved'), label: { en: 'Solved', 'zh-CN': '已解决' } };
      const solved = { ...wrapUp, result: { ...result, marks: ['success' as const] } };
      await bed.store.run((r) => r.calls.save(rows.call({ wrapUp: solved }), []));
      expect(await stored()).toEqual(solved);
      const notesOnly = { ...wrapUp, reasonId: null, label: null };
      await bed.store.run((r) => r.calls.save(rows.call({ wrapUp: notesOnly }), []));
      expect(await stored()).toEqual(notesOnly);
      await bed.store.run((r) => r.calls.save(rows.call(), []));
      expect(await stored()).toBeNull();
    });

    it('lists a call in the history of every agent who was offered it, newest first, in pages', async () => {
      for (let n = 0; n < 5; n++) {
        await bed.store.run((r) =>
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
      const first = await bed.store.run((r) => r.calls.history(teamId, mine, null, 3));
      expect(first.items.map((call) => call.id)).toEqual(['call_3', 'call_2', 'call_1']);
      const second = await bed.store.run((r) => r.calls.history(teamId, mine, first.next, 3));
      expect(second.items.map((call) => call.id)).toEqual(['call_0']);
      expect(second.next).toBeNull();
      const foreign = await bed.store.run((r) => r.calls.history(otherTeamId, mine, null, 3));
      expect(foreign.items).toEqual([]);
    });

    it('lists the calls of a customer whoever had them, with those of the number from before it had a card', async () => {
      const id = (name: string) => asId<CallId>(name);
      const ada = asId<CustomerId>('customer_ada');
      const save = (name: string, at: number, change: Partial<CallRow>) =>
        bed.store.run((r) =>
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
        const page = await bed.store.run((r) => r.calls.history(team, filter, cursor, 2));
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
      await bed.store.run((r) =>
        r.calls.save(internal, [
          rows.leg({ role: 'agent', agentId }),
          rows.leg({ id: asId<LegId>('leg_2'), role: 'peer', agentId: otherAgentId }),
        ]),
      );
      const of = async (agent: AgentId, side: 'inbound' | 'outbound') =>
        (
          await bed.store.run((r) =>
            r.calls.history(teamId, { agentId: agent, side, customer: null }, null, 9),
          )
        ).items.length;
      expect([await of(agentId, 'outbound'), await of(agentId, 'inbound')]).toEqual([1, 0]);
      expect([await of(otherAgentId, 'outbound'), await of(otherAgentId, 'inbound')]).toEqual([0, 1]);
    });

    it('knows whether an agent has had to do with a number', async () => {
      await bed.store.run((r) => r.calls.save(rows.call(), []));
      await bed.store.run(async (r) => {
        expect(await r.calls.hasHistory(teamId, agentId, '13800138000')).toBe(true);
        expect(await r.calls.hasHistory(teamId, otherAgentId, '13800138000')).toBe(false);
        expect(await r.calls.hasHistory(teamId, agentId, '13900139000')).toBe(false);
      });
    });

    it('knows who has talked last with a number or a customer, not longer ago than asked for', async () => {
      const customerId = asId<CustomerId>('customer_1');
      await bed.store.run(async (r) => {
        await r.calls.save(rows.call({ answeredAt: 1_000 }), []);
        const newer = { id: asId<CallId>('call_2'), agentId: otherAgentId, answeredAt: 2_000 };
        await r.calls.save(rows.call({ ...newer, customerId }), []);
        await r.calls.save(rows.call({ id: asId<CallId>('call_3') }), []);
      });
      const last = (since: number, comparable = '13800138000') =>
        bed.store.run((r) => r.calls.lastAgent(teamId, { comparable, customerId, since }));
      expect(await last(0)).toEqual({ agentId: otherAgentId, at: 2_000 });
      expect(await last(1_999, '')).toEqual({ agentId: otherAgentId, at: 2_000 });
      expect(await last(2_001)).toBeNull();
    });

    it('links a customer to a call of the same team only', async () => {
      await bed.store.run((r) => r.calls.save(rows.call(), []));
      await bed.store.run(async (r) => {
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
      await bed.store.run((r) => r.journal.append([event(2), event(1)]));
      await bed.store.run((r) => r.journal.append([]));
      expect(await bed.store.run((r) => r.journal.of(teamId, 'call_1'))).toEqual([event(1), event(2)]);
      expect(await bed.store.run((r) => r.journal.of(otherTeamId, 'call_1'))).toEqual([]);
      const twice = bed.store.run((r) => r.journal.append([event(3), event(2)]));
      await expect(twice).rejects.toMatchObject({ code: 'duplicate' });
      expect(await bed.store.run((r) => r.journal.of(teamId, 'call_1'))).toHaveLength(2);
    });
  });
});
