import { expect, it } from 'vitest';
import { asId, type CallId, type SessionId } from '../../server/core/kernel/ids.ts';
import { describeRepositories } from './store-bed.ts';
import * as rows from './rows.ts';

const call = (id: string, endedAt: number | null) =>
  rows.call({ id: asId<CallId>(id), endedAt, cause: endedAt === null ? null : 'normal' });
const event = (subject: string, sequence: number, time: number) => ({
  teamId: rows.teamId,
  subject,
  sequence,
  type: 'x',
  time,
  event: {},
});

describeRepositories('what is kept for some time', (bed) => {
  it('of the journal is what is younger, and all of calls that go on', async () => {
    await bed.store.run(async ({ calls, journal }) => {
      await calls.save(call('ended', 50), []);
      await calls.save(call('open', null), []);
      await journal.append([1, 2, 3, 99].map((time, n) => event('ended', n + 1, time)));
      await journal.append([event('open', 1, 1), event('agent_1', 1, 2), event('agent_1', 2, 100)]);
    });
    await bed.store.run(async ({ journal }) => {
      const tidy = () => journal.deleteOld(99, 3);
      expect([await tidy(), await tidy(), await tidy()]).toEqual([3, 1, 0]);
      const left = async (subject: string) =>
        (await journal.of(rows.teamId, subject)).map(({ time }) => time);
      expect([await left('ended'), await left('open'), await left('agent_1')]).toEqual([[99], [1], [100]]);
    });
  });

  it('of a call is its snapshot, unless it goes on', async () => {
    await bed.store.run(async ({ calls }) => {
      for (const [id, end] of [
        ['a', 1],
        ['b', 2],
        ['c', 3],
        ['open', null],
      ] as const)
        await calls.save(call(id, end), []);
    });
    await bed.store.run(async ({ calls }) => {
      const tidy = () => calls.forgetSnapshots(3, 1);
      expect([await tidy(), await tidy(), await tidy()]).toEqual([1, 1, 0]);
      const state = async (id: string) => (await calls.byId(rows.teamId, asId<CallId>(id)))?.call.state;
      expect([await state('a'), await state('b')]).toEqual([null, null]);
      expect([await state('c'), await state('open')]).toEqual([rows.call().state, rows.call().state]);
      expect((await calls.byId(rows.teamId, asId<CallId>('a')))?.call.cause).toBe('normal');
    });
  });

  it('of sessions are those that are open, or ended lately', async () => {
    const session = (id: string, expiresAt: number) => ({
      id: asId<SessionId>(id),
      teamId: rows.teamId,
      agentId: rows.agentId,
      tokenHash: id.padEnd(64, '0'),
      createdAt: 0,
      expiresAt,
      revokedAt: null,
      userAgent: '',
      via: 'password' as const,
      seenAt: 1,
      address: '',
    });
    await bed.store.run(async ({ sessions }) => {
      for (const [id, end] of [
        ['a', 5],
        ['b', 900],
        ['c', 900],
      ] as const)
        await sessions.insert(session(id, end));
      await sessions.revoke(asId<SessionId>('b'), 7);
      expect(await sessions.deleteEnded(10, 1)).toBe(1);
      expect(await sessions.deleteEnded(10, 5)).toBe(1);
      expect(await sessions.open(rows.teamId, rows.agentId, 10)).toEqual(['c']);
    });
  });
});
