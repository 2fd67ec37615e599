import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Problem } from '../../server/contract/problem.ts';
import { Bed, OTHER_ORIGIN } from './bed.ts';

let bed: Bed;
let token: string;
let otherToken: string;

beforeAll(async () => {
  bed = await Bed.start();
  token = await bed.login();
  otherToken = await bed.login('olga', 'other', 'other-password');
});
afterAll(() => bed.stop());

describe('bad requests', () => {
  it.each([
    ['a body that is no JSON', { body: '{"name":' }, 400, 'invalid-request'],
    [
      'a body of more than 64 KiB',
      { body: { name: 'x'.repeat(70_000), numbers: [] } },
      413,
      'payload-too-large',
    ],
    [
      'a body of another type',
      { body: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      400,
      'invalid-request',
    ],
    [
      'an encoding that is not known',
      { body: '{}', headers: { 'content-encoding': 'snappy' } },
      400,
      'invalid-request',
    ],
    ['no body', {}, 400, 'invalid-request'],
    ['a bare value', { body: '7' }, 400, 'invalid-request'],
  ])('answers %s with a problem document', async (_, request, status, code) => {
    const answer = await bed.send('POST', '/customers', { token, ...request });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = Problem.parse(answer.body);
    expect(problem).toMatchObject({ code, status });
    expect(problem.instance).toBe(answer.headers.get('x-request-id'));
  });

  it('names the fields that are wrong', async () => {
    const answer = await bed.send('POST', '/customers', { token, body: { name: 7, numbers: ['abc'] } });
    expect(Problem.parse(answer.body).errors?.map(({ path }) => path)).toEqual(['name', 'numbers.0']);
  });

  it.each([
    ['/customers', { name: 'Zhang\0', numbers: ['13800138001'] }, 'name'],
    ['/customers', { name: 'Zhang', numbers: [], fields: { 'le\0vel': 'Gold' } }, 'fields.level'],
    ['/calls', { number: '13800138001', data: { order: '7\0' } }, 'data.order'],
  ])('refuses the character that not every database can keep, at %s', async (path, body, field) => {
    const answer = await bed.send('POST', path, { token, body });
    expect(answer.status).toBe(400);
    expect(Problem.parse(answer.body).errors).toMatchObject([{ path: field }]);
  });

  it.each([
    ['GET', '/customers?q=Zhang%00', 400, 'invalid-request'],
    ['GET', `/customers?cursor=${Buffer.from('[1,"a\0"]').toString('base64url')}`, 400, 'invalid-request'],
    ['GET', '/nothing', 404, 'not-found'],
    ['PUT', '/customers', 404, 'not-found'],
    ['GET', '/customers/no%20such%20id', 400, 'invalid-request'],
    ['GET', '/customers/%E0%A4%A', 400, 'invalid-request'],
    ['GET', '/customers/customer_unknown', 404, 'not-found'],
    ['GET', '/customers?limit=1000', 400, 'invalid-request'],
    ['GET', '/customers?cursor=forged', 400, 'invalid-request'],
    ['GET', '/calls?side=sideways', 400, 'invalid-request'],
    ['GET', '/calls/call_unknown', 404, 'no-such-call'],
    ['POST', '/calls/call_unknown/answer', 404, 'no-such-call'],
    ['POST', '/calls/call_unknown/legs/leg_unknown/hangup', 404, 'no-such-call'],
  ])('%s %s is %i %s', async (method, path, status, code) => {
    const answer = await bed.send(method, path, { token });
    expect(answer.status).toBe(status);
    expect(Problem.parse(answer.body).code).toBe(code);
  });

  it('asks who is there before it looks at the request', async () => {
    const answer = await bed.send('POST', '/customers', { body: {} });
    expect(answer.body.code).toBe('token-missing');
  });

  it('dialling while signed out is refused in words of the contract', async () => {
    const answer = await bed.send('POST', '/calls', { token, body: { number: '13900139000' } });
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe('not-signed-in');
  });

  it.each(['xyz', '', '1'.repeat(65), '<script>', '1;DROP TABLE call'])(
    'refuses "%s" as a number to dial',
    async (number) => {
      const answer = await bed.send('POST', '/calls', { token, body: { number } });
      expect(answer.status).toBe(400);
      expect(Problem.parse(answer.body).errors?.[0]?.path).toBe('number');
    },
  );
});

describe('origins', () => {
  const from = (origin: string) => ({ headers: { origin } });

  it('serves pages of the origins of the team, with the token as the only credential', async () => {
    for (const origin of [
      'http://localhost:3000',
      'https://localhost',
      'http://127.0.0.1:5173',
      'http://[::1]:1',
    ]) {
      const answer = await bed.send('GET', '/desk', { token, ...from(origin) });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toMatch(/Origin/);
    }
  });

  it.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'http://evil.example:80',
    'null',
    'file://',
    'https://crm.other.example.evil.example',
    'http://crm.other.example',
  ])('refuses pages of %s everywhere, in a way that their developer can read', async (origin) => {
    for (const [method, path] of [
      ['GET', '/desk'],
      ['POST', '/sessions'],
      ['POST', '/demo/token'],
    ] as const) {
      const answer = await bed.send(method, path, {
        token,
        ...(method === 'POST' ? { body: { team: 'demo', username: '1001', password: 'telebar-demo' } } : {}),
        ...from(origin),
      });
      expect(answer.status).toBe(403);
      expect(Problem.parse(answer.body).code).toBe('origin-not-allowed');
    }
  });

  it("refuses a team's token, and its password, on the origin of another team", async () => {
    const used = await bed.send('GET', '/desk', { token, ...from(OTHER_ORIGIN) });
    expect(used.body.code).toBe('origin-not-allowed');
    const body = { team: 'demo', username: '1001', password: 'telebar-demo' };
    const login = await bed.send('POST', '/sessions', { body, ...from(OTHER_ORIGIN) });
    expect(login.body.code).toBe('origin-not-allowed');
    expect((await bed.send('GET', '/desk', { token: otherToken, ...from(OTHER_ORIGIN) })).status).toBe(200);
  });

  it("serves the server's own pages without any list", async () => {
    const answer = await bed.send('GET', '/sessions/current', { token: otherToken, ...from(bed.url) });
    expect(answer.status).toBe(200);
  });

  it('answers a preflight with what pages may send, and never with credentials', async () => {
    const response = await fetch(`${bed.url}/api/v1/calls`, {
      method: 'OPTIONS',
      headers: {
        origin: OTHER_ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(OTHER_ORIGIN);
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'Authorization, Content-Type, Idempotency-Key, If-Match',
    );
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  const upgrade = (path: string, origin?: string) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(
        `${bed.url.replace('http', 'ws')}${path}`,
        origin === undefined ? {} : { origin },
      );
      socket.on('open', () => {
        socket.terminate();
        resolve('open');
      });
      socket.on('error', (error) => resolve(error.message));
    });

  it('holds for sockets too', async () => {
    expect(await upgrade('/realtime', 'https://evil.example')).toMatch(/403/);
    expect(await upgrade('/realtime', 'http://localhost:3000')).toBe('open');
    expect(await upgrade('/realtime')).toBe('open');
    expect(await upgrade('/elsewhere', 'http://localhost:3000')).toMatch(/404/);
  });
});

describe('isolation of teams', () => {
  it('shows nothing of one team to a token of another', async () => {
    const created = await bed.send('POST', '/customers', {
      token,
      body: { name: 'Secret', numbers: ['13911112222'] },
    });
    expect(created.status).toBe(201);
    const id = String(created.body.id);
    const as = { token: otherToken };
    expect((await bed.send('GET', `/customers/${id}`, as)).status).toBe(404);
    const patch = { ...as, body: { version: 1, name: 'Mine now' } };
    expect((await bed.send('PATCH', `/customers/${id}`, patch)).status).toBe(404);
    expect((await bed.send('GET', '/customers', as)).body.items).toEqual([]);
    expect((await bed.send('GET', '/customers?number=13911112222', as)).body.items).toEqual([]);
    expect((await bed.send('GET', '/devices', as)).body).toEqual([]);
    const desk = await bed.send('GET', '/desk', as);
    expect(desk.body).toMatchObject({ team: { slug: 'other', pauseReasons: [] }, agent: { groups: [] } });
    // The same number exists in both teams, and each token means its own.
    expect(desk.body.agent).toMatchObject({ number: '1001', name: 'Olga' });
  });

  it('lets two teams have a customer with the same number', async () => {
    const body = { name: 'Shared', numbers: ['13911113333'] };
    expect((await bed.send('POST', '/customers', { token, body })).status).toBe(201);
    expect((await bed.send('POST', '/customers', { token: otherToken, body })).status).toBe(201);
  });
});

describe('another protocol that is refused', () => {
  it.each([
    ['to a path that has none', 'GET /x', 'localhost', '', '404'],
    ['to SIP where the switch has no browsers', 'GET /sip', 'localhost', '', '404'],
    ['to a foreign name of a demo', 'GET /realtime', 'evil.example', '', '403'],
    [
      'to a page of a foreign origin',
      'GET /realtime',
      'localhost',
      'Origin: https://evil.example\r\n',
      '403',
    ],
  ])(
    'costs no socket, whether the client closes its side or not: %s',
    async (_, line, host, fields, status) => {
      const { port, hostname } = new URL(bed.url);
      const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
      socket.on('error', () => undefined);
      const gone = new Promise((resolve) => socket.on('close', resolve));
      socket.write(
        `${line} HTTP/1.1\r\nHost: ${host}\r\n${fields}Connection: Upgrade\r\nUpgrade: websocket\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      );
      let answer = '';
      socket.on('data', (data) => (answer += String(data)));
      await once(socket, 'end');
      expect(answer).toMatch(`HTTP/1.1 ${status} `);
      // It goes on writing as if nothing had been said; a socket that has been let go answers with a reset.
      const writing = setInterval(() => socket.write('x'), 20);
      await gone;
      clearInterval(writing);
    },
  );
});
