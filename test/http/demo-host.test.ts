import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { namesThisMachine } from '../../server/http/demo-host.ts';
import { Bed } from './bed.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start({ TELEBAR_HOSTS: 'Telebar.test, 192.0.2.7' });
});
afterAll(() => bed.stop());

async function ask(host: string, path: string, method = 'GET'): Promise<{ status: number; text: string }> {
  const asked = request(`${bed.url}${path}`, { method, headers: { host } }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode ?? 0, text };
}

async function upgrade(host: string, path: string): Promise<number> {
  const socket = new WebSocket(`${bed.url.replace('http', 'ws')}${path}`, { headers: { host } });
  const opened = once(socket, 'open').then(() => 101);
  const refused = once(socket, 'unexpected-response').then(
    ([, answer]) => (answer as { statusCode: number }).statusCode,
  );
  socket.on('error', () => undefined);
  opened.catch(() => undefined);
  refused.catch(() => undefined);
  const status = await Promise.race([opened, refused]);
  socket.terminate();
  return status;
}

describe('a demo that is asked for under a foreign name', () => {
  it.each([
    ['/api/v1/demo/token', 'POST'],
    ['/api/v1/sessions', 'POST'],
    ['/api/v1/openapi.json', 'GET'],
    ['/demo/crm.html', 'GET'],
    ['/telebar.js', 'GET'],
    ['/healthz', 'GET'],
    ['/', 'GET'],
  ])('refuses %s and says what to set', async (path, method) => {
    for (const host of [
      'evil.example',
      'evil.example:8080',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
    ]) {
      const answer = await ask(host, path, method);
      expect(answer.status, host).toBe(403);
      expect(answer.text).toContain('TELEBAR_HOSTS');
    }
  });

  it.each(['/realtime', '/sip'])('opens no socket at %s', async (path) => {
    expect(await upgrade('evil.example', path)).toBe(403);
  });

  it('answers under its own names and those that were configured', async () => {
    for (const host of [
      'localhost',
      'LOCALHOST:1',
      '127.0.0.1',
      '[::1]:80',
      'telebar.test',
      '192.0.2.7:8080',
    ]) {
      expect((await ask(host, '/healthz')).status, host).toBe(200);
    }
    expect(await upgrade('localhost', '/realtime')).toBe(101);
  });
});

describe('the names of this machine', () => {
  it('are its addresses, in every network', () => {
    const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    for (const { address, family } of addresses) {
      expect(namesThisMachine(family === 'IPv6' ? `[${address}]:80` : address, [])).toBe(true);
    }
  });

  it.each([
    undefined,
    '',
    ':80',
    '203.0.113.9',
    '[2001:db8::9]',
    'localhost@evil',
    'localhost/',
    '127.0.0.1.',
    '127.evil',
    '0x7f.1',
    'a:b:c',
  ])('are not %j', (host) => {
    expect(namesThisMachine(host, [])).toBe(host === '127.0.0.1.');
  });
});

describe('a server for real use', () => {
  it('answers under every name: there are no tokens to be had', async () => {
    const real = await Bed.start({
      TELEBAR_DEMO: '0',
      TELEBAR_SECRET: 'x'.repeat(40),
      TELEBAR_HOST: '127.0.0.1',
    });
    const asked = request(`${real.url}/healthz`, { headers: { host: 'telebar.example' } }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    answer.resume();
    await real.stop();
  });
});
