import { expect, it } from 'vitest';
import { asId, type AgentId } from '../../server/core/kernel/ids.ts';
import type { OutboxEvent } from '../../server/core/ports/outbox.ts';
import { describeRepositories } from './store-bed.ts';
import * as rows from './rows.ts';

const NOW = 1_763_600_000_000;

function changed(id: string, subject = 'customer_1'): OutboxEvent {
  return {
    id,
    teamId: rows.teamId,
    topic: 'record-changed',
    subject,
    time: NOW,
    content: {
      actor: { kind: 'agent', id: asId<AgentId>('agent_1') },
      record: 'customer',
      change: 'updated',
      fields: { name: { before: 'Ada', after: null } },
    },
  };
}

describeRepositories('the outbox', (bed) => {
  const append = (...events: OutboxEvent[]) => bed.store.run(({ outbox }) => outbox.append(events));
  const due = (now = NOW) =>
    bed.store.run(async ({ outbox }) => (await outbox.due('audit', now, 10)).map(({ event }) => event.id));

  it('gives what was written, in order, to who listens to it', async () => {
    await append(changed('z'), changed('a', 'customer_2'), changed('m'));
    await append({ ...changed('x'), topic: 'call-ended', content: { callId: asId('call_1') } });
    expect(await due()).toEqual(['z', 'a', 'm']);
    const [first] = await bed.store.run(({ outbox }) => outbox.due('audit', NOW, 1));
    expect(first).toEqual({ event: changed('z'), consumer: 'audit', failures: 0 });
    expect(await bed.store.run(({ outbox }) => outbox.due('other', NOW, 1))).toEqual([]);
  });

  it('keeps nothing of a change that is rolled back, or taken back', async () => {
    const refused = bed.store.run(async ({ outbox }) => {
      await outbox.append([changed('a')]);
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    await append(changed('b'), changed('c'));
    await bed.store.run(({ outbox }) => outbox.retract(['b']));
    expect(await due()).toEqual(['c']);
  });

  it('makes later events of a subject wait for one that was put off, and no others', async () => {
    await append(changed('a'), changed('b', 'customer_2'), changed('c'));
    await bed.store.run(({ outbox }) => outbox.postpone('a', 'audit', NOW + 1000, 'closed'));
    expect(await due()).toEqual(['b']);
    expect(await due(NOW + 1000)).toEqual(['a', 'b', 'c']);
    const [again] = await bed.store.run(({ outbox }) => outbox.due('audit', NOW + 1000, 1));
    expect(again?.failures).toBe(1);
  });

  it('forgets what was settled, some at a time', async () => {
    await append(changed('a'), changed('b'), changed('c'), changed('d'));
    await bed.store.run(async ({ outbox }) => {
      for (const id of ['a', 'b', 'c']) await outbox.settle(id, 'audit', NOW, null);
      expect(await outbox.hasDue('audit', NOW)).toBe(true);
      await outbox.settle('d', 'audit', NOW + 10, 'given up');
      expect(await outbox.hasDue('audit', NOW)).toBe(false);
    });
    const tidy = () => bed.store.run(({ outbox }) => outbox.deleteSettled(NOW + 1, 2));
    expect([await tidy(), await tidy(), await tidy()]).toEqual([2, 1, 0]);
  });
});

describeRepositories('the audit', (bed) => {
  const entry = (id: string, overrides: object = {}) => ({
    id,
    teamId: rows.teamId,
    time: NOW,
    actorKind: 'agent' as const,
    actorId: rows.agentId,
    record: 'customer',
    recordId: 'customer_1',
    change: 'updated' as const,
    fields: { note: { before: null, after: { deep: [1] } } },
    ...overrides,
  });

  it('has each entry once, newest first, by record and by agent, of its own team', async () => {
    await bed.store.run(async ({ audit }) => {
      await audit.add(entry('a'));
      await audit.add(entry('a', { record: 'again' }));
      await audit.add(entry('b', { time: NOW + 1, recordId: 'customer_2' }));
      await audit.add(entry('c', { time: NOW + 2, actorKind: 'system', actorId: null }));
      await audit.add(entry('d', { teamId: rows.otherTeamId }));
    });
    const list = (of: object, cursor: string | null = null, limit = 10) =>
      bed.store.run(({ audit }) => audit.list(rows.teamId, of, cursor, limit));
    const ids = async (of: object) => (await list(of)).items.map(({ id }) => id);
    expect((await list({})).items.at(-1)).toEqual(entry('a'));
    expect(await ids({})).toEqual(['c', 'b', 'a']);
    expect(await ids({ recordId: 'customer_1' })).toEqual(['c', 'a']);
    expect(await ids({ actorId: rows.agentId })).toEqual(['b', 'a']);
    const first = await list({}, null, 2);
    expect((await list({}, first.next, 2)).items.map(({ id }) => id)).toEqual(['a']);
  });
});
