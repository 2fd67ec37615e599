import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallRecordDetail, CallRecordPage } from '../../server/contract/call-record.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, GroupId, LegId, TeamId } from '../../server/core/kernel/ids.ts';
import * as rows from '../store/rows.ts';
import { Bed } from './bed.ts';

const teamId = asId<TeamId>('team_demo');
const service = asId<GroupId>('group_demo_service');
const sales = asId<GroupId>('group_demo_sales');
const agent = (number: string) => asId<AgentId>(`agent_demo_${number}`);
let bed: Bed;

beforeAll(async () => {
  bed = await Bed.start();
  const mine = {
    teamId,
    agentId: agent('1001'),
    agentIds: [agent('1001')],
    number: '+86 138 0013 8001',
    groupId: service,
    endedAt: 1_763_600_060_000,
    cause: 'normal',
  };
  await bed.inStore(async ({ agents, groups, calls }) => {
    const { passwordHash = '' } = (await agents.byNumber(teamId, '1000')) ?? {};
    const person = (number: string, role: 'agent' | 'leader') =>
      rows.agent({ id: agent(number), teamId, number, username: number, role, passwordHash });
    // Who leads sales alone, who leads nobody, and who is in service alone.
    for (const number of ['1010', '1011']) await agents.insert(person(number, 'leader'));
    await groups.insertLeader({ teamId, groupId: sales, agentId: agent('1010') });
    await agents.insert(person('1012', 'agent'));
    await groups.insertMember({ teamId, groupId: service, agentId: agent('1012'), static: false });
    await calls.save(rows.call({ ...mine, id: asId<CallId>('call_queue') }), [
      rows.leg({ teamId, callId: asId<CallId>('call_queue') }),
    ]);
    const outbound = { ...mine, direction: 'outbound' as const, startedAt: 1_763_600_001_000 };
    await calls.save(rows.call({ ...outbound, id: asId<CallId>('call_out') }), []);
    await calls.save(
      rows.call({
        ...mine,
        id: asId<CallId>('call_linked'),
        agentId: agent('1003'),
        agentNumber: '1003',
        agentIds: [agent('1003')],
        number: '021 5208 0142',
        customerId: asId('customer_demo_1'),
        startedAt: 1_763_600_001_500,
      }),
      [],
    );
    const internal = rows.call({
      ...mine,
      id: asId<CallId>('call_internal'),
      direction: 'internal',
      groupId: null,
      number: '1002',
      startedAt: 1_763_600_002_000,
      agentIds: [agent('1001'), agent('1002')],
      cause: 'a cause of tomorrow',
    });
    const leg = { teamId, callId: internal.id };
    await calls.save(internal, [
      rows.leg({
        ...leg,
        id: asId<LegId>('leg_a'),
        role: 'agent',
        agentId: agent('1001'),
        number: '1001',
        name: 'Li Lei',
      }),
      rows.leg({
        ...leg,
        id: asId<LegId>('leg_b'),
        role: 'peer',
        agentId: agent('1002'),
        number: '1002',
        name: 'Han',
      }),
    ]);
  });
});
afterAll(() => bed.stop());

const list = async (token: string, query = '') => bed.send('GET', `/calls${query}`, { token });
const ids = async (token: string, query = '') =>
  CallRecordPage.parse((await list(token, query)).body).items.map(({ id }) => id);

describe('call records', () => {
  it("list the agent's own calls, newest first, by side", async () => {
    const token = await bed.login('1001');
    expect(await ids(token)).toEqual(['call_internal', 'call_out', 'call_queue']);
    expect(await ids(token, '?side=outbound')).toEqual(['call_internal', 'call_out']);
    expect(await ids(token, '?side=inbound')).toEqual(['call_queue']);
    expect(await ids(token, '?agentNumber=1001')).toHaveLength(3);
  });

  it('show an internal call to each of the two with the other one as the far side', async () => {
    const [caller, called] = [await bed.login('1001'), await bed.login('1002')];
    const farSide = async (token: string) => {
      const { items } = CallRecordPage.parse((await list(token)).body);
      return items.find(({ id }) => id === 'call_internal');
    };
    expect(await farSide(caller)).toMatchObject({ number: '1002', name: 'Han' });
    expect(await farSide(called)).toMatchObject({ number: '1001', name: 'Li Lei', cause: null });
    expect(await ids(called, '?side=inbound')).toEqual(['call_internal']);
  });

  it('of other agents are for leaders', async () => {
    const [other, leader] = [await bed.login('1002'), await bed.login('1000')];
    expect((await list(other, '?agentNumber=1001')).body.code).toBe('forbidden');
    expect((await list(other, '?agentNumber=9999')).body.code).toBe('forbidden');
    expect(await ids(leader, '?agentNumber=1001')).toHaveLength(3);
    expect((await list(leader, '?agentNumber=9999')).body.code).toBe('forbidden');
    expect((await list(await bed.login('admin'), '?agentNumber=9999')).status).toBe(404);
  });

  it('of other agents are for those who lead their groups, as far as they are of these groups', async () => {
    const [ofAll, ofSales, ofNone] = [
      await bed.login('1000'),
      await bed.login('1010'),
      await bed.login('1011'),
    ];
    expect(await ids(ofAll, '?agentNumber=1001')).toEqual(['call_internal', 'call_out', 'call_queue']);
    expect(await ids(await bed.login('admin'), '?agentNumber=1001')).toHaveLength(3);
    // What came through service is no business of sales; between colleagues there is no group.
    expect(await ids(ofSales, '?agentNumber=1001')).toEqual(['call_internal']);
    expect(await ids(ofSales, '?agentNumber=1001&side=inbound')).toEqual([]);
    expect((await list(ofSales, '?agentNumber=1012')).body.code).toBe('forbidden');
    expect((await list(ofSales, '?agentNumber=9999')).body.code).toBe('forbidden');
    expect((await list(ofNone, '?agentNumber=1001')).body.code).toBe('forbidden');
    expect(await ids(ofNone, '?agentNumber=1011')).toEqual([]);
  });

  it('of a customer are for every agent of the team, whoever had them, and page by page', async () => {
    const [agentToken, leader] = [await bed.login('1002'), await bed.login('1000')];
    const olga = await bed.login('olga', 'other', 'other-password');
    const of = '?customerId=customer_demo_1';
    // Zhang Wei's number rang before anybody linked the card; the second call is linked and of another number.
    expect(await ids(agentToken, of)).toEqual(['call_linked', 'call_out', 'call_queue']);
    expect(await ids(leader, `${of}&side=outbound`)).toEqual(['call_out']);
    const { items } = CallRecordPage.parse((await list(agentToken, of)).body);
    expect(items[0]).toMatchObject({ agentNumber: '1003', agentName: expect.stringContaining('Zhao Min') });
    const first = CallRecordPage.parse((await list(agentToken, `${of}&limit=2`)).body);
    expect(await ids(agentToken, `${of}&limit=2&cursor=${first.next}`)).toEqual(['call_queue']);
    // Naming an agent is for leaders here as well.
    expect((await list(agentToken, `${of}&agentNumber=1001`)).body.code).toBe('forbidden');
    expect(await ids(agentToken, `${of}&agentNumber=1002`)).toEqual([]);
    expect(await ids(leader, `${of}&agentNumber=1001`)).toEqual(['call_out', 'call_queue']);
    expect((await list(await bed.login('1011'), `${of}&agentNumber=1001`)).body.code).toBe('forbidden');
    // A customer of another team is as if there were none.
    expect((await list(olga, of)).body.code).toBe('not-found');
    expect((await list(leader, '?customerId=nobody')).body.code).toBe('not-found');
  });

  it('have their legs in detail, for those who may see the call', async () => {
    const get = async (username: string, team?: string, password?: string) =>
      bed.send('GET', '/calls/call_queue', { token: await bed.login(username, team, password) });
    const detail = CallRecordDetail.parse((await get('1001')).body);
    expect(detail.legs.map(({ role }) => role)).toEqual(['customer']);
    expect((await get('1000')).status).toBe(200);
    expect((await get('admin')).status).toBe(200);
    expect((await get('1010')).body.code).toBe('no-such-call');
    expect((await get('1011')).body.code).toBe('no-such-call');
    expect((await get('1002')).body.code).toBe('no-such-call');
    // A leader too, but of another team.
    expect((await get('olga', 'other', 'other-password')).body.code).toBe('no-such-call');
  });
});
