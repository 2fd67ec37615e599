import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentSetUp, Effects, PhoneCredential } from '../../server/contract/people.ts';
import type { GroupSetUp, TeamSetUp } from '../../server/contract/set-up.ts';
import { settle } from '../support/manual-clock.ts';
import { AgentPage } from './agent-page.ts';
import { Bed } from './bed.ts';

const LEI = 'agent_demo_1001';
const MEI = 'agent_demo_1002';
const CHEN = 'agent_demo_1000';
const SERVICE = 'group_demo_service';
const SALES = 'group_demo_sales';
const VIP = 'group_demo_vip';

let bed: Bed;
let token: string;
beforeEach(async () => {
  bed = await Bed.start();
  token = await bed.login('admin');
});
afterEach(() => bed.stop());

function ask(method: string, path: string, body?: unknown, version?: number) {
  const headers: Record<string, string> = version === undefined ? {} : { 'if-match': `"${version}"` };
  return bed.send(method, path, { token, headers, ...(body === undefined ? {} : { body }) });
}

async function done<T>(method: string, path: string, body?: unknown, version?: number): Promise<T> {
  const answer = await ask(method, path, body, version);
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

/** What the audit keeps of one record by now. */
function audited(recordId: string) {
  return async () => {
    await bed.clock.advance(1000);
    return (await done<{ items: object[] }>('GET', `/audit?recordId=${recordId}`)).items;
  };
}

describe('what a change would meet', () => {
  it('is who is signed in, who waits, who talks and what leads there', async () => {
    const page = await AgentPage.open(bed, '1001');
    await page.command('POST', '/agent/sign-in', {});
    bed.switch.trunk.callIn('13800138001', '400100');
    await page.until(() => page.calls.size > 0);
    await page.call(page.only.id, 'answer');
    bed.switch.trunk.callIn('13800138002', '400100');
    await settle();
    const service = await done<Effects>('GET', `/set-up/groups/${SERVICE}/effects`);
    expect(service).toMatchObject({
      signedIn: [{ id: LEI, number: '1001' }],
      signedInCount: 1,
      waitingCalls: 1,
      openCalls: 1,
      uses: [
        { kind: 'number', id: '400100' },
        { kind: 'overflow', id: VIP },
      ],
    });
    expect(await done<Effects>('GET', `/set-up/agents/${LEI}/effects`)).toMatchObject({
      signedInCount: 1,
      waitingCalls: 0,
      openCalls: 1,
      uses: [{ kind: 'number', id: '1001' }],
    });
    expect(await done<Effects>('GET', '/set-up/phones/phone_demo_1001/effects')).toMatchObject({
      signedInCount: 0,
      uses: [],
    });
    page.close();
  });
});

describe('an agent who leaves', () => {
  it('is not deleted while something leads there, and hands it over', async () => {
    const read = await done<GroupSetUp>('GET', `/set-up/groups/${SALES}`);
    const overflow = { afterMs: 30_000, to: { kind: 'agent', agentId: CHEN } };
    await done('PATCH', `/set-up/groups/${SALES}`, { overflow }, read.version);
    const refused = await ask('DELETE', `/set-up/agents/${CHEN}`, undefined, 1);
    expect(refused).toMatchObject({ status: 409, body: { code: 'in-use' } });
    expect(refused.body['uses']).toEqual(
      expect.arrayContaining([
        { kind: 'number', id: '1000', name: '1000' },
        expect.objectContaining({ kind: 'overflow', id: SALES }),
        expect.objectContaining({ kind: 'only-leader', id: SERVICE }),
      ]),
    );
    expect((await ask('DELETE', `/set-up/agents/${CHEN}?moveTo=${CHEN}`, undefined, 1)).status).toBe(404);
    await done('DELETE', `/set-up/agents/${CHEN}?moveTo=${MEI}`, undefined, 1);
    expect(await done('GET', '/set-up/numbers/1000')).toMatchObject({ target: { agentId: MEI } });
    const sales = await done<GroupSetUp>('GET', `/set-up/groups/${SALES}`);
    expect(sales).toMatchObject({ leaders: [MEI], overflow: { to: { agentId: MEI } } });
    expect(sales.members.map(({ agentId }) => agentId)).not.toContain(CHEN);
    expect((await ask('GET', `/set-up/agents/${CHEN}`)).status).toBe(404);
  });

  it('leaves to the audit what was moved, and to the heir another version', async () => {
    const heir = await done<AgentSetUp>('GET', `/set-up/agents/${MEI}`);
    const read = await done<GroupSetUp>('GET', `/set-up/groups/${SALES}`);
    const overflow = { afterMs: 30_000, to: { kind: 'agent', agentId: CHEN } };
    await done('PATCH', `/set-up/groups/${SALES}`, { overflow }, read.version);
    await done('DELETE', `/set-up/agents/${CHEN}?moveTo=${MEI}`, undefined, 1);
    expect((await ask('PATCH', `/set-up/agents/${MEI}`, { leads: [] }, heir.version)).status).toBe(412);
    await expect
      .poll(audited('1000'))
      .toMatchObject([
        { record: 'number', change: 'updated', fields: { target: { after: { agentId: MEI } } } },
      ]);
    await expect.poll(audited(SALES)).toContainEqual(
      expect.objectContaining({
        ...{ record: 'group', change: 'updated' },
        fields: {
          overflow: { before: overflow, after: { ...overflow, to: { kind: 'agent', agentId: MEI } } },
        },
      }),
    );
    await expect.poll(audited(MEI)).toMatchObject([
      {
        record: 'agent',
        change: 'updated',
        fields: { leads: { before: [], after: [SALES, SERVICE, VIP] } },
      },
    ]);
  });

  it('leaves nothing behind when that is wanted', async () => {
    await done('DELETE', `/set-up/agents/${LEI}?moveTo=nobody`, undefined, 1);
    expect((await ask('GET', '/set-up/numbers/1001')).status).toBe(404);
    await expect.poll(audited('1001')).toMatchObject([
      {
        record: 'number',
        change: 'deleted',
        fields: { target: { before: { agentId: LEI }, after: null } },
      },
    ]);
  });

  it('takes overflow along when a group is closed, but into no ring', async () => {
    const [service, sales] = await Promise.all(
      [SERVICE, SALES].map((id) => done<GroupSetUp>('GET', `/set-up/groups/${id}`)),
    );
    const made = await done<GroupSetUp>('POST', '/set-up/groups', {
      ...{ name: 'C', number: '2990', ringMs: 20_000, retryMs: 0, acwMode: 'off', acwLimitMs: null },
      ...{ dialling: 'free', callerId: null, members: [], leaders: [] },
    });
    const to = (groupId: string) => ({ overflow: { afterMs: 9_000, to: { kind: 'group', groupId } } });
    await done('PATCH', `/set-up/groups/${SALES}`, to(made.id), sales?.version);
    await done('PATCH', `/set-up/groups/${SERVICE}`, to(SALES), service?.version);
    await done('POST', `/set-up/groups/${made.id}/close`, { successorId: SERVICE }, made.version);
    expect((await done<GroupSetUp>('GET', `/set-up/groups/${SALES}`)).overflow).toBeNull();
    await expect
      .poll(audited(SALES))
      .toContainEqual(
        expect.objectContaining({ fields: { overflow: { before: to(made.id).overflow, after: null } } }),
      );
  });
});

describe('a desk phone', () => {
  it('is made with a password that is told once, and known to the switch at once', async () => {
    const made = await done<PhoneCredential>('POST', '/set-up/phones', { name: '前台 Front desk' });
    expect(made.credential.text).toContain(made.credential.password);
    const listed = await done<{ items: object[] }>('GET', '/set-up/phones?q=front');
    expect(listed.items).toEqual([
      { id: made.id, name: '前台 Front desk', username: made.username, version: 1 },
    ]);
    const seen = await bed.send('GET', '/devices', { token });
    expect(JSON.stringify(seen.body)).toContain(made.username);

    const renewed = await done<PhoneCredential>('POST', `/set-up/phones/${made.id}/credential`, undefined, 1);
    expect(renewed.credential.password).not.toBe(made.credential.password);
    expect((await ask('PATCH', `/set-up/phones/${made.id}`, { name: 'x' }, 1)).status).toBe(412);
    await done('PATCH', `/set-up/phones/${made.id}`, { name: 'x' }, 2);
    await done('DELETE', `/set-up/phones/${made.id}`, undefined, 3);
    expect(JSON.stringify((await bed.send('GET', '/devices', { token })).body)).not.toContain(made.username);
    const audit = JSON.stringify((await bed.send('GET', `/audit?recordId=${made.id}`, { token })).body);
    expect(audit).not.toContain(made.credential.password);
  });
});

describe('an agent’s form', () => {
  it('sets address, PIN and groups with levels, and says nothing of secrets', async () => {
    const made = await done<AgentSetUp>('POST', '/set-up/agents', {
      ...{ number: '1900', username: 'nora', name: 'Nora', role: 'agent', password: 'nora-password' },
      ...{ email: 'nora@example.com', pin: '2580', groups: [{ groupId: SERVICE, static: false, level: 7 }] },
    });
    expect(made).toMatchObject({
      ...{ email: 'nora@example.com', hasPin: true, leads: [] },
      groups: [{ groupId: SERVICE, static: false, level: 7 }],
    });
    expect(JSON.stringify(made)).not.toMatch(/scrypt|2580|nora-password|passwordHash/);
    const changed = await done<AgentSetUp>('PATCH', `/set-up/agents/${made.id}`, { pin: null, email: '' }, 1);
    expect(changed).toMatchObject({ hasPin: false, email: '' });
    const wrong = await ask('PATCH', `/set-up/agents/${made.id}`, { email: 'no address' }, 2);
    expect(wrong.body['code']).toBe('invalid-request');
  });

  it('sets the number outside with which the agent may sign in at once, and none that is no telephone or leads to us', async () => {
    const made = await done<AgentSetUp>('POST', '/set-up/agents', {
      ...{ number: '1900', username: 'nora', name: 'Nora', role: 'agent', password: 'nora-password' },
      outsideNumber: '+86 138 0013 8000',
    });
    expect(made.outsideNumber).toBe('13800138000');
    await done('PUT', '/set-up/numbers/4001234567', { target: { kind: 'group', groupId: SERVICE } });
    await bed.inStore(async ({ teams, agents }) => {
      const [other] = await agents.all('team_other' as never);
      if (!other) throw new Error('nobody is there');
      const target = { kind: 'agent', agentId: other.id } as const;
      await teams.insertRoute({ number: '+864007654321', teamId: other.teamId, target });
    });
    for (const [outsideNumber, code] of [
      ['110', 'unknown-number'],
      ['*64', 'unknown-number'],
      ['4001234567', 'number-leads-here'],
      ['+86 400 123 4567', 'number-leads-here'],
      ['4007654321', 'number-leads-here'],
    ] as const) {
      const wrong = await ask('PATCH', `/set-up/agents/${made.id}`, { outsideNumber }, 1);
      expect([outsideNumber, wrong.status, wrong.body['code']]).toEqual([outsideNumber, 422, code]);
    }
    // Nor does a number begin to lead here that is dialled already.
    const { version } = await done<GroupSetUp>('GET', `/set-up/groups/${SALES}`);
    const passOn = (number: string) => ({
      transferOutside: true,
      overflow: { afterMs: 9_000, to: { kind: 'number', number } },
    });
    const round = await ask('PATCH', `/set-up/groups/${SALES}`, passOn('4007654321'), version);
    expect(round.body['code']).toBe('number-leads-here');
    await done('PATCH', `/set-up/groups/${SALES}`, passOn('13700137000'), version);
    for (const [number, by] of [
      ['+8613800138000', 'Nora'],
      ['13700137000', '销售 Sales'],
    ] as const) {
      const dialled = await ask('PUT', `/set-up/numbers/${number}`, {
        target: { kind: 'group', groupId: SERVICE },
      });
      expect([dialled.status, dialled.body]).toMatchObject([422, { code: 'number-leads-here', by: [by] }]);
    }
    const nora = await bed.login('nora', 'demo', 'nora-password');
    const signIn = (device: object) => bed.send('POST', '/agent/sign-in', { token: nora, body: { device } });
    const signedIn = await signIn({ kind: 'outside' });
    expect(signedIn.body).toMatchObject({ device: { kind: 'outside', name: '13800138000', online: true } });
    const other = { kind: 'outside', number: '13900139000' };
    expect((await signIn(other)).body['code']).toBe('forbidden');
    const team = await done<TeamSetUp>('GET', '/set-up/team');
    const rules = { outsidePhones: 'own', outsideConfirm: 'always' };
    expect(await done('PATCH', '/set-up/team', rules, team.version)).toMatchObject(rules);
    expect((await signIn(other)).body).toMatchObject({ device: { kind: 'outside', name: '13900139000' } });
    const worked = await ask('PUT', '/set-up/numbers/13900139000', {
      target: { kind: 'group', groupId: SERVICE },
    });
    expect(worked.body).toMatchObject({ code: 'number-leads-here', by: ['Nora'] });
    for (const number of ['4001234567', '4007654321'])
      expect((await signIn({ kind: 'outside', number })).body['code']).toBe('number-leads-here');
    expect(
      await done<AgentSetUp>('PATCH', `/set-up/agents/${made.id}`, { outsideNumber: null }, 1),
    ).toMatchObject({ outsideNumber: null });
    const audit = async () => {
      await bed.clock.advance(1000);
      return JSON.stringify((await bed.send('GET', `/audit?recordId=${made.id}`, { token })).body);
    };
    await expect.poll(audit).toContain('13800138000');
  });
});

describe('the team', () => {
  it('has another name, language and time zone at once, and the audit knows who has said so', async () => {
    const { version, slug } = await done<TeamSetUp>('GET', '/set-up/team');
    expect(slug).toBe('demo');
    const changes = { name: '北方 North', locale: 'en', timeZone: 'Europe/Berlin' };
    expect(await done<TeamSetUp>('PATCH', '/set-up/team', changes, version)).toMatchObject({
      ...changes,
      slug,
      monitorNotice: 'shown',
    });
    expect((await bed.send('GET', '/sessions/current', { token })).body).toMatchObject({
      team: { name: '北方 North' },
    });
    expect(await done('GET', '/reports/agent-spans?from=0&to=1')).toMatchObject({
      timeZone: 'Europe/Berlin',
    });
    await expect.poll(async () => JSON.stringify(await audited('team_demo')())).toContain('timeZone');
  });

  it('keeps its time zone when there is no such one', async () => {
    const { version } = await done<TeamSetUp>('GET', '/set-up/team');
    expect(await ask('PATCH', '/set-up/team', { timeZone: 'Mars/Olympus' }, version)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ path: 'timeZone' }] },
    });
    expect(await done('GET', '/set-up/team')).toMatchObject({ timeZone: 'Asia/Shanghai', version });
  });

  it('says who is signed in, waits and talks in all of it', async () => {
    const page = await AgentPage.open(bed, '1001');
    await page.command('POST', '/agent/sign-in', {});
    bed.switch.trunk.callIn('13800138001', '400100');
    await page.until(() => page.calls.size > 0);
    await page.call(page.only.id, 'answer');
    bed.switch.trunk.callIn('13800138002', '400100');
    await settle();
    expect(await done<Effects>('GET', '/set-up/team/effects')).toMatchObject({
      signedIn: [{ id: LEI, number: '1001' }],
      signedInCount: 1,
      waitingCalls: 1,
      openCalls: 1,
      uses: [],
    });
  });
});

describe('a role', () => {
  it('says who has it, and who of them works now', async () => {
    const page = await AgentPage.open(bed, '1001');
    await page.command('POST', '/agent/sign-in', {});
    const effects = await done<Effects>('GET', '/set-up/roles/agent/effects');
    expect(effects).toMatchObject({ signedIn: [{ id: LEI }], signedInCount: 1, openCalls: 0 });
    expect(effects.uses).toContainEqual({ kind: 'role', id: MEI, name: '韩梅梅 Han Meimei' });
    expect((await ask('GET', '/set-up/roles/role_gone/effects')).status).toBe(404);
  });
});

describe('a password', () => {
  const make = (password: string) =>
    ask('POST', '/set-up/agents', {
      ...{ number: '1900', username: 'nora.quinn', name: 'Nora Quinn', role: 'agent', password },
    });

  it.each(['short', 'Password123!', 'qwertyuiop', '12345678', 'aaaaaaaaaa', 'NORA.QUINN', 'nora quinn'])(
    'that is guessed first is refused: %s',
    async (password) => {
      const { status, body } = await make(password);
      expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ path: 'password' }] } });
    },
  );

  it('of some words, in any script and without digits, is taken', async () => {
    expect((await make('三只安静的灰鹭飞过')).status).toBe(201);
  });
});
