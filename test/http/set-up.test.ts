import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallRecordDetail } from '../../server/contract/call-record.ts';
import { DeskSnapshot } from '../../server/contract/desk.ts';
import { AgentSetUp } from '../../server/contract/people.ts';
import { GroupSetUp, type NumberSetUp, ReasonSetUp } from '../../server/contract/set-up.ts';
import { LinkSetUp, WorkLinks } from '../../server/contract/work-links.ts';
import { BindingSetUp } from '../../server/contract/app-bindings.ts';
import { settle } from '../support/manual-clock.ts';
import { AgentPage } from './agent-page.ts';
import { Bed } from './bed.ts';

const SERVICE_LINE = '400100';
const GROUP = {
  name: '售后 After sales',
  number: '2900',
  ringMs: 20_000,
  retryMs: 5_000,
  acwMode: 'off',
  acwLimitMs: null,
  dialling: 'free',
  callerId: null,
  members: [],
  leaders: [],
};
const NORA = { number: '1900', username: 'nora', name: 'Nora', role: 'agent', password: 'nora-password' };

let bed: Bed;
let token: string;
let pages: AgentPage[];

beforeEach(async () => {
  bed = await Bed.start();
  token = await bed.login('admin');
  pages = [];
});
afterEach(async () => {
  for (const page of pages) page.close();
  await bed.stop();
});

async function open(username: string, password?: string): Promise<AgentPage> {
  const page = await AgentPage.open(bed, username, password);
  pages.push(page);
  return page;
}

/** @param version what `If-Match` names */
function ask(method: string, path: string, body?: unknown, version?: number) {
  const headers: Record<string, string> = version === undefined ? {} : { 'if-match': `"${version}"` };
  return bed.send(method, path, { token, headers, ...(body === undefined ? {} : { body }) });
}

async function done(
  method: string,
  path: string,
  body?: unknown,
  version?: number,
): Promise<Record<string, unknown>> {
  const answer = await ask(method, path, body, version);
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function refused(method: string, path: string, body?: unknown, version?: number): Promise<unknown> {
  const answer = await ask(method, path, body, version);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  return answer.body['code'];
}

describe('setting up while calls wait', () => {
  it('an agent, a group and a number that are made take a call at once, and no other is touched', async () => {
    const earlier = bed.switch.trunk.callIn('13800138001', SERVICE_LINE);
    await settle();
    const nora = AgentSetUp.parse(await done('POST', '/set-up/agents', NORA));
    const group = GroupSetUp.parse(await done('POST', '/set-up/groups', GROUP));
    await done('PUT', '/set-up/numbers/400777', { target: { kind: 'group', groupId: group.id } });
    const caller = bed.switch.trunk.callIn('13800138002', '400777');
    await settle();
    expect(caller.state).toBe('up');

    const page = await open('nora', NORA.password);
    const members = [{ agentId: nora.id, static: false }];
    expect(GroupSetUp.parse(await done('PATCH', `/set-up/groups/${group.id}`, { members }, 1))).toMatchObject(
      { members, version: 2 },
    );
    await page.until(() => page.agent?.groups.length === 1);
    await page.command('POST', '/agent/sign-in', {});
    await page.until(() => page.calls.size > 0);
    const { id } = page.only;
    expect((await page.call(id, 'answer')).phase).toBe('talking');
    caller.hangup();
    await page.until(() => page.agent?.state === 'idle');
    const record = CallRecordDetail.parse(await page.command('GET', `/calls/${id}`));
    expect(record).toMatchObject({ groupName: GROUP.name, agentNumber: '1900' });
    expect(earlier.state).toBe('up');
  });

  it('an agent who is deactivated finishes the call with the bar, and is out when it has ended', async () => {
    const page = await open('1001');
    await page.command('POST', '/agent/sign-in', {});
    const caller = bed.switch.trunk.callIn('13800138001', SERVICE_LINE);
    await page.until(() => page.calls.size > 0);
    await page.call(page.only.id, 'answer');
    const agents = await done('GET', '/set-up/agents');
    const agent = (agents['items'] as AgentSetUp[]).find(({ username }) => username === '1001');
    await done('PATCH', `/set-up/agents/${agent?.id}`, { active: false }, agent?.version);
    await expect(bed.login('1001')).rejects.toThrow('wrong-credentials');
    expect((await page.call(page.only.id, 'hold')).phase).toBe('held');
    expect(caller.state).toBe('up');
    const closed = page.closed();
    caller.hangup();
    await closed;
    await settle();
    expect(page.phone.online).toBe(false);
    expect(await page.refused('/agent/sign-in', {})).toMatchObject({ body: { code: 'token-invalid' } });
  });

  it('a group that is closed hands who waits and its numbers to another one', async () => {
    const groups = (await done('GET', '/set-up/groups'))['items'] as GroupSetUp[];
    const [service, sales] = groups;
    bed.switch.trunk.callIn('13800138001', SERVICE_LINE);
    await settle();
    await done('POST', `/set-up/groups/${service?.id}/close`, { successorId: sales?.id }, 1);
    const numbers = (await done('GET', '/set-up/numbers'))['items'] as NumberSetUp[];
    expect(numbers.find(({ number }) => number === SERVICE_LINE)?.target).toEqual({
      kind: 'group',
      groupId: sales?.id,
    });
    const page = await open('1001');
    await page.command('POST', '/agent/sign-in', {});
    await page.until(() => page.calls.size > 0);
    expect(page.only).toMatchObject({ phase: 'offered', group: { id: sales?.id } });
    expect(page.agent?.groups.map(({ groupId }) => groupId)).not.toContain(service?.id);
    // The number of a closed group can be given again.
    await done('POST', '/set-up/groups', { ...GROUP, number: service?.number });
  });

  it('reasons stand below each other: those with others below them are headings, and none stands below itself', async () => {
    const reason = async (en: string, parentId: string | null, more: object = {}) => {
      const label = { en, 'zh-CN': en };
      return ReasonSetUp.parse(
        await done('POST', '/set-up/reasons', { kind: 'pause', label, parentId, position: 9, ...more }),
      );
    };
    const page = await open('1001');
    await page.command('POST', '/agent/sign-in', {});
    const work = await reason('Projects', null, { colour: 'cyan' });
    await page.command('POST', '/agent/pause', { reasonId: work.id });
    const site = await reason('On site', work.id, { paid: true, limitMs: 600_000 });
    expect(site).toMatchObject({ parentId: work.id, above: [work.label], paid: true, limitMs: 600_000 });
    // Who pauses with what is a heading by now goes on with it; nobody else begins.
    await settle();
    expect(page.agent).toMatchObject({ state: 'paused', pause: { label: work.label } });
    await page.command('POST', '/agent/resume');
    expect(await page.refused('/agent/pause', { reasonId: work.id })).toMatchObject({
      body: { code: 'unknown-reason' },
    });
    await page.command('POST', '/agent/pause', { reasonId: site.id });
    await page.until(() => page.agent?.pause?.limitMs === 600_000);
    expect(page.agent?.pause?.label).toEqual(site.label);
    const desk = DeskSnapshot.parse(await page.command('GET', '/desk'));
    expect(desk.team.pauseReasons.slice(-2)).toMatchObject([
      { id: work.id, level: 0, heading: true, colour: 'cyan' },
      { id: site.id, level: 1, heading: false, limitMs: 600_000 },
    ]);
    expect(await done('GET', `/set-up/reasons/${site.id}/effects`)).toMatchObject({
      signedIn: [{ number: '1001' }],
      uses: [],
    });
    expect(await done('GET', `/set-up/reasons/${work.id}/effects`)).toMatchObject({
      uses: [{ kind: 'reason', id: site.id }],
    });

    const away = { parentId: site.id };
    expect(await refused('PATCH', `/set-up/reasons/${work.id}`, away, 1)).toBe('reason-loop');
    expect(await refused('PATCH', `/set-up/reasons/${work.id}`, { parentId: work.id }, 1)).toBe(
      'reason-loop',
    );
    const wrapUp = (await done('GET', '/set-up/reasons?kind=wrap-up&limit=1'))['items'] as ReasonSetUp[];
    const foreign = { parentId: wrapUp[0]?.id };
    expect(await refused('PATCH', `/set-up/reasons/${site.id}`, foreign, 1)).toBe('not-found');
    const third = await reason('Third', site.id);
    const fourth = await reason('Fourth', third.id);
    const label = { en: 'Fifth', 'zh-CN': '五' };
    const fifth = { kind: 'pause', label, position: 1, parentId: fourth.id };
    expect(await refused('POST', '/set-up/reasons', fifth)).toBe('reason-depth');
    expect(await refused('DELETE', `/set-up/reasons/${work.id}`, undefined, 1)).toBe('reasons-below');
    await done('PATCH', `/set-up/reasons/${third.id}`, { parentId: null }, 1);
    await done('DELETE', `/set-up/reasons/${site.id}`, undefined, 1);
    await done('DELETE', `/set-up/reasons/${work.id}`, undefined, 1);
  });

  it('links and what pops are told to the desks that they are for', async () => {
    const groups = (await done('GET', '/set-up/groups'))['items'] as GroupSetUp[];
    const group = GroupSetUp.parse(await done('POST', '/set-up/groups', GROUP));
    const label = { en: 'Orders', 'zh-CN': '订单' };
    const url = 'https://crm.example/o?n={customer.number}&d={data.order}';
    const link = LinkSetUp.parse(
      await done('POST', '/set-up/work-links', { label, url, groupIds: [group.id], position: 0 }),
    );
    const agent = await bed.login('1001');
    const own = async () => WorkLinks.parse((await bed.send('GET', '/work-links', { token: agent })).body);
    expect((await own()).map(({ id }) => id)).not.toContain(link.id);
    await done('PATCH', `/set-up/work-links/${link.id}`, { groupIds: [groups[0]?.id] }, 1);
    expect(await own()).toContainEqual({ id: link.id, label, url });
    for (const wrong of [
      'javascript:alert(1)//https://crm.example',
      'https://{customer.number}.example/',
      'https://crm.example@evil.example/{call.id}',
      'https://crm.example/{customer.password}',
      'https://crm.example/{customer.number',
      'ftp://crm.example/',
    ]) {
      const body = { label, url: wrong, position: 0 };
      expect([wrong, await refused('POST', '/set-up/work-links', body)]).toEqual([wrong, 'invalid-request']);
    }
    const nowhere = { label, url, groupIds: ['group_nowhere'], position: 0 };
    expect(await refused('POST', '/set-up/work-links', nowhere)).toBe('not-found');
    expect(await refused('DELETE', `/set-up/work-links/${link.id}`, undefined, 1)).toBe('version-conflict');
    const bind = (body: object) => done('POST', '/set-up/app-bindings', { name: 'B', position: 5, ...body });
    const address = 'https://crm.example/pop?n={number}';
    const queue = BindingSetUp.parse(
      await bind({ directions: ['queue'], dids: [SERVICE_LINE], mode: 'url', url: address, onAnswer: true }),
    );
    await bind({ mode: 'event', position: 6 });
    await bind({ groupIds: [group.id], mode: 'panel', position: 1 });
    for (const wrong of [
      { mode: 'url', url: 'javascript:alert(1)' },
      { mode: 'url', url: 'https://crm.example/{password}' },
      { mode: 'url' },
    ]) {
      expect(await refused('POST', '/set-up/app-bindings', { name: 'B', position: 1, ...wrong })).toBe(
        'invalid-request',
      );
    }
    const page = await open('1001');
    await page.command('POST', '/agent/sign-in', {});
    bed.switch.trunk.callIn('13800138001', SERVICE_LINE);
    await page.until(() => page.calls.size > 0);
    expect(page.only.pop).toEqual({ mode: 'url', urlTemplate: address, onAnswer: true });
    // Live at once, also for the call that rings: the next one that fits counts.
    await done('DELETE', `/set-up/app-bindings/${queue.id}`, undefined, 1);
    const answered = await page.call(page.only.id, 'answer');
    expect(answered.pop).toEqual({ mode: 'event', urlTemplate: '', onAnswer: false });
    await done('DELETE', `/set-up/work-links/${link.id}`, undefined, 2);
    expect((await own()).map(({ id }) => id)).not.toContain(link.id);
  });

  it('a pause reason that is deleted goes on under its name', async () => {
    const reason = ReasonSetUp.parse(
      await done('POST', '/set-up/reasons', {
        kind: 'pause',
        label: { en: 'Fire drill', 'zh-CN': '消防演习' },
        position: 9,
      }),
    );
    const page = await open('1001');
    await page.command('POST', '/agent/sign-in', {});
    await page.command('POST', '/agent/pause', { reasonId: reason.id });
    await done('DELETE', `/set-up/reasons/${reason.id}`, undefined, 1);
    await page.until(() => page.agent?.state === 'paused');
    expect(page.agent?.pause?.label?.en).toBe('Fire drill');
    const other = await open('1002');
    await other.command('POST', '/agent/sign-in', {});
    expect((await other.refused('/agent/pause', { reasonId: reason.id })).body['code']).toBe(
      'unknown-reason',
    );
  });
});

describe('what cannot be set up', () => {
  it('by anybody but an administrator', async () => {
    token = await bed.login('1000');
    expect(await refused('GET', '/set-up/agents')).toBe('forbidden');
    expect(await refused('POST', '/set-up/agents', NORA)).toBe('forbidden');
  });

  it('over what somebody else has saved meanwhile, and the answer says how it is now', async () => {
    const { id } = AgentSetUp.parse(await done('POST', '/set-up/agents', NORA));
    const first = await ask('PATCH', `/set-up/agents/${id}`, { name: 'Nora Q.' }, 1);
    expect(first.headers.get('etag')).toBe('"2"');
    const late = await ask('PATCH', `/set-up/agents/${id}`, { name: 'N.' }, 1);
    expect(late.status).toBe(412);
    expect(late.body).toMatchObject({ code: 'version-conflict', current: { name: 'Nora Q.', version: 2 } });
  });

  it('without saying what was read', async () => {
    const { id } = AgentSetUp.parse(await done('POST', '/set-up/agents', NORA));
    const unread = await ask('PATCH', `/set-up/agents/${id}`, { name: 'N.' });
    expect(unread).toMatchObject({ status: 428, body: { code: 'version-required' } });
    const target = { kind: 'agent', agentId: id };
    const there = await ask('PUT', `/set-up/numbers/${SERVICE_LINE}`, { target });
    expect(there).toMatchObject({ status: 428, body: { current: { number: SERVICE_LINE, version: 1 } } });
    const wrong = await bed.send('DELETE', `/set-up/agents/${id}`, { token, headers: { 'if-match': '*' } });
    expect(wrong.body['code']).toBe('invalid-request');
  });

  it('a number or a name that is in use; after its agent is deleted both are free', async () => {
    const { id } = AgentSetUp.parse(await done('POST', '/set-up/agents', NORA));
    expect(await refused('POST', '/set-up/agents', { ...NORA, username: 'n2' })).toBe('number-taken');
    expect(await refused('POST', '/set-up/agents', { ...NORA, number: '1901' })).toBe('username-taken');
    await done('DELETE', `/set-up/agents/${id}`, undefined, 1);
    const next = AgentSetUp.parse(await done('POST', '/set-up/agents', NORA));
    expect(next.id).not.toBe(id);
    expect((await done('GET', '/set-up/agents'))['items']).toHaveLength(9);
  });

  it('a team without an administrator', async () => {
    const agents = (await done('GET', '/set-up/agents'))['items'] as AgentSetUp[];
    const admin = agents.find(({ role }) => role === 'admin');
    const path = `/set-up/agents/${admin?.id}`;
    expect(await refused('PATCH', path, { role: 'leader' }, 1)).toBe('last-administrator');
    expect(await refused('DELETE', path, undefined, 1)).toBe('last-administrator');
  });

  it('what is not there', async () => {
    const target = { kind: 'group', groupId: 'group_none' };
    expect(await refused('PUT', '/set-up/numbers/400777', { target })).toBe('not-found');
    expect(await refused('PATCH', '/set-up/groups/group_none', { name: 'x' }, 1)).toBe('not-found');
    expect(await refused('POST', '/set-up/groups', { ...GROUP, leaders: ['nobody'] })).toBe('not-found');
  });
});
