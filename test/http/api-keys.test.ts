import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RIGHTS } from '../../server/vocabulary/rights.ts';
import { Bed, OTHER_ORIGIN } from './bed.ts';

const DAY_MS = 86_400_000;

let bed: Bed;
let admin: string;
beforeEach(async () => {
  bed = await Bed.start({ TELEBAR_API_KEY_RATE: '20' });
  admin = await bed.login('admin');
});
afterEach(() => bed.stop());

const make = (body: object, token = admin) =>
  bed.send('POST', '/set-up/api-keys', {
    token,
    body: { name: 'CRM', rights: ['read-customers'], expiresAt: null, ...body },
  });
const revise = (method: string, id: unknown, version: number, body?: object) =>
  bed.send(method, `/set-up/api-keys/${String(id)}`, {
    token: admin,
    headers: { 'if-match': `"${version}"` },
    ...(body === undefined ? {} : { body }),
  });

describe('an API key', () => {
  it('is told once, works by its rights, shows when it was used, and ends when it is revoked', async () => {
    const made = await make({});
    expect(made.status).toBe(201);
    const { secret, id, prefix } = made.body as { secret: string; id: string; prefix: string };
    expect(secret.startsWith(`${prefix}_`)).toBe(true);
    const kept = await bed.inStore(({ apiKeys }) => apiKeys.byPrefix(prefix));
    expect(JSON.stringify(kept)).not.toContain(secret.slice(-43));

    expect((await bed.send('GET', '/customers', { token: secret })).status).toBe(200);
    const refused = await bed.send('POST', '/customers', { token: secret, body: { name: 'A', numbers: [] } });
    expect(refused.body).toMatchObject({ code: 'forbidden', right: 'write-customers' });
    const listed = await bed.send('GET', '/set-up/api-keys?q=crm', { token: admin });
    expect(listed.body['items']).toEqual([
      expect.objectContaining({ id, prefix, lastUsedAt: bed.clock.now(), madeBy: 'agent_demo_admin' }),
    ]);
    expect(JSON.stringify(listed.body)).not.toContain(secret.slice(-43));

    // What it was given since counts at once; when it was used is no change that anybody else has made.
    const changed = await revise('PATCH', id, 1, { rights: ['write-customers'] });
    expect(changed.body).toMatchObject({ rights: ['write-customers'], version: 2 });
    expect((await bed.send('GET', '/customers', { token: secret })).status).toBe(403);
    expect((await revise('DELETE', id, 2)).status).toBe(204);
    expect((await bed.send('GET', '/customers', { token: secret })).body['code']).toBe('token-invalid');
    expect((await revise('DELETE', id, 3)).status).toBe(404);
    expect((await bed.send('GET', '/set-up/api-keys', { token: admin })).body['items']).toEqual([]);
    const revoked = await bed.send('GET', '/set-up/api-keys?revoked=true', { token: admin });
    expect(revoked.body['items']).toMatchObject([{ id, revokedAt: bed.clock.now() }]);
  });

  it('is named in the audit by what it has changed', async () => {
    const made = await make({ rights: ['write-customers', 'change-set-up', 'use-contacts', 'read-calls'] });
    const token = String(made.body['secret']);
    const card = await bed.send('POST', '/customers', { token, body: { name: 'Ada', numbers: [] } });
    const contact = await bed.send('POST', '/contacts', {
      token,
      body: { name: 'Bo', number: '13900001234' },
    });
    // Its phone book is the team's; so are the calls that it reads.
    expect(contact.body).toMatchObject({ shared: true });
    expect((await bed.send('GET', '/calls', { token })).status).toBe(200);
    const label = { en: 'Tea', 'zh-CN': '茶' };
    const body = { kind: 'pause', label, position: 9 };
    const reason = await bed.send('POST', '/set-up/reasons', { token, body });
    expect([card.status, reason.status]).toEqual([201, 201]);
    const path = `/audit?actorId=${String(made.body['id'])}`;
    const entries = async () => {
      await bed.clock.advance(1000);
      return (await bed.send('GET', path, { token: admin })).body['items'] as Array<{ record: string }>;
    };
    await expect.poll(async () => (await entries()).length).toBe(3);
    expect((await entries()).toSorted((a, b) => (a.record < b.record ? -1 : 1))).toEqual(
      ['contact', 'customer', 'reason'].map((record): unknown =>
        expect.objectContaining({ record, actorKind: 'api-key', actorId: made.body['id'] }),
      ),
    );
  });

  it('gives no more rights than its maker has, and is neither made nor changed by another key', async () => {
    const role = { name: '配置 Set-up', reach: 'team', rights: ['use-desk', 'change-set-up'] };
    const own = await bed.send('POST', '/set-up/roles', { token: admin, body: role });
    const body = {
      number: '7900',
      username: 'setter',
      name: 'S',
      password: 'telebar-demo',
      role: own.body['id'],
    };
    await bed.send('POST', '/set-up/agents', { token: admin, body });
    const setter = await bed.login('setter');
    expect((await make({ rights: ['read-calls'] }, setter)).status).toBe(403);
    const key = await make({ rights: ['change-set-up'] }, setter);
    expect(key.status).toBe(201);

    const token = String(key.body['secret']);
    expect((await make({ rights: ['change-set-up'] }, token)).status).toBe(403);
    // Nor does a key make somebody who may do more than it may.
    const person = { ...body, number: '7901', username: 'more', role: 'admin' };
    expect((await bed.send('POST', '/set-up/agents', { token, body: person })).status).toBe(403);
    expect((await bed.send('GET', '/set-up/agents', { token })).status).toBe(200);
  });

  it('makes nobody who sets the team up, and takes over nobody who does', async () => {
    const rights = RIGHTS;
    const token = String((await make({ rights })).body['secret']);
    const person = { number: '7902', username: 'made', name: 'M', password: 'telebar-demo', role: 'admin' };
    const refused = await bed.send('POST', '/set-up/agents', { token, body: person });
    expect(refused.body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('A key') });
    const agent = await bed.send('POST', '/set-up/agents', { token, body: { ...person, role: 'agent' } });
    // Whoever has made the key knows the password only until the first login.
    expect(agent.body).toMatchObject({ passwordMustChange: true });
    const patch = async (id: string, body: object, version = 1) =>
      (
        await bed.send('PATCH', `/set-up/agents/${id}`, {
          ...{ token, body, headers: { 'if-match': `"${version}"` } },
        })
      ).status;
    const takeOvers = [
      { password: 'taken-over-1' },
      { pin: '2580' },
      { email: 'a@b.example' },
      { role: 'agent' },
    ];
    for (const body of takeOvers) expect(await patch('agent_demo_admin', body)).toBe(403);
    expect(await patch('agent_demo_1001', { role: 'admin' })).toBe(403);
    expect(await patch('agent_demo_1001', { email: 'a@b.example' })).toBe(200);
    const text = 'number,name,role\n7903,New,admin\n1001,Lei,admin\n1099,Chen,\n7904,Other,agent\n';
    const body = { text, existing: 'update', apply: true };
    const imported = await bed.send('POST', '/set-up/agents/import', { token, body });
    expect(imported.body).toMatchObject({ applied: false, refused: 2, created: 1 });
  });

  it('expires, and only in the future', async () => {
    const past = await make({ expiresAt: bed.clock.now() - 1 });
    expect(past.body).toMatchObject({ code: 'invalid-request', errors: [{ path: 'expiresAt' }] });
    const token = String((await make({ expiresAt: bed.clock.now() + DAY_MS })).body['secret']);
    expect((await bed.send('GET', '/customers', { token })).status).toBe(200);
    bed.clock.skip(DAY_MS);
    expect((await bed.send('GET', '/customers', { token })).body['code']).toBe('token-expired');
  });

  it('may ask so often a minute, and is told when it may again', async () => {
    const token = String((await make({})).body['secret']);
    const ask = async () => bed.send('GET', '/customers?limit=1', { token });
    const statuses: number[] = [];
    for (let n = 0; n < 20; n++) statuses.push((await ask()).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const refused = await ask();
    expect(refused.body).toMatchObject({ code: 'rate-limited', retryAfterMs: 3000 });
    expect(refused.headers.get('retry-after')).toBe('3');
    // Others are not meant.
    expect((await bed.send('GET', '/customers', { token: admin })).status).toBe(200);
    await bed.clock.advance(3000);
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(429);
  });

  it('is refused when it is nobody’s, on a page of others, and for what a person does', async () => {
    const token = String(
      (await make({ rights: ['use-desk', 'control-calls', 'read-customers'] })).body['secret'],
    );
    const forged = `${token.slice(0, -3)}abc`;
    expect((await bed.send('GET', '/customers', { token: forged })).body['code']).toBe('token-invalid');
    const headers = { origin: OTHER_ORIGIN };
    expect((await bed.send('GET', '/customers', { token, headers })).body['code']).toBe('origin-not-allowed');
    for (const [method, path] of [
      ['GET', '/desk'],
      ['GET', '/sessions/current'],
      ['POST', '/agent/resume'],
    ] as const) {
      const answer = await bed.send(method, path, { token });
      expect(answer.body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('log in') });
    }
  });
});
