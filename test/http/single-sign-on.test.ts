import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from '../../server/features/second-factors/totp.ts';
import { Providers } from '../../server/features/single-sign-on/provider.ts';
import { guardedFetch } from '../../server/http/guarded-fetch.ts';
import { asId, type AgentId, type TeamId } from '../../server/core/kernel/ids.ts';
import { OidcIssuer, walk } from '../support/oidc-issuer.ts';
import { Bed } from './bed.ts';

const PATH = '/set-up/single-sign-on';
const PUBLIC = 'https://phone.example.com';
const BACK = `${PUBLIC}/admin/`;
const LEI = { sub: 'lei-at-work', preferred_username: '1001', name: '李雷', email: 'lei@example.com' };

let bed: Bed;
let issuer: OidcIssuer;
let token: string;
beforeAll(async () => {
  issuer = await OidcIssuer.start([BACK]);
  bed = await Bed.start({ TELEBAR_OIDC_PRIVATE: '1', TELEBAR_PUBLIC_URL: PUBLIC });
  token = await bed.login('admin');
});
afterAll(async () => {
  await bed.stop();
  await issuer.stop();
});

async function setUp(patch: object = {}): Promise<Record<string, unknown>> {
  const { body: before } = await bed.send('GET', PATH, { token });
  const body = {
    ...{ active: true, label: 'Staff', issuer: issuer.issuer, clientId: issuer.clientId },
    ...{ clientSecret: issuer.clientSecret, claim: 'preferred_username', matches: 'username' },
    ...{ unknownUsers: 'refuse', domains: [], trustsFactor: false, endsSession: false },
    ...patch,
  };
  const headers = { 'if-match': `"${String(before['version'])}"` };
  return (await bed.send('PATCH', PATH, { token, body, headers })).body;
}

const begin = () => bed.send('POST', '/single-sign-on', { body: { team: 'demo' } });
const finish = (singleSignOn: object) => bed.send('POST', '/sessions', { body: { singleSignOn } });
/** The whole way there and back. */
async function logIn(): Promise<{
  secret: string;
  response: string;
  answer: Awaited<ReturnType<typeof finish>>;
}> {
  const { body } = await begin();
  const secret = String(body['secret']);
  const response = await walk(String(body['url']), BACK);
  return { secret, response, answer: await finish({ secret, response }) };
}
const reason = async () => (await logIn()).answer.body['reason'];

beforeEach(() => {
  issuer.account = { claims: LEI };
});

describe('single sign-on', () => {
  it('is set up by who may do everything, for a provider that is there and is the one', async () => {
    expect((await bed.send('GET', '/login-ways?team=demo')).body).toMatchObject({
      origin: PUBLIC,
      singleSignOn: null,
    });
    expect((await begin()).body['code']).toBe('not-found');
    expect(await setUp({ issuer: `${issuer.issuer}/other` })).toMatchObject({
      code: 'sso-refused',
      reason: 'issuer',
    });
    expect(await setUp({ issuer: 'http://localhost:9' })).toMatchObject({ code: 'sso-unavailable' });
    expect(await setUp({ label: '' })).toMatchObject({ code: 'invalid-request' });
    const made = await setUp();
    expect(made).toMatchObject({ hasSecret: true, redirectUri: BACK, fixed: false, version: 1 });
    expect(JSON.stringify(made)).not.toContain(issuer.clientSecret);
    const stored = await bed.inStore(({ signOn }) => signOn.byTeam(asId<TeamId>('team_demo')));
    expect(stored?.clientSecret).toBe(issuer.clientSecret);
    const ways = await bed.send('GET', '/login-ways?team=demo');
    expect(ways.body).toEqual({ origin: PUBLIC, singleSignOn: { label: 'Staff' }, passkeys: true });
    const log = async () =>
      JSON.stringify((await bed.send('GET', '/audit?record=single-sign-on', { token })).body);
    await bed.clock.advance(1000);
    await expect.poll(log).toContain('[hidden]');
    expect(await log()).not.toContain(issuer.clientSecret);
    const stale = { token, body: { label: 'X' }, headers: { 'if-match': '"0"' } };
    expect((await bed.send('PATCH', PATH, stale)).status).toBe(412);
  });

  it('logs in who comes back from the provider, once, and only with the secret of the page', async () => {
    const { body } = await begin();
    const url = new URL(String(body['url']));
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge']) expect(url.searchParams.get(name)).toBeTruthy();
    const response = await walk(url.href, BACK);
    const secret = String(body['secret']);
    expect((await finish({ secret: 'of another page', response })).body['reason']).toBe('expired');
    const opened = await finish({ secret, response });
    expect(opened).toMatchObject({ status: 201, body: { agent: { username: '1001' } } });
    expect((await finish({ secret, response })).body['reason']).toBe('expired');
    const sessions = await bed.send('GET', '/sessions', { token: String(opened.body['token']) });
    expect(sessions.body['items']).toMatchObject([{ via: 'single-sign-on' }]);
  });

  it('takes nothing that was begun ten minutes ago, or on a page of somebody else', async () => {
    const { body } = await begin();
    const response = await walk(String(body['url']), BACK);
    bed.clock.skip(10 * 60_000);
    expect((await finish({ secret: String(body['secret']), response })).body['reason']).toBe('expired');
    const headers = { origin: 'https://crm.example' };
    const foreign = await bed.send('POST', '/single-sign-on', { body: { team: 'demo' }, headers });
    expect(foreign.body['code']).toBe('origin-not-allowed');
  });

  it('says why somebody is not let in', async () => {
    const of = async (account: OidcIssuer['account']) => {
      issuer.account = account;
      return reason();
    };
    expect(await of(null)).toBe('denied');
    expect(await of({ claims: { ...LEI, preferred_username: 'nobody' } })).toBe('unknown-user');
    expect(await of({ claims: { sub: 'without a name' } })).toBe('claim');
    await bed.send('PATCH', '/set-up/agents/agent_demo_1002', {
      token,
      body: { active: false },
      headers: { 'if-match': '"1"' },
    });
    expect(await of({ claims: { ...LEI, preferred_username: '1002' } })).toBe('inactive-user');
  });

  it('says what is wrong with the provider, or the clocks', async () => {
    issuer.aheadMs = -3_600_000;
    expect(await reason()).toBe('clock');
    issuer.aheadMs = 0;
    await setUp({ clientSecret: 'another one' });
    expect(await reason()).toBe('client');
    await setUp();
    expect((await logIn()).answer.status).toBe(201);
  });

  it('looks for the address, of domains that are allowed, where the team says so', async () => {
    const patch = (email: string) => ({ token, body: { email }, headers: { 'if-match': '"1"' } });
    await bed.send('PATCH', '/set-up/agents/agent_demo_1001', patch('lei@example.com'));
    await setUp({ claim: 'email', matches: 'email', domains: ['example.com'] });
    expect((await logIn()).answer.body).toMatchObject({ agent: { username: '1001' } });
    const inherited = { token, body: { email: 'lei@example.com' }, headers: { 'if-match': '"2"' } };
    const { body: former } = await bed.send('PATCH', '/set-up/agents/agent_demo_1002', inherited);
    expect(former).toMatchObject({ active: false, email: 'lei@example.com' });
    expect((await logIn()).answer.body).toMatchObject({ agent: { username: '1001' } });
    issuer.account = { claims: { ...LEI, email: 'lei@example.org' } };
    expect(await reason()).toBe('domain');
    issuer.account = { claims: { ...LEI, email_verified: false } };
    expect(await reason()).toBe('domain');
    issuer.account = { claims: { ...LEI, email: 'somebody@example.com' } };
    expect(await reason()).toBe('unknown-user');
  });

  it.each([false, 'false'])(
    'takes no address that anybody can claim, also as a user name: %j',
    async (verified) => {
      await setUp({ claim: 'email', matches: 'username' });
      issuer.account = { claims: { ...LEI, email: '1001', email_verified: verified } };
      expect(await reason()).toBe('domain');
      issuer.account = { claims: { ...LEI, email: '1001', email_verified: true } };
      expect((await logIn()).answer.status).toBe(201);
    },
  );

  it('sends the secret that is kept to no other server', async () => {
    await setUp({ active: false });
    const move = async (patch: object) => {
      const { body: before } = await bed.send('GET', PATH, { token });
      const headers = { 'if-match': `"${String(before['version'])}"` };
      return bed.send('PATCH', PATH, { token, body: patch, headers });
    };
    const moved = await move({ issuer: 'http://127.0.0.1:9' });
    expect(moved.status).toBe(400);
    expect(moved.body['errors']).toMatchObject([{ path: 'clientSecret' }]);
    expect((await move({ issuer: 'http://127.0.0.1:9', clientSecret: 'of that one' })).status).toBe(200);
  });

  it('makes somebody whom the team does not know yet, with the next number and no rights', async () => {
    await setUp({ unknownUsers: 'make' });
    issuer.account = { claims: { ...LEI, sub: 'new', preferred_username: 'mei', name: '韩梅梅' } };
    const first = await logIn();
    expect(first.answer.body).toMatchObject({
      agent: { username: 'mei', name: '韩梅梅', role: 'agent', number: expect.stringMatching(/^\d{4,}$/) },
    });
    expect((await logIn()).answer.body['agent']).toEqual(first.answer.body['agent']);
    const found = await bed.send('GET', '/set-up/agents?q=mei&active=true&sort=-number', { token });
    expect(found.body['items']).toMatchObject([
      { passwordMustChange: true, email: 'lei@example.com', groups: [] },
    ]);
  });

  it('asks for a second factor of ours, unless the provider has asked for one and the team believes it', async () => {
    const ADMIN = { teamId: asId<TeamId>('team_demo'), agentId: asId<AgentId>('agent_demo_admin') };
    const claims = { ...LEI, preferred_username: 'admin' };
    issuer.account = { claims };
    await setUp();
    const factor = '/sessions/current/second-factor';
    await bed.send('POST', factor, { token, body: { password: 'telebar-demo' } });
    const shown = async (steps = 0) => {
      const row = await bed.inStore(({ secondFactors }) =>
        secondFactors.byAgent(ADMIN.teamId, ADMIN.agentId),
      );
      return codeOf(Buffer.from(row?.secret ?? '', 'hex'), Math.floor(bed.clock.now() / 30_000) + steps);
    };
    await bed.send('POST', `${factor}/confirm`, { token, body: { code: await shown() } });
    const { secret, response, answer } = await logIn();
    expect(answer.body['code']).toBe('code-required');
    expect((await finish({ secret, response, code: '000000' })).body['code']).toBe('wrong-code');
    bed.clock.skip(30_000);
    expect((await finish({ secret, response, code: await shown() })).status).toBe(201);
    expect((await finish({ secret, response, code: await shown(1) })).body['reason']).toBe('expired');

    issuer.account = { claims, amr: ['pwd', 'otp', 'mfa'] };
    expect((await logIn()).answer.body['code']).toBe('code-required');
    await setUp({ trustsFactor: true });
    expect((await logIn()).answer.status).toBe(201);
    issuer.account = { claims, amr: ['pwd'] };
    expect((await logIn()).answer.body['code']).toBe('code-required');
  });

  it('leads to the provider’s own logout where the team says so, and only who came from there', async () => {
    const path = '/sessions/current/provider-logout';
    const url = async (by: string) => (await bed.send('GET', path, { token: by })).body['url'];
    const mine = String((await logIn()).answer.body['token']);
    expect(await url(mine)).toBe(null);
    await setUp({ endsSession: true });
    expect(await url(mine)).toContain(`${issuer.issuer}/session/end?`);
    expect(await url(token)).toBe(null);
  });

  it('is told when the provider is away, and comes back with it', async () => {
    await setUp({ label: 'Away' });
    bed.clock.skip(11 * 60_000);
    await issuer.stop();
    expect((await begin()).body).toMatchObject({ code: 'sso-unavailable', retryable: true });
    issuer = await OidcIssuer.start([BACK]);
    issuer.account = { claims: LEI };
    await setUp();
    expect((await logIn()).answer.status).toBe(201);
  });
});

describe('single sign-on that the operator has set up', () => {
  it('holds for the team of the environment, and is not changed in the administration', async () => {
    const own = await Bed.start({
      ...{ TELEBAR_OIDC_PRIVATE: '1', TELEBAR_PUBLIC_URL: PUBLIC, TELEBAR_OIDC_LABEL: 'House' },
      ...{ TELEBAR_OIDC_ISSUER: issuer.issuer, TELEBAR_OIDC_CLIENT_ID: issuer.clientId },
      TELEBAR_OIDC_CLIENT_SECRET: issuer.clientSecret,
    });
    try {
      const ways = await own.send('GET', '/login-ways?team=demo');
      expect(ways.body['singleSignOn']).toEqual({ label: 'House' });
      const { body } = await own.send('POST', '/single-sign-on', { body: { team: 'demo' } });
      const response = await walk(String(body['url']), BACK);
      const singleSignOn = { secret: body['secret'], response };
      expect((await own.send('POST', '/sessions', { body: { singleSignOn } })).status).toBe(201);
      const by = await own.login('admin');
      expect((await own.send('GET', PATH, { token: by })).body).toMatchObject({
        fixed: true,
        label: 'House',
      });
      const patch = { token: by, body: { label: 'Mine' }, headers: { 'if-match': '"0"' } };
      expect((await own.send('PATCH', PATH, patch)).body['code']).toBe('forbidden');
    } finally {
      await own.stop();
    }
  });
});

describe('a server without TELEBAR_OIDC_PRIVATE', () => {
  it('asks no provider in its own network, nor without TLS', async () => {
    const own = await Bed.start();
    try {
      const by = await own.login('admin');
      const ask = async (address: string) => {
        const body = { active: true, label: 'X', issuer: address, clientId: 'x' };
        const answer = await own.send('PATCH', PATH, { token: by, body, headers: { 'if-match': '"0"' } });
        return answer.body['code'];
      };
      issuer.asked.length = 0;
      expect(await ask(issuer.issuer)).toBe('invalid-request');
      for (const address of ['https://127.0.0.1:9/', 'https://localhost/'])
        expect(await ask(address)).toBe('sso-unavailable');
      expect(issuer.asked).toEqual([]);
    } finally {
      await own.stop();
    }
  });
});

describe('what a provider says of itself', () => {
  const ISSUER = 'https://login.microsoftonline.com';
  const asked = (path: string, document: object) => {
    const client = { issuer: `${ISSUER}${path}`, clientId: 'telebar', clientSecret: null };
    const fetch = () => Promise.resolve(Response.json(document));
    return { client, providers: new Providers({ fetch, inside: false, clock: bed.clock }) };
  };

  it('is not believed when it speaks for everybody’s tenants, where all name themselves as they like', async () => {
    const { client, providers } = asked('/common/v2.0', { issuer: `${ISSUER}/{tenantid}/v2.0` });
    await expect(providers.check(client)).rejects.toMatchObject({ details: { reason: 'issuer' } });
    const one = asked('/contoso.example/v2.0', { issuer: `${ISSUER}/0f3a/v2.0` });
    await expect(one.providers.check(one.client)).resolves.toBeUndefined();
  });
});

it('takes no connection that was opened without a look at its address', async () => {
  const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://inner.example:${(server.address() as AddressInfo).port}/`;
  const looked: string[] = [];
  const addressesOf = async (host: string) => {
    looked.push(host);
    return ['127.0.0.1'];
  };
  const fetch = guardedFetch({ inside: true, addressesOf });
  for (let time = 0; time < 2; time++) {
    expect(await (await fetch(url, { method: 'GET', headers: {} })).text()).toBe('{}');
    await setImmediate();
  }
  expect(looked).toEqual(['inner.example', 'inner.example']);
  server.closeAllConnections();
  server.close();
});
