import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { WIRE_VERSION } from '../../server/contract/wire.ts';
import { signHostToken } from '../../server/features/sessions/tokens.ts';
import { Bed, OTHER_ORIGIN, type Answer } from './bed.ts';

const PATH = '/set-up/embedding';
const CRM = 'https://crm.new.example';

let bed: Bed;
let token: string;
beforeEach(async () => {
  bed = await Bed.start();
  token = await bed.login('admin');
});
afterEach(() => bed.stop());

async function change(method: string, path: string, body: object): Promise<Answer> {
  const { body: now } = await bed.send('GET', PATH, { token });
  return bed.send(method, path, { token, body, headers: { 'if-match': `"${String(now['version'])}"` } });
}

describe('the origins of a team', () => {
  it('open the doors for their pages at once, and close them again, also to pages that are open', async () => {
    const from = (origin: string) => bed.send('GET', '/customers', { token, headers: { origin } });
    expect((await from(CRM)).body['code']).toBe('origin-not-allowed');
    const before = (await bed.send('GET', PATH, { token })).body['origins'] as string[];
    expect(before.length).toBeGreaterThan(0);

    const allowed = await change('PATCH', PATH, { origins: [...before, ` ${CRM.toUpperCase()} `, CRM] });
    expect(allowed.body['origins']).toEqual([...before, CRM]);
    expect((await from(CRM)).status).toBe(200);
    // Of this team alone.
    expect((await from(OTHER_ORIGIN)).body['code']).toBe('origin-not-allowed');

    const page = new WebSocket(`${bed.url.replace('http', 'ws')}/realtime`, { origin: CRM });
    const told: string[] = [];
    page.on('message', (data: Buffer) =>
      told.push(String((JSON.parse(data.toString()) as { type: string }).type)),
    );
    const closed = new Promise<number>((resolve) => page.on('close', resolve));
    await new Promise((resolve) => page.on('open', resolve));
    const topics = [{ topic: 'desk' }];
    page.send(JSON.stringify({ type: 'hello', version: WIRE_VERSION, token, clientId: 'page', topics }));
    await expect.poll(() => told.includes('snapshot')).toBe(true);
    // Whatever else is changed leaves the page alone.
    const reason = { kind: 'pause', label: { en: 'Tea', 'zh-CN': '茶' }, position: 9 };
    await bed.send('POST', '/set-up/reasons', { token, body: reason });
    expect((await from(CRM)).status).toBe(200);
    expect(page.readyState).toBe(WebSocket.OPEN);

    await change('PATCH', PATH, { origins: before });
    expect(await closed).toBe(4403);
    expect((await from(CRM)).body['code']).toBe('origin-not-allowed');
  });

  it('are exact, and nothing opens the list by accident', async () => {
    for (const origin of [
      '*',
      'https://*.example',
      'crm.example',
      'https://crm.example/',
      'ftp://x',
      'null',
    ]) {
      const refused = await change('PATCH', PATH, { origins: [origin] });
      expect([origin, refused.body['code']]).toEqual([origin, 'invalid-request']);
    }
    const any = await change('PATCH', PATH, { origins: ['http://localhost:*'] });
    expect(any.body['origins']).toEqual(['http://localhost:*']);
  });

  it('are the operator’s where the environment sets them', async () => {
    await bed.stop();
    const password = 'a-long-password-1';
    bed = await Bed.start({
      TELEBAR_DEMO: '0',
      TELEBAR_SECRET: 'a secret of at least thirty-two characters',
      TELEBAR_TEAM: 'other',
      TELEBAR_ORIGINS: OTHER_ORIGIN,
    });
    await bed.inStore(async ({ agents }) => {
      const olga = (await agents.all('team_other' as never)).find(({ username }) => username === 'olga');
      if (olga) await agents.update({ ...olga, role: 'admin', version: olga.version + 1 });
    });
    token = await bed.login('olga', 'other', 'other-password');
    expect((await bed.send('GET', PATH, { token })).body).toMatchObject({
      fixed: true,
      origins: [OTHER_ORIGIN],
    });
    const refused = await change('PATCH', PATH, { origins: [] });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(JSON.stringify(refused.body)).toContain('TELEBAR_ORIGINS');
    expect(JSON.stringify(refused.body)).not.toContain(password);
  });
});

describe('the embedding secret', () => {
  it('is told once, and the one of before counts until the time that is named', async () => {
    let n = 0;
    const login = async (secret: string): Promise<number> => {
      const claims = { team: 'demo', sub: '1001', jti: `jti-${n++}` };
      const signed = await signHostToken(claims, secret, bed.clock.now());
      return (await bed.send('POST', '/sessions', { body: { token: signed } })).status;
    };
    const first = await change('POST', `${PATH}/secret`, { keepPreviousMs: 0 });
    const one = String(first.body['secret']);
    expect(first.body).toMatchObject({ previousSecretUntil: null });
    expect(await login(one)).toBe(201);
    const second = await change('POST', `${PATH}/secret`, { keepPreviousMs: 60_000 });
    const two = String(second.body['secret']);
    const until = bed.clock.now() + 60_000;
    expect(second.body).toMatchObject({ previousSecretUntil: until });
    expect([await login(one), await login(two)]).toEqual([201, 201]);
    const shown = await bed.send('GET', PATH, { token });
    expect(shown.body).toMatchObject({ previousSecretUntil: until, team: 'demo', fixed: false });
    expect(JSON.stringify(shown.body)).not.toContain(two);
    await bed.clock.advance(60_000);
    expect([await login(one), await login(two)]).toEqual([401, 201]);
    expect((await bed.send('GET', PATH, { token })).body).toMatchObject({ previousSecretUntil: null });
    // Made twice by mistake: the one in use counts until its time, and the one that nobody has used does not.
    const third = await change('POST', `${PATH}/secret`, {});
    await bed.clock.advance(1000);
    const fourth = await change('POST', `${PATH}/secret`, {});
    expect(fourth.body['previousSecretUntil']).toBe(third.body['previousSecretUntil']);
    const [three, four] = [String(third.body['secret']), String(fourth.body['secret'])];
    expect([await login(two), await login(three), await login(four)]).toEqual([201, 401, 201]);
    // The one of before alone, by whom it may be made.
    const setter = await bed.loginWith(['change-set-up'], token);
    const { version } = (await bed.send('GET', PATH, { token })).body;
    const headers = { 'if-match': `"${String(version)}"` };
    const end = (by: string) => bed.send('DELETE', `${PATH}/previous-secret`, { token: by, headers });
    expect((await end(setter)).body['code']).toBe('forbidden');
    expect((await end(token)).status).toBe(204);
    expect((await end(token)).body['code']).toBe('version-conflict');
    expect([await login(two), await login(four)]).toEqual([401, 201]);
    expect((await bed.send('GET', PATH, { token })).body).toMatchObject({ previousSecretUntil: null });
    // At once, when that is what one wants.
    await change('POST', `${PATH}/secret`, { keepPreviousMs: 0 });
    expect([await login(two), await login(four)]).toEqual([401, 401]);
  });

  it('is made by people with every right alone, and no page is let in by a key', async () => {
    const admin = token;
    const refused = { status: 403, body: { code: 'forbidden' } };
    const keyMade = await bed.send('POST', '/set-up/api-keys', {
      token: admin,
      body: { name: 'CRM', rights: ['change-set-up'], expiresAt: null },
    });
    for (token of [await bed.loginWith(['change-set-up'], admin), String(keyMade.body['secret'])])
      expect(await change('POST', `${PATH}/secret`, {})).toMatchObject(refused);
    expect(await change('PATCH', PATH, { origins: [CRM] })).toMatchObject(refused);
    token = admin;
    expect((await change('POST', `${PATH}/secret`, {})).status).toBe(200);
  });
});
