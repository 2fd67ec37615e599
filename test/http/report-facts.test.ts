import { afterAll, beforeAll, expect, it } from 'vitest';
import { AgentSpanPage, CallPartPage } from '../../server/contract/report-facts.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, GroupId, TeamId } from '../../server/core/kernel/ids.ts';
import * as rows from '../store/rows.ts';
import { Bed } from './bed.ts';

const teamId = asId<TeamId>('team_demo');
const agent = (number: string) => asId<AgentId>(`agent_demo_${number}`);
let bed: Bed;

/** Eva leads sales alone; 1001 is in sales and service, and works. */
beforeAll(async () => {
  bed = await Bed.start();
  await bed.inStore(async ({ agents, groups }) => {
    const { passwordHash = '' } = (await agents.byNumber(teamId, '1000')) ?? {};
    const person = (number: string, role: 'agent' | 'leader') =>
      rows.agent({ id: agent(number), teamId, number, username: number, role, passwordHash });
    await agents.insert(person('1010', 'leader'));
    await agents.insert(person('1012', 'agent'));
    await groups.insertLeader({
      teamId,
      groupId: asId<GroupId>('group_demo_sales'),
      agentId: agent('1010'),
    });
  });
  const token = await bed.login('1001');
  const body = { ignore: ['device-not-connected'] };
  await bed.send('POST', '/agent/sign-in', { token, body });
  await bed.clock.advance(5_000);
  await bed.send('POST', '/agent/pause', { token, body: { reasonId: 'reason_demo_lunch' } });
});
afterAll(() => bed.stop());

async function spans(username: string, query = ''): Promise<string[]> {
  const token = await bed.login(username);
  const range = `from=0&to=${bed.clock.now() + 1}`;
  const answer = await bed.send('GET', `/reports/agent-spans?${range}${query}`, { token });
  if (answer.status !== 200) return [String(answer.body['code'])];
  const page = AgentSpanPage.parse(answer.body);
  expect(page.timeZone).toBe('Asia/Shanghai');
  return page.items.map((span) => `${span.agentNumber} ${span.state}`);
}

it("are an agent's own, of a leader those of the agents in the groups led, of an administrator all", async () => {
  const worked = ['1001 paused', '1001 idle'];
  expect(await spans('1001')).toEqual(worked);
  expect(await spans('1010')).toEqual(worked);
  expect(await spans('admin')).toEqual(worked);
  expect(await spans('admin', '&agentNumber=1001')).toEqual(worked);
  expect(await spans('1012')).toEqual([]);
  expect(await spans('1012', '&agentNumber=1001')).toEqual(['forbidden']);
  expect(await spans('1010', '&agentNumber=1012')).toEqual(['forbidden']);
  expect(await spans('admin', '&limit=1')).toEqual(['1001 paused']);
});

it('are refused for what is no time, or of a cursor that is of another list', async () => {
  const token = await bed.login('admin');
  expect((await bed.send('GET', '/reports/agent-spans?from=today', { token })).body['code']).toBe(
    'invalid-request',
  );
  const wrong = await bed.send('GET', '/reports/call-parts?from=0&to=1&cursor=x', { token });
  expect(wrong.body['code']).toBe('invalid-request');
  const none = await bed.send('GET', '/reports/call-parts?from=0&to=1', { token });
  expect(CallPartPage.parse(none.body)).toEqual({ items: [], next: null, timeZone: 'Asia/Shanghai' });
});
