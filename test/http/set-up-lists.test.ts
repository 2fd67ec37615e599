import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentSetUp } from '../../server/contract/people.ts';
import type { GroupInList, GroupSetUp } from '../../server/contract/set-up.ts';
import { Bed } from './bed.ts';

let bed: Bed;
let token: string;
let service: GroupInList;
beforeAll(async () => {
  bed = await Bed.start();
  token = await bed.login('admin');
  const { body } = await bed.send('GET', '/set-up/groups', { token });
  service = (body['items'] as GroupInList[])[0] as GroupInList;
});
afterAll(() => bed.stop());

async function list<T = Record<string, unknown>>(path: string): Promise<{ items: T[]; next: string | null }> {
  const { status, body } = await bed.send('GET', path, { token });
  expect(status).toBe(200);
  return body as unknown as { items: T[]; next: string | null };
}
const numbers = async (path: string) =>
  (await list<{ number: string }>(path)).items.map(({ number }) => number);

async function put(path: string, body?: unknown) {
  return bed.send('PUT', path, { token, ...(body === undefined ? {} : { body }) });
}

describe('the list of agents', () => {
  it.each(['number', '-number', 'name', '-name', 'username', 'role', '-role'])(
    'goes on page by page, ordered by %s, with nobody left out or twice',
    async (sort) => {
      const whole = await numbers(`/set-up/agents?limit=100&sort=${sort}`);
      expect(whole).toHaveLength(8);
      const paged: string[] = [];
      let cursor = '';
      do {
        const page = await list<AgentSetUp>(`/set-up/agents?limit=3&sort=${sort}${cursor}`);
        paged.push(...page.items.map(({ number }) => number));
        cursor = page.next === null ? '' : `&cursor=${page.next}`;
      } while (cursor !== '');
      expect(paged).toEqual(whole);
      expect(new Set(paged).size).toBe(8);
    },
  );

  it.each([
    ['梅', ['1002']],
    ['han MEI', ['1002']],
    ['100', ['1000', '1001', '1002', '1003', '1004', '1005', '1006']],
    ['ADM', ['1099']],
    ['%', []],
    ['_', []],
  ])('finds %j', async (q, found) => {
    expect(await numbers(`/set-up/agents?q=${encodeURIComponent(q)}`)).toEqual(found);
  });

  it('is of one role, of one group, of those who may work', async () => {
    expect(await numbers('/set-up/agents?role=leader')).toEqual(['1000']);
    expect(await numbers(`/set-up/agents?groupId=${service.id}&role=agent&limit=2`)).toEqual([
      '1001',
      '1002',
    ]);
    expect(await numbers('/set-up/agents?active=false')).toEqual([]);
  });

  it('takes no cursor of another list or order', async () => {
    const { next } = await list('/set-up/agents?limit=1');
    for (const path of [
      `/set-up/agents?sort=name&cursor=${next}`,
      '/set-up/agents?cursor=WzEsMl0',
      '/set-up/numbers?cursor=x',
    ]) {
      expect((await bed.send('GET', path, { token })).body['code']).toBe('invalid-request');
    }
  });
});

describe('the other lists', () => {
  it('find groups, numbers and reasons', async () => {
    expect(service).toMatchObject({ memberCount: 7, leaderCount: 1 });
    expect(service).not.toHaveProperty('members');
    expect(await numbers('/set-up/groups?q=sales&sort=-name')).toEqual(['2002']);
    expect(await numbers(`/set-up/numbers?groupId=${service.id}`)).toEqual(['400100']);
    expect(await numbers('/set-up/numbers?q=1003')).toEqual(['1003']);
    const reasons = await list<{ label: { en: string } }>('/set-up/reasons?kind=pause&sort=label&limit=2');
    expect(reasons.items.map(({ label }) => label.en)).toEqual(['Break', 'Lunch']);
    expect(reasons.next).not.toBeNull();
  });

  it('says who is in a group and who leads it', async () => {
    const members = await list(`/set-up/groups/${service.id}/members?q=100&sort=-number&limit=2`);
    expect(members.items).toMatchObject([
      { number: '1006', static: false },
      { number: '1005', static: false },
    ]);
    expect(await numbers(`/set-up/groups/${service.id}/leaders`)).toEqual(['1000']);
    expect((await bed.send('GET', '/set-up/groups/none/members', { token })).status).toBe(404);
  });
});

describe('who belongs to a group', () => {
  const agent = async (id: string) =>
    (await bed.send('GET', `/set-up/agents/${id}`, { token })).body as unknown as AgentSetUp;
  const group = async () =>
    (await bed.send('GET', `/set-up/groups/${service.id}`, { token })).body as unknown as GroupSetUp;

  it('is changed one by one, and seen from both sides', async () => {
    const id = 'agent_demo_admin';
    const before = await group();
    expect((await put(`/set-up/groups/${service.id}/members/${id}`, { static: true })).body).toMatchObject({
      memberCount: 8,
      version: before.version + 1,
    });
    await put(`/set-up/groups/${service.id}/leaders/${id}`);
    expect(await agent(id)).toMatchObject({
      groups: [{ groupId: service.id, static: true }],
      leads: [service.id],
      version: 3,
    });
    await bed.send('DELETE', `/set-up/groups/${service.id}/members/${id}`, { token });
    await bed.send('DELETE', `/set-up/groups/${service.id}/leaders/${id}`, { token });
    expect((await group()).members).toHaveLength(7);
    expect((await put(`/set-up/groups/${service.id}/members/nobody`, { static: true })).status).toBe(404);
  });

  it('is changed from the agent, and a form of the group that was read before cannot overwrite it', async () => {
    const read = await group();
    const { id, version } = await agent('agent_demo_1001');
    const changed = await bed.send('PATCH', `/set-up/agents/${id}`, {
      token,
      headers: { 'if-match': `"${version}"` },
      body: { groups: [], leads: [service.id] },
    });
    expect(changed.body).toMatchObject({ groups: [], leads: [service.id], version: version + 1 });
    const late = await bed.send('PATCH', `/set-up/groups/${service.id}`, {
      token,
      headers: { 'if-match': `W/"${read.version}"` },
      body: { members: read.members },
    });
    expect(late).toMatchObject({
      status: 412,
      body: { current: { leaders: [id, 'agent_demo_1000'].toSorted() } },
    });
    const closed = await bed.send('PATCH', `/set-up/agents/${id}`, {
      token,
      headers: { 'if-match': `"${version + 1}"` },
      body: { groups: [{ groupId: 'none', static: false }] },
    });
    expect(closed.status).toBe(404);
  });
});
