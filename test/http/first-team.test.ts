import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../server/start/config/config.ts';
import { startServer, type RunningServer } from '../../server/start/compose.ts';
import { StartError } from '../../server/start/start-error.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { silent } from './bed.ts';

const real = {
  TELEBAR_SECRET: 'a-secret-of-more-than-thirty-two-characters',
  TELEBAR_HOST: '127.0.0.1',
  TELEBAR_TEAM: 'north',
  TELEBAR_ADMIN_PASSWORD: 'long-enough-password',
};
let folder: string;
let running: RunningServer[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telebar-first-'));
  running = [];
});
afterEach(async () => {
  for (const server of running) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(environment: Record<string, string>): Promise<RunningServer> {
  const clock = new ManualClock();
  const server = await startServer(readConfig({ PORT: '0', TELEBAR_DATA: folder, ...environment }), {
    logger: silent,
    root: folder,
    clock,
    switch: new FakeSwitch(clock, new SequenceIds()),
  });
  running.push(server);
  return server;
}

async function stopAll(): Promise<void> {
  for (const server of running.splice(0)) await server.stop();
}

function logIn(server: RunningServer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ team: 'north', username: 'admin', password: real.TELEBAR_ADMIN_PASSWORD }),
  });
}

async function loginFrom(server: RunningServer, origin: string): Promise<number> {
  return (await logIn(server, { origin })).status;
}

it('lets pages of the origins that are set use the first team', async () => {
  const server = await start({ ...real, TELEBAR_ORIGINS: 'https://crm.example' });
  expect(await loginFrom(server, 'https://crm.example')).toBe(201);
  expect(await loginFrom(server, 'https://evil.example')).toBe(403);
});

it('follows a change of the origins at the next start, and keeps them when they are no longer set', async () => {
  await start(real);
  await stopAll();
  const changed = await start({ ...real, TELEBAR_ORIGINS: 'https://crm.example,http://localhost:*' });
  expect(await loginFrom(changed, 'http://localhost:3000')).toBe(201);
  await stopAll();
  expect(await loginFrom(await start(real), 'https://crm.example')).toBe(201);
});

it('takes the time zone that is set for the first team, and leaves it to the team from then on', async () => {
  const team = async (server: RunningServer, change?: object): Promise<Record<string, unknown>> => {
    const { token } = (await (await logIn(server)).json()) as { token: string };
    const send = async (headers: Record<string, string>, init: RequestInit) => {
      const answer = await fetch(`${server.url}/api/v1/set-up/team`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      });
      return (await answer.json()) as Record<string, unknown>;
    };
    const found = await send({}, {});
    if (change === undefined) return found;
    const version = { 'if-match': `"${String(found['version'])}"` };
    return send(version, { method: 'PATCH', body: JSON.stringify(change) });
  };
  const first = await start({ ...real, TELEBAR_TIME_ZONE: 'Europe/Berlin' });
  expect(await team(first)).toMatchObject({ timeZone: 'Europe/Berlin' });
  expect(await team(first, { timeZone: 'Asia/Tokyo' })).toMatchObject({ timeZone: 'Asia/Tokyo' });
  await stopAll();
  const next = await start({ ...real, TELEBAR_TIME_ZONE: 'Europe/Berlin' });
  expect(await team(next)).toMatchObject({ timeZone: 'Asia/Tokyo' });
});

it("refuses a demo's database for real use: everybody knows its passwords", async () => {
  await start({ TELEBAR_DEMO: '1' });
  await stopAll();
  const refused = start(real);
  await expect(refused).rejects.toThrow(StartError);
  await expect(refused).rejects.toThrow(/TELEBAR_DATA/);
});

it('says what is wrong with a data folder that cannot be used', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const refused = start({ ...real, TELEBAR_DATA: file });
  await expect(refused).rejects.toThrow(StartError);
  await expect(refused).rejects.toThrow(/TELEBAR_DATA .*is a file, not a folder/);
});
