import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import * as fc from 'fast-check';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  hashPassword,
  hashTemporaryPassword,
  verifyPassword,
} from '../../server/features/sessions/password.ts';
import { signHostToken } from '../../server/features/sessions/tokens.ts';
import { Problem } from '../../server/contract/problem.ts';
import { Session } from '../../server/contract/session.ts';
import { Bed, OTHER_SECRET, type Answer } from './bed.ts';

const opened = async (): Promise<Session> => {
  const body = { team: 'demo', username: '1001', password: 'telebar-demo' };
  return Session.parse((await bed.send('POST', '/sessions', { body })).body);
};

const HOUR = 60 * 60 * 1000;
let bed: Bed;

describe('logging in with a password', () => {
  beforeEach(async () => {
    bed = await Bed.start();
  });
  afterEach(() => bed.stop());

  const attempt = (username: string, password: string, team = 'demo') =>
    bed.send('POST', '/sessions', { body: { team, username, password } });

  it('opens a session for twelve hours, with a token that means nothing by itself', async () => {
    const answer = await attempt('1001', 'telebar-demo');
    expect(answer.status).toBe(201);
    const session = Session.parse(answer.body);
    expect(session.agent).toMatchObject({ number: '1001', role: 'agent' });
    expect(session.expiresAt).toBe(bed.clock.now() + 12 * HOUR);
    expect(Buffer.from(session.token, 'base64url')).toHaveLength(32);
    const current = await bed.send('GET', '/sessions/current', { token: session.token });
    expect(Session.parse(current.body)).toEqual(session);
  });

  it('keeps neither the token nor the password in the database', async () => {
    const token = await bed.login();
    const { team, agent } = await bed.inStore(async ({ teams, agents, sessions }) => {
      const found = await teams.bySlug('demo');
      if (found === null) throw new Error('no team');
      expect(await sessions.byTokenHash(token)).toBeNull();
      return { team: found, agent: await agents.byUsername(found.id, '1001') };
    });
    expect(team.name).toContain('Demo');
    expect(agent?.passwordHash).toMatch(/^\$scrypt\$/);
    expect(await hashPassword('telebar-demo')).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    expect(await verifyPassword('telebar-demo', agent?.passwordHash ?? null)).toBe(true);
  });

  it('gives the same answer for a wrong password, an unknown user, an unknown team and a former agent', async () => {
    const answers = [
      await attempt('1001', 'wrong'),
      await attempt('nobody', 'telebar-demo'),
      await attempt('1001', 'telebar-demo', 'nowhere'),
      await attempt('former', 'other-password', 'other'),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect({ ...Problem.parse(body), instance: '' }).toEqual({ ...answers[0]?.body, instance: '' });
      expect(body.code).toBe('wrong-credentials');
    }
  });

  it('works as much for a wrong password of one that is temporary, of one that is not, and of nobody', async () => {
    const derive = vi.spyOn(crypto, 'scrypt');
    syncBuiltinESMExports();
    onTestFinished(() => {
      derive.mockRestore();
      syncBuiltinESMExports();
    });
    /** What is derived, each as its costs. */
    const workOf = async (phc: string | null) => {
      derive.mockClear();
      expect(await verifyPassword('a guess', phc)).toBe(false);
      return derive.mock.calls.map(([, , , { N, r, p }]) => `${N} ${r} ${p}`).toSorted();
    };
    const own = await hashPassword('right');
    const temporary = await hashTemporaryPassword('right');
    expect(await verifyPassword('right', temporary)).toBe(true);
    const work = await workOf(null);
    expect(work).toEqual(['1024 8 1', '32768 8 3']);
    expect([await workOf(own), await workOf(temporary)]).toEqual([work, work]);
  });

  it('slows guessing down after five wrong passwords, and takes the right one all the same', async () => {
    for (let n = 0; n < 5; n++) expect((await attempt('1001', `guess ${n}`)).status).toBe(401);
    const refused = await attempt('1001', 'guess 6');
    expect(refused.status).toBe(429);
    const problem = Problem.parse(refused.body);
    expect(problem).toMatchObject({ code: 'rate-limited', retryable: true });
    expect(problem.retryAfterMs).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await attempt('1002', 'telebar-demo')).status).toBe(201);
    const mine = attempt('1001', 'telebar-demo');
    bed.clock.advanceNow(2000);
    expect((await mine).status).toBe(201);
  });

  it('does not let guesses through that come at the same moment', async () => {
    const answers: Answer[] = [];
    for (let n = 0; n < 12; n++) {
      void attempt('1003', `guess ${n}`).then((answer) => answers.push(answer));
    }
    // The sixth is one too many; those behind it have their turns one by one.
    for (let answered = 6; answered <= 12; answered++) {
      await expect.poll(() => answers.length).toBe(answered);
      bed.clock.advanceNow(2000);
    }
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  it('forgets wrong attempts after the right password', async () => {
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 3; n++) await attempt('1001', 'wrong');
      expect((await attempt('1001', 'telebar-demo')).status).toBe(201);
    }
  });

  it.each([
    [{ team: 'demo', username: '1001' }],
    [{ team: 'demo', username: '1001', password: 'x'.repeat(201) }],
    [{ team: ['demo'], username: '1001', password: 'telebar-demo' }],
    [{ token: '' }],
    [null],
    ['text'],
  ])('refuses %j as a login', async (body) => {
    const answer = await bed.send('POST', '/sessions', { body: JSON.stringify(body) });
    expect(answer.status).toBe(400);
    expect(Problem.parse(answer.body).code).toBe('invalid-request');
  });
});

describe('a session', () => {
  beforeEach(async () => {
    bed = await Bed.start();
  });
  afterEach(() => bed.stop());

  it('ends after twelve hours, and the page is told so', async () => {
    const token = await bed.login();
    bed.clock.advanceNow(12 * HOUR - 1);
    expect((await bed.send('GET', '/desk', { token })).status).toBe(200);
    bed.clock.advanceNow(1);
    const answer = await bed.send('GET', '/desk', { token });
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('token-expired');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('ends when the agent opens the twentieth after it', async () => {
    const sso = async () => {
      const { body } = await bed.send('POST', '/demo/token', { body: { username: '1001' } });
      return String((await bed.send('POST', '/sessions', { body: { token: body.token } })).body.token);
    };
    const first = await sso();
    bed.clock.advanceNow(1000);
    const second = await sso();
    const colleague = await bed.login('1002');
    for (let n = 0; n < 18; n++) await sso();
    expect((await bed.send('GET', '/desk', { token: first })).status).toBe(200);
    const last = await sso();
    expect((await bed.send('GET', '/desk', { token: first })).body.code).toBe('token-invalid');
    for (const token of [second, last, colleague]) {
      expect((await bed.send('GET', '/desk', { token })).status).toBe(200);
    }
  });

  it('ends at once when the agent logs out, and no other one with it', async () => {
    const [first, second] = [await bed.login(), await bed.login()];
    expect((await bed.send('DELETE', '/sessions/current', { token: first })).status).toBe(204);
    expect((await bed.send('GET', '/desk', { token: first })).body.code).toBe('token-invalid');
    expect((await bed.send('GET', '/desk', { token: second })).status).toBe(200);
    // What is so already is not refused; what never was a session is.
    expect((await bed.send('DELETE', '/sessions/current', { token: first })).status).toBe(204);
    expect((await bed.send('DELETE', '/sessions/current', { token: 'x'.repeat(43) })).status).toBe(401);
    expect((await bed.send('DELETE', '/sessions/current')).body.code).toBe('token-missing');
    const foreign = { token: first, headers: { origin: 'https://elsewhere.example' } };
    expect((await bed.send('DELETE', '/sessions/current', foreign)).status).toBe(403);
    expect((await bed.send('GET', '/desk', { token: second })).status).toBe(200);
  });

  it('ends by the ticket of its login too, as often as it is said, and no other one with it', async () => {
    const { token, endTicket } = await opened();
    const other = await bed.login();
    const end = () => bed.send('POST', '/sessions/end', { body: { ticket: endTicket } });
    expect((await end()).status).toBe(204);
    expect((await bed.send('GET', '/desk', { token })).body.code).toBe('token-invalid');
    expect((await bed.send('GET', '/desk', { token: other })).status).toBe(200);
    expect((await end()).status).toBe(204);
  });

  it('has a ticket that can do nothing else', async () => {
    const { endTicket } = await opened();
    expect((await bed.send('GET', '/desk', { token: endTicket })).body.code).toBe('token-invalid');
    expect((await bed.send('POST', '/sessions', { body: { token: endTicket } })).body.code).toBe(
      'token-invalid',
    );
  });

  it('is not ended by a ticket that somebody has made or changed, or that is over', async () => {
    const { token, endTicket } = await opened();
    const [head = '', body = '', signature = ''] = endTicket.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
    const sign = (secret: string) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
    const forged = [
      'no ticket',
      `${head}.${Buffer.from(JSON.stringify({ ...claims, agent: 'x' })).toString('base64url')}.${signature}`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`,
      await sign(OTHER_SECRET),
      await signHostToken({ team: 'demo', sub: '1001', jti: 'x' }, OTHER_SECRET, bed.clock.now()),
    ];
    for (const ticket of forged) {
      expect((await bed.send('POST', '/sessions/end', { body: { ticket } })).body.code).toBe('token-invalid');
    }
    expect((await bed.send('GET', '/desk', { token })).status).toBe(200);
    bed.clock.skip(13 * HOUR);
    const late = await bed.send('POST', '/sessions/end', { body: { ticket: endTicket } });
    expect(late.body.code).toBe('token-expired');
  });

  it.each([
    [{}, 'token-missing'],
    [{ authorization: 'Basic MTAwMTp4' }, 'token-missing'],
    [{ authorization: 'Bearer' }, 'token-missing'],
    [{ authorization: 'Bearer not one of ours' }, 'token-missing'],
    [{ authorization: 'Bearer forged' }, 'token-invalid'],
    [{ authorization: `Bearer ${'x'.repeat(5000)}` }, 'token-invalid'],
  ])('cannot be had with the header %j', async (headers, code) => {
    const answer = await bed.send('GET', '/desk', { headers });
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe(code);
  });

  it('unlocks the desk with the right password only, and slows guessing down', async () => {
    const token = await bed.login();
    const unlock = (password: string) =>
      bed.send('POST', '/sessions/current/unlock', { token, body: { password } });
    expect((await bed.send('POST', '/agent/lock', { token })).body).toMatchObject({ locked: true });
    const wrong = await unlock('wrong');
    expect(wrong.status).toBe(403);
    expect(wrong.body.code).toBe('wrong-password');
    expect((await unlock('telebar-demo')).body).toMatchObject({ locked: false });
    for (let n = 0; n < 5; n++) expect((await unlock('wrong')).status).toBe(403);
    expect((await unlock('wrong')).body.code).toBe('rate-limited');
    expect((await bed.send('POST', '/agent/lock', { token })).body).toMatchObject({ locked: true });
    const mine = unlock('telebar-demo');
    bed.clock.advanceNow(2000);
    expect((await mine).body).toMatchObject({ locked: false });
  });
});

describe('logging in with a token that the host has signed', () => {
  beforeAll(async () => {
    bed = await Bed.start();
  });
  afterAll(() => bed.stop());

  const secret = new TextEncoder().encode(OTHER_SECRET);
  const now = () => Math.floor(bed.clock.now() / 1000);
  const claims = (overrides: Record<string, unknown> = {}) => ({
    team: 'other',
    sub: 'olga',
    jti: crypto.randomUUID(),
    iat: now(),
    exp: now() + 60,
    ...overrides,
  });
  const sign = (payload: Record<string, unknown>, key: Uint8Array = secret, alg = 'HS256') =>
    new SignJWT(payload).setProtectedHeader({ alg }).sign(key);
  const login = (token: string) => bed.send('POST', '/sessions', { body: { token } });

  it('opens a session for the agent whom the token names', async () => {
    const answer = await login(await sign(claims()));
    expect(answer.status).toBe(201);
    expect(Session.parse(answer.body)).toMatchObject({
      agent: { username: 'olga' },
      team: { slug: 'other' },
    });
  });

  it('works once', async () => {
    const token = await sign(claims());
    const answers = await Promise.all([login(token), login(token)]);
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['201', '401']);
    expect((await login(token)).body.code).toBe('token-invalid');
  });

  it('refuses a token of another secret, algorithm or team', async () => {
    const foreign = new TextEncoder().encode('x'.repeat(40));
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
      JSON.stringify(claims()),
    ).toString('base64url')}.`;
    for (const token of [
      await sign(claims(), foreign),
      await sign(claims(), new TextEncoder().encode('x'.repeat(64)), 'HS512'),
      await sign(claims({ team: 'demo', sub: '1001' })),
      await sign(claims({ team: 'nowhere' })),
      none,
      'a.b.c',
      'forged',
    ]) {
      const answer = await login(token);
      expect(answer.status).toBe(401);
      expect(answer.body.code).toBe('token-invalid');
    }
  });

  it.each([
    ['has expired', () => claims({ iat: now() - 200, exp: now() - 60 }), 'token-expired'],
    ['lives for more than five minutes', () => claims({ exp: now() + 301 }), 'token-invalid'],
    ['comes from the future', () => claims({ iat: now() + 120, exp: now() + 180 }), 'token-invalid'],
    ['cannot be told from others', () => claims({ jti: undefined }), 'token-invalid'],
    ['does not say when it ends', () => claims({ exp: undefined }), 'token-invalid'],
    ['names no agent of the team', () => claims({ sub: 'nobody' }), 'wrong-credentials'],
    ['names a former agent', () => claims({ sub: 'former' }), 'wrong-credentials'],
  ])('refuses a token that %s', async (_, payload, code) => {
    const answer = await login(await sign(payload()));
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe(code);
  });

  it.each([
    ['sub', { name: 'olga' }],
    ['sub', ['olga']],
    ['sub', 1001],
    ['sub', ''],
    ['sub', 'ol\0ga'],
    ['team', { slug: 'other' }],
    ['jti', 7],
    ['jti', { id: 7 }],
    ['jti', 'x'.repeat(129)],
    ['jti', '\0'],
    ['iat', '1'],
    ['exp', {}],
    ['exp', 1e300],
    ['iat', -1e300],
  ])('refuses a token whose claim %s is %j, and says what is wrong', async (claim, value) => {
    const answer = await login(await sign(claims({ [claim]: value })));
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('token-invalid');
    expect(String(answer.body.detail)).not.toBe('');
  });

  it('takes times with a fraction', async () => {
    const answer = await login(await sign(claims({ iat: now() + 0.25, exp: now() + 60.125 })));
    expect(answer.status).toBe(201);
  });

  it('never fails at a claim, whatever JSON a back end signs', async () => {
    const name = fc.constantFrom('team', 'sub', 'jti', 'iat', 'exp', 'nbf', 'aud', 'iss');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.jsonValue()), async (overrides) => {
        const answer = await login(await sign(claims(overrides)));
        expect([201, 401, 429]).toContain(answer.status);
      }),
      { numRuns: 60 },
    );
  });

  it('takes what the demo signs', async () => {
    const token = await bed.send('POST', '/demo/token', { body: { username: '1002' } });
    expect(token.status).toBe(201);
    expect(Session.parse((await login(String(token.body.token))).body).agent.number).toBe('1002');
    expect((await bed.send('POST', '/demo/token', { body: { username: '9999' } })).status).toBe(404);
  });

  it('signs what it takes itself', async () => {
    const token = await signHostToken(
      { team: 'other', sub: 'olga', jti: 'own' },
      OTHER_SECRET,
      bed.clock.now(),
    );
    expect((await login(token)).status).toBe(201);
  });

  it('lets a whole office log in at once, with right tokens and beside wrong ones', async () => {
    const tokens = await Promise.all(Array.from({ length: 260 }, () => sign(claims())));
    const forged = await sign(claims(), new TextEncoder().encode('x'.repeat(40)));
    const answers = await Promise.all([...tokens, ...Array<string>(150).fill(forged)].map(login));
    expect(new Set(answers.slice(0, 260).map(({ status }) => status))).toEqual(new Set([201]));
    expect(answers.slice(260).filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    expect((await login(await sign(claims()))).status).toBe(201);
  }, 60_000);
});
