import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf } from '../../server/features/second-factors/totp.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, TeamId } from '../../server/core/kernel/ids.ts';
import { Bed } from './bed.ts';

const ADMIN = asId<AgentId>('agent_demo_admin');
const TEAM = asId<TeamId>('team_demo');
const PASSWORD = 'telebar-demo';

let bed: Bed;
let token: string;
let codes: string[] = [];
beforeAll(async () => {
  bed = await Bed.start();
  token = await bed.login('admin');
});
afterAll(() => bed.stop());

const PATH = '/sessions/current/second-factor';
const ask = (method: string, path: string, body?: object, by = token) =>
  bed.send(method, path, { token: by, ...(body === undefined ? {} : { body }) });
const login = async (more: object = {}) =>
  bed.send('POST', '/sessions', { body: { team: 'demo', username: 'admin', password: PASSWORD, ...more } });
/** What the app shows: it has the key that the database keeps encrypted. */
const shown = async (steps = 0) => {
  const row = await bed.inStore(({ secondFactors }) => secondFactors.byAgent(TEAM, ADMIN));
  return codeOf(Buffer.from(row?.secret ?? '', 'hex'), Math.floor(bed.clock.now() / 30_000) + steps);
};

describe('a second factor', () => {
  it('counts when the app has shown that it has the key', async () => {
    expect((await ask('POST', PATH, { password: 'wrong' })).body['code']).toBe('wrong-password');
    const begun = await ask('POST', PATH, { password: PASSWORD });
    expect(begun.body).toMatchObject({ key: expect.stringMatching(/^[A-Z2-7]{32}$/) });
    const other = await login();
    expect(other.status).toBe(201);
    expect((await ask('POST', `${PATH}/confirm`, { code: '000000' })).body['code']).toBe('wrong-code');
    const confirmed = await ask('POST', `${PATH}/confirm`, { code: await shown() });
    codes = confirmed.body['codes'] as string[];
    expect(new Set(codes).size).toBe(10);
    // What was opened without a code is over.
    expect((await ask('GET', PATH, undefined, String(other.body['token']))).status).toBe(401);
    expect((await ask('GET', PATH)).body).toEqual({ active: true, recoveryCodes: 10 });
    expect((await ask('POST', PATH, { password: PASSWORD })).body['code']).toBe('not-allowed-now');
  });

  it('is asked after the right password only, and takes no code twice', async () => {
    expect((await login({ password: 'wrong' })).body['code']).toBe('wrong-credentials');
    expect((await login()).body['code']).toBe('code-required');
    // That of the confirmation.
    expect((await login({ code: await shown() })).body['code']).toBe('wrong-code');
    await bed.clock.advance(30_000);
    const code = await shown();
    expect((await login({ code })).status).toBe(201);
    expect((await login({ code })).body['code']).toBe('wrong-code');
    expect((await login({ code: await shown(-1) })).body['code']).toBe('wrong-code');
  });

  it('is slowed down for who guesses codes, although the password is right', async () => {
    await bed.clock.advance(15 * 60_000);
    // It forgives the wrong ones of before.
    expect((await login({ code: await shown() })).status).toBe(201);
    const kinds: unknown[] = [];
    for (let n = 0; n < 5; n++) kinds.push((await login({ code: '000000' })).body['code']);
    kinds.push((await login()).body['code']);
    kinds.push((await login({ code: '000000' })).body['code']);
    expect(kinds).toEqual([...Array<string>(5).fill('wrong-code'), 'code-required', 'rate-limited']);
  });

  it('opens with a code on paper, once each', async () => {
    await bed.clock.advance(15 * 60_000);
    const [code = ''] = codes;
    expect((await login({ code: code.toUpperCase() })).status).toBe(201);
    expect((await login({ code })).body['code']).toBe('wrong-code');
    expect((await ask('GET', PATH)).body['recoveryCodes']).toBe(9);
    const row = await bed.inStore(({ secondFactors }) => secondFactors.byAgent(TEAM, ADMIN));
    expect(JSON.stringify(row)).not.toContain(codes[1]);
  });

  it('takes only codes on paper after ten wrong ones in a day, also from a server that has just started', async () => {
    await bed.restart();
    const wrong = async () =>
      (await bed.inStore(({ secondFactors }) => secondFactors.byAgent(TEAM, ADMIN)))?.wrongCodes ?? 0;
    for (let n = await wrong(); n < 10; n++) await login({ code: '000000' });
    expect(await wrong()).toBe(10);
    const refused = await login({ code: await shown() });
    expect(refused.body).toMatchObject({ code: 'rate-limited', retryAfterMs: expect.any(Number) });
    expect(Number(refused.body['retryAfterMs'])).toBeGreaterThan(3_600_000);
    expect((await login({ code: codes[2] ?? '' })).status).toBe(201);
    expect((await login({ code: await shown() })).body['code']).toBe('rate-limited');
  });

  it('does not concern who comes with a token of the host', async () => {
    const { body } = await bed.send('POST', '/demo/token', { body: { username: 'admin' } });
    expect((await bed.send('POST', '/sessions', { body: { token: body['token'] } })).status).toBe(201);
  });

  it('is removed with the password and a code, or by another administrator', async () => {
    const path = `/set-up/agents/${ADMIN}/second-factor`;
    expect((await ask('DELETE', path)).body['code']).toBe('own-rights');
    await bed.send('PATCH', '/set-up/agents/agent_demo_1001', {
      token,
      body: { role: 'admin' },
      headers: { 'if-match': '"1"' },
    });
    const other = await bed.login('1001');
    expect((await ask('DELETE', path, undefined, other)).status).toBe(204);
    expect((await login()).status).toBe(201);
    const log = async () => {
      await bed.clock.advance(1000);
      return JSON.stringify((await ask('GET', `/audit?recordId=${ADMIN}`)).body);
    };
    await expect.poll(log).toContain('secondFactorLocked');

    await ask('POST', PATH, { password: PASSWORD });
    await ask('POST', `${PATH}/confirm`, { code: await shown() });
    const remove = (password: string, code: string) =>
      ask('POST', `${PATH}/remove`, { password, ...(code === '' ? {} : { code }) });
    bed.clock.skip(30_000);
    expect((await remove(PASSWORD, '')).status).toBe(400);
    expect((await remove('wrong', await shown())).body['code']).toBe('wrong-password');
    expect((await remove(PASSWORD, '000000')).body['code']).toBe('wrong-code');
    expect((await login()).body['code']).toBe('code-required');
    const code = await shown();
    expect((await remove(PASSWORD, code)).status).toBe(204);
    expect((await login()).status).toBe(201);

    await ask('POST', PATH, { password: PASSWORD });
    const confirmed = await ask('POST', `${PATH}/confirm`, { code: await shown() });
    const [onPaper = ''] = confirmed.body['codes'] as string[];
    expect((await remove(PASSWORD, await shown())).body['code']).toBe('wrong-code');
    expect((await remove(PASSWORD, onPaper)).status).toBe(204);
    expect((await login()).status).toBe(201);
  });
});
