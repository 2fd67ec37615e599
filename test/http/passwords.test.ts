import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenSession } from '../../server/contract/session.ts';
import { AgentPage } from './agent-page.ts';
import { Bed } from './bed.ts';

const LEI = 'agent_demo_1001';
const OWN = 'nine loud red kettles';

let bed: Bed;
let admin: string;
beforeEach(async () => {
  bed = await Bed.start();
  admin = await bed.login('admin');
});
afterEach(() => bed.stop());

const login = (username: string, password: string, more: object = {}) =>
  bed.send('POST', '/sessions', { body: { team: 'demo', username, password, ...more } });
const isOpen = async (token: string) =>
  (await bed.send('GET', '/sessions/current', { token })).status === 200;

async function resetOf(agentId: string, by = admin): Promise<string> {
  const { body } = await bed.send('POST', `/set-up/agents/${agentId}/password`, { token: by });
  return String(body['password']);
}

describe('a password that somebody else has made', () => {
  it('is good for choosing another one, and for nothing else', async () => {
    const before = await bed.login('1001');
    const temporary = await resetOf(LEI);
    expect(temporary).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
    expect(await isOpen(before)).toBe(false);
    expect((await login('1001', 'telebar-demo')).status).toBe(401);
    expect(await login('1001', temporary)).toMatchObject({
      status: 403,
      body: { code: 'password-must-change' },
    });

    const refused = await login('1001', temporary, { newPassword: temporary });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: 'newPassword' }] } });
    expect((await login('1001', temporary, { newPassword: 'password1' })).body).toMatchObject({
      errors: [{ path: 'newPassword' }],
    });
    expect((await login('1001', 'wrong one', { newPassword: OWN })).status).toBe(401);

    const opened = await login('1001', temporary, { newPassword: OWN });
    expect(opened.status).toBe(201);
    expect((await login('1001', temporary)).status).toBe(401);
    expect((await login('1001', OWN)).status).toBe(201);
  });

  it('does not concern who comes with a token of the host', async () => {
    await resetOf(LEI);
    const { body } = await bed.send('POST', '/demo/token', { body: { username: '1001' } });
    expect((await bed.send('POST', '/sessions', { body: { token: body['token'] } })).status).toBe(201);
  });

  it('proves nobody who has a session by a token of the host', async () => {
    const temporary = await resetOf(LEI);
    const { body } = await bed.send('POST', '/demo/token', { body: { username: '1001' } });
    const opened = await bed.send('POST', '/sessions', { body: { token: body['token'] } });
    const token = String(opened.body['token']);
    const ask = async (path: string, more: object = {}, password = temporary) =>
      (await bed.send('POST', `/sessions/current/${path}`, { token, body: { password, ...more } })).body[
        'code'
      ];
    expect(await ask('second-factor', {}, 'wrong one')).toBe('wrong-password');
    const refused = [
      await ask('second-factor'),
      await ask('second-factor/remove', { code: '123456' }),
      await ask('unlock'),
      await ask('password', { newPassword: OWN }),
    ];
    expect(refused).toEqual(Array<string>(4).fill('password-must-change'));
    expect((await login('1001', temporary, { newPassword: OWN })).status).toBe(201);
  });

  it('gives way to another one at a locked desk, which is unlocked then', async () => {
    const byHost = async () => {
      const { body } = await bed.send('POST', '/demo/token', { body: { username: '1001' } });
      const opened = await bed.send('POST', '/sessions', { body: { token: body['token'] } });
      return String(opened.body['token']);
    };
    await bed.send('POST', '/agent/lock', { token: await byHost() });
    const temporary = await resetOf(LEI);
    const [token, other] = [await byHost(), await byHost()];
    const unlock = async (password: string, more: object = {}) =>
      (await bed.send('POST', '/sessions/current/unlock', { token, body: { password, ...more } })).body;
    expect((await unlock(temporary))['code']).toBe('password-must-change');
    expect((await unlock('wrong one', { newPassword: OWN }))['code']).toBe('wrong-password');
    const weak = await unlock(temporary, { newPassword: 'password1' });
    expect(weak).toMatchObject({ code: 'invalid-request', errors: [{ path: 'newPassword' }] });
    expect(await unlock(temporary, { newPassword: OWN })).toMatchObject({ locked: false });
    expect([await isOpen(token), await isOpen(other)]).toEqual([true, false]);
    expect((await login('1001', OWN)).status).toBe(201);
  });

  it('may be one that an administrator has typed', async () => {
    const path = `/set-up/agents/${LEI}`;
    const body = { password: 'made by somebody else', passwordMustChange: true };
    await bed.send('PATCH', path, { token: admin, body, headers: { 'if-match': '"1"' } });
    expect((await login('1001', 'made by somebody else')).body['code']).toBe('password-must-change');
    await login('1001', 'made by somebody else', { newPassword: OWN });
    expect((await bed.send('GET', path, { token: admin })).body['passwordMustChange']).toBe(false);
  });

  it('is written down nowhere', async () => {
    const key = { 'idempotency-key': 'reset-1' };
    const ask = () => bed.send('POST', `/set-up/agents/${LEI}/password`, { token: admin, headers: key });
    const { body } = await ask();
    expect((await ask()).body).toEqual(body);
    const log = async () => {
      await bed.clock.advance(1000);
      return JSON.stringify((await bed.send('GET', `/audit?recordId=${LEI}`, { token: admin })).body);
    };
    await expect.poll(log).toContain('[hidden]');
    expect(await log()).not.toContain(body['password']);
    const rows = await bed.inStore(({ agents }) => agents.all('team_demo' as never));
    expect(JSON.stringify(rows)).not.toContain(body['password']);
  });

  it('is not made for somebody with more rights than who asks', async () => {
    const role = await bed.send('POST', '/set-up/roles', {
      token: admin,
      body: { name: 'Half', reach: 'team', rights: ['use-desk', 'change-set-up'] },
    });
    const headers = { 'if-match': '"1"' };
    const body = { role: role.body['id'] };
    await bed.send('PATCH', `/set-up/agents/${LEI}`, { token: admin, body, headers });
    const half = await bed.login('1001');
    for (const [method, path] of [
      ['POST', '/set-up/agents/agent_demo_1000/password'],
      ['DELETE', '/set-up/agents/agent_demo_1000/sessions'],
    ] as const) {
      expect(await bed.send(method, path, { token: half })).toMatchObject({ status: 403 });
    }
    expect(await isOpen(admin)).toBe(true);
  });
});

describe('a password of one’s own', () => {
  it('is changed by who knows it, and ends every other session at once', async () => {
    const page = await AgentPage.open(bed, '1001');
    const closed = page.closed();
    const token = await bed.login('1001');
    const change = (password: string, newPassword: string) =>
      bed.send('POST', '/sessions/current/password', { token, body: { password, newPassword } });
    expect((await change('wrong one', OWN)).body['code']).toBe('wrong-password');
    expect((await change('telebar-demo', '1001')).status).toBe(400);
    expect((await change('telebar-demo', 'telebar-demo')).body).toMatchObject({
      errors: [{ path: 'newPassword' }],
    });
    expect((await change('telebar-demo', OWN)).status).toBe(204);
    expect(await closed).toEqual(expect.arrayContaining([4401]));
    expect(await isOpen(token)).toBe(true);
    expect((await login('1001', 'telebar-demo')).status).toBe(401);
    expect((await login('1001', OWN)).status).toBe(201);
  });
});

describe('the open sessions', () => {
  const list = async (token: string, path = '/sessions') =>
    (await bed.send('GET', path, { token })).body['items'] as OpenSession[];

  it('tell where from, with what, since when and when last', async () => {
    const first = await bed.login('1001');
    await bed.clock.advance(60_000);
    const headers = { 'user-agent': 'Firefox on the desk' };
    const body = { team: 'demo', username: '1001', password: 'telebar-demo' };
    const second = String((await bed.send('POST', '/sessions', { body, headers })).body['token']);
    await bed.clock.advance(5000);
    await bed.send('GET', '/sessions/current', { token: first });
    const now = bed.clock.now();
    expect(await list(second)).toMatchObject([
      { userAgent: 'Firefox on the desk', address: '127.0.0.1', since: now - 5000, current: true },
      { via: 'password', since: now - 65_000, seenAt: now, current: false },
    ]);
    expect((await list(admin, `/set-up/agents/${LEI}/sessions`)).map(({ current }) => current)).toEqual([
      false,
      false,
    ]);
    await bed.clock.advance(11 * 60_000);
    await bed.send('GET', '/sessions/current', { token: first });
    await bed.restart();
    expect((await list(second)).map(({ seenAt }) => seenAt).at(1)).toBe(bed.clock.now());
  });

  it('are ended one by one or all but one’s own, by oneself or an administrator', async () => {
    const tokens = [await bed.login('1001'), await bed.login('1001'), await bed.login('1001')];
    const [mine = '', ...others] = tokens;
    const foreign = (await list(admin)).at(0)?.id ?? '';
    expect((await bed.send('DELETE', `/sessions/${foreign}`, { token: mine })).status).toBe(404);
    const other = (await list(mine)).find(({ current }) => !current)?.id ?? '';
    expect((await bed.send('DELETE', `/sessions/${other}`, { token: mine })).status).toBe(204);
    expect((await list(mine)).length).toBe(2);
    expect((await bed.send('DELETE', '/sessions/others', { token: mine })).status).toBe(204);
    expect(await Promise.all(others.map(isOpen))).toEqual([false, false]);
    expect(await isOpen(mine)).toBe(true);

    const path = `/set-up/agents/${LEI}/sessions`;
    const [left] = await list(admin, path);
    expect((await bed.send('DELETE', `${path}/${left?.id ?? ''}`, { token: admin })).status).toBe(204);
    expect(await isOpen(mine)).toBe(false);
    const page = await AgentPage.open(bed, '1001');
    const closed = page.closed();
    expect((await bed.send('DELETE', path, { token: admin })).status).toBe(204);
    expect(await closed).toEqual(expect.arrayContaining([4401]));
  });
});

describe('an account that a stranger guesses at', () => {
  it('stays open to its owner, from elsewhere and from behind the same address', async () => {
    await bed.stop();
    bed = await Bed.start({ TELEBAR_TRUST_PROXY: '1' });
    const from = async (address: string, password: string) => {
      const body = { team: 'demo', username: '1001', password };
      const headers = { 'x-forwarded-for': address };
      return (await bed.send('POST', '/sessions', { body, headers })).status;
    };
    const OFFICE = '192.0.2.1';
    expect(await from(OFFICE, 'telebar-demo')).toBe(201);
    let answered = 0;
    const count = (status: number) => (answered += status === 401 || status === 429 ? 1 : 0);
    for (let n = 0; n < 7; n++) void from('203.0.113.9', `guess ${n}`).then(count);
    for (let n = 0; n < 6; n++) void from(OFFICE, `guess ${n}`).then(count);
    // Those behind the sixth of each address wait for their turns.
    await expect.poll(() => answered, { timeout: 20_000 }).toBe(12);
    expect(await from('198.51.100.7', 'telebar-demo')).toBe(201);
    const mine = from(OFFICE, 'telebar-demo');
    bed.clock.advanceNow(2000);
    expect(await mine).toBe(201);
    const drained = () => {
      bed.clock.advanceNow(2000);
      return answered;
    };
    await expect.poll(drained, { timeout: 20_000 }).toBe(13);
  });
});
