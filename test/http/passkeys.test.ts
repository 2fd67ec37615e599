import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asId, type AgentId, type TeamId } from '../../server/core/kernel/ids.ts';
import { codeOf } from '../../server/features/second-factors/totp.ts';
import { SoftPasskey } from '../support/soft-passkey.ts';
import { Bed } from './bed.ts';

const PUBLIC = 'https://phone.example.com';
const PATH = '/sessions/current/passkeys';
const PASSWORD = 'telebar-demo';
const ADMIN = { teamId: asId<TeamId>('team_demo'), agentId: asId<AgentId>('agent_demo_admin') };

let bed: Bed;
let token: string;
const laptop = new SoftPasskey(PUBLIC);
beforeAll(async () => {
  bed = await Bed.start({ TELEBAR_PUBLIC_URL: PUBLIC });
  token = await bed.login('admin');
});
afterAll(() => bed.stop());

const ask = (method: string, path: string, body?: object, by = token) =>
  bed.send(method, path, { token: by, ...(body === undefined ? {} : { body }) });
async function register(key: SoftPasskey, name: string, by = token) {
  const asked = await ask('POST', `${PATH}/options`, { password: PASSWORD }, by);
  const answer = key.create(asked.body['options'] as PublicKeyCredentialCreationOptionsJSON);
  return ask('POST', PATH, { name, answer }, by);
}
async function question() {
  const { body } = await bed.send('POST', '/passkeys/options');
  return body['options'] as PublicKeyCredentialRequestOptionsJSON;
}
const login = (body: object) => bed.send('POST', '/sessions', { body });
const loginWith = async (key: SoftPasskey) => login({ passkey: key.get(await question()) });
const reason = async (key: SoftPasskey) => (await loginWith(key)).body['reason'];
const names = async () =>
  ((await ask('GET', PATH)).body['items'] as { name: string; lastUsedAt: number | null }[]).map(
    ({ name }) => name,
  );

describe('a passkey', () => {
  it('is made by who knows the password, on pages of this server, with a question that is good once', async () => {
    expect((await ask('POST', `${PATH}/options`, { password: 'wrong' })).body['code']).toBe('wrong-password');
    expect((await ask('GET', PATH)).body).toEqual({ origin: PUBLIC, items: [] });
    const elsewhere = await register(new SoftPasskey('https://phone.example.com.evil.example'), 'Phish');
    expect(elsewhere.body).toMatchObject({ code: 'passkey-refused', reason: 'wrong' });
    const asked = await ask('POST', `${PATH}/options`, { password: PASSWORD });
    const options = asked.body['options'] as PublicKeyCredentialCreationOptionsJSON;
    expect(options).toMatchObject({ rp: { id: 'phone.example.com' }, user: { name: 'admin' } });
    const answer = laptop.create(options);
    const other = await bed.login('1001');
    expect((await ask('POST', PATH, { name: 'X', answer }, other)).body['reason']).toBe('expired');
    expect((await ask('POST', PATH, { name: 'Laptop', answer })).body['reason']).toBe('expired');
    const made = await register(laptop, 'Laptop');
    expect(made).toMatchObject({ status: 201, body: { name: 'Laptop', lastUsedAt: null } });
    expect((await register(laptop, 'Again')).body['reason']).toBe('wrong');
    const log = async () => JSON.stringify((await ask('GET', '/audit?record=passkey')).body);
    await bed.clock.advance(1000);
    await expect.poll(log).toContain('Laptop');
  });

  it('logs its owner in without a name, once for each question, and says when it was used', async () => {
    bed.clock.skip(60_000);
    const passkey = laptop.get(await question());
    const opened = await login({ passkey });
    expect(opened).toMatchObject({ status: 201, body: { agent: { username: 'admin' } } });
    expect((await login({ passkey })).body).toMatchObject({ code: 'passkey-refused', reason: 'expired' });
    const sessions = await ask('GET', '/sessions', undefined, String(opened.body['token']));
    expect(sessions.body['items']).toContainEqual(expect.objectContaining({ via: 'passkey' }));
    expect((await ask('GET', PATH)).body['items']).toMatchObject([{ lastUsedAt: bed.clock.now() }]);
  });

  it('is refused when nobody has it, the question is old, the page another, or its owner was not asked', async () => {
    expect(await reason(new SoftPasskey(PUBLIC))).toBe('unknown');
    const old = await question();
    bed.clock.skip(5 * 60_000);
    expect((await login({ passkey: laptop.get(old) })).body['reason']).toBe('expired');
    expect(
      (await login({ passkey: laptop.get({ ...(await question()), rpId: 'evil.example' }) })).body['reason'],
    ).toBe('wrong');
    laptop.verifies = false;
    expect(await reason(laptop)).toBe('wrong');
    laptop.verifies = true;
    const headers = { origin: 'https://crm.example' };
    const foreign = await bed.send('POST', '/passkeys/options', { headers });
    expect(foreign.body['code']).toBe('origin-not-allowed');
    const forged = laptop.get(await question());
    const signature = new SoftPasskey(PUBLIC).get(await question()).response.signature;
    const passkey = { ...forged, response: { ...forged.response, signature } };
    expect((await login({ passkey })).body['reason']).toBe('wrong');
  });

  it('is refused when it counts less than it did', async () => {
    const key = new SoftPasskey(PUBLIC);
    await register(key, 'Stick');
    key.counter = 7;
    expect((await loginWith(key)).status).toBe(201);
    expect(await reason(key)).toBe('copied');
    key.counter = 3;
    expect(await reason(key)).toBe('copied');
    key.counter = 8;
    expect((await loginWith(key)).status).toBe(201);
    expect(await names()).toEqual(['Laptop', 'Stick']);
  });

  it('takes the place of the code of an app, for its owner alone', async () => {
    const factor = '/sessions/current/second-factor';
    await ask('POST', factor, { password: PASSWORD });
    const row = await bed.inStore(({ secondFactors }) => secondFactors.byAgent(ADMIN.teamId, ADMIN.agentId));
    const code = codeOf(Buffer.from(row?.secret ?? '', 'hex'), Math.floor(bed.clock.now() / 30_000));
    await ask('POST', `${factor}/confirm`, { code });
    const typed = { team: 'demo', username: 'admin', password: PASSWORD };
    expect((await login(typed)).body['code']).toBe('code-required');
    const other = await bed.login('1001');
    const theirs = new SoftPasskey(PUBLIC);
    await register(theirs, 'Theirs', other);
    expect((await login({ ...typed, passkey: theirs.get(await question()) })).body['reason']).toBe('unknown');
    expect((await login({ ...typed, password: 'x', passkey: laptop.get(await question()) })).status).toBe(
      401,
    );
    expect((await login({ ...typed, passkey: laptop.get(await question()) })).status).toBe(201);
    // The device has asked for finger, face or PIN: no code beside it.
    expect((await loginWith(laptop)).status).toBe(201);
  });

  it('is removed with the password; all of them by an administrator, with the second factor', async () => {
    const items = (await ask('GET', PATH)).body['items'] as { id: string; name: string }[];
    const stick = items.find(({ name }) => name === 'Stick')?.id ?? '';
    expect((await ask('POST', `${PATH}/${stick}/remove`, { password: 'x' })).body['code']).toBe(
      'wrong-password',
    );
    expect((await ask('POST', `${PATH}/${stick}/remove`, { password: PASSWORD })).status).toBe(204);
    expect((await ask('POST', `${PATH}/${stick}/remove`, { password: PASSWORD })).status).toBe(404);
    expect(await names()).toEqual(['Laptop']);
    const patch = { token, body: { role: 'admin' }, headers: { 'if-match': '"1"' } };
    await bed.send('PATCH', '/set-up/agents/agent_demo_1001', patch);
    const other = await bed.login('1001');
    await ask('DELETE', `/set-up/agents/${ADMIN.agentId}/second-factor`, undefined, other);
    expect(await names()).toEqual([]);
    expect(await reason(laptop)).toBe('unknown');
  });

  it('opens nothing for who may not work any more', async () => {
    const key = new SoftPasskey(PUBLIC);
    const by = await bed.login('1002');
    await register(key, 'Mine', by);
    const patch = { token, body: { active: false }, headers: { 'if-match': '"1"' } };
    await bed.send('PATCH', '/set-up/agents/agent_demo_1002', patch);
    expect(await reason(key)).toBe('inactive');
  });
});

it('has no passkeys on a server that people reach by an address of digits', async () => {
  const own = await Bed.start({ TELEBAR_PUBLIC_URL: 'https://192.0.2.7' });
  try {
    expect((await own.send('POST', '/passkeys/options')).body['reason']).toBe('no-name');
    expect((await own.send('GET', '/login-ways')).body).toMatchObject({ passkeys: false });
  } finally {
    await own.stop();
  }
});
