import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { WIRE_VERSION } from '../../server/contract/wire.ts';
import { readConfig } from '../../server/start/config/config.ts';
import { startServer, type RunningServer } from '../../server/start/compose.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { Bed } from './bed.ts';

const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};

let bed: Bed;
let second: RunningServer;
const sockets: WebSocket[] = [];

beforeEach(async () => {
  bed = await Bed.start();
  const clock = new ManualClock();
  const config = readConfig({ PORT: '0', TELEBAR_DEMO: '1', TELEBAR_DATA: `${bed.folder}/data` });
  const telephony = new FakeSwitch(clock, new SequenceIds());
  second = await startServer(config, { logger: silent, root: bed.folder, clock, switch: telephony });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await second.stop();
  await bed.stop();
});

async function ask(path: string, token: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${second.url}/api/v1${path}`, { ...init, headers });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === '' ? null : JSON.parse(text)) as Record<string, unknown>,
  };
}

async function login(): Promise<string> {
  const body = JSON.stringify({ team: 'demo', username: '1001', password: 'telebar-demo' });
  const response = await ask('/sessions', '', { method: 'POST', body });
  expect(response.status).toBe(201);
  return String(response.body['token']);
}

/** A page at the second server, with what it is told. */
async function page(token: string) {
  const socket = new WebSocket(`${second.url.replace('http', 'ws')}/realtime`);
  sockets.push(socket);
  const told: Array<Record<string, unknown>> = [];
  socket.on('message', (data) => told.push(JSON.parse(String(data as Buffer)) as Record<string, unknown>));
  await once(socket, 'open');
  const hello = {
    type: 'hello',
    version: WIRE_VERSION,
    token,
    clientId: 'page-of-a-test',
    topics: [{ topic: 'desk' }],
  };
  socket.send(JSON.stringify(hello));
  const heard = (type: string) => expect.poll(() => told.map((message) => message['type'])).toContain(type);
  return { socket, told, heard };
}

describe('a server whose teams live at another', () => {
  it('passes on what is asked of them, and answers as that one does', async () => {
    const token = await login();
    const here = await bed.send('GET', '/desk', { token });
    const there = await ask('/desk', token);
    expect(there.status).toBe(200);
    expect(there.body['agent']).toEqual(here.body['agent']);
    const refused = await ask('/calls', token, { method: 'POST', body: JSON.stringify({ wrong: true }) });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    const unknown = await ask('/desk', 'nobody');
    expect(unknown).toMatchObject({ status: 401, body: { code: 'token-invalid' } });
  });

  it('passes on a page, both ways, until the other closes it; then the page finds the team here', async () => {
    const token = await login();
    const { socket, heard } = await page(token);
    await heard('welcome');
    await heard('snapshot');
    socket.send(JSON.stringify({ type: 'heartbeat', sent: 1, phone: null }));
    await heard('pulse');
    const closed = once(socket, 'close');
    await bed.stopServer();
    const [code] = (await closed) as [number];
    expect(code).toBe(1001);
    await expect
      .poll(async () => (await fetch(`${second.url}/readyz`)).status, { timeout: 15_000 })
      .toBe(200);
    const again = await page(token);
    await again.heard('welcome');
    await again.heard('snapshot');
    expect((await ask('/desk', token)).status).toBe(200);
  }, 60_000);

  it('does not pass on what was passed on to it', async () => {
    const token = await login();
    const response = await fetch(`${second.url}/api/v1/desk`, {
      headers: { authorization: `Bearer ${token}`, 'telebar-passed-on': '1' },
    });
    expect(response.status).toBe(503);
  });
});
