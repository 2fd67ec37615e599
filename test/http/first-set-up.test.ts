import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Session } from '../../server/contract/session.ts';
import { readConfig } from '../../server/start/config/config.ts';
import { startServer, type RunningServer } from '../../server/start/compose.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { silent } from './bed.ts';

const TEAM = { slug: 'north', name: '北方 North', locale: 'zh-CN', timeZone: 'Asia/Shanghai' };
const ADMIN = { number: '1000', username: 'chen', name: '陈静', password: 'three quiet grey herons' };

let folder: string;
let clock: ManualClock;
let server: RunningServer;
let printed: string[];

async function start(environment: Record<string, string> = {}): Promise<void> {
  const config = readConfig({
    ...{ PORT: '0', TELEBAR_HOST: '127.0.0.1', TELEBAR_DATA: folder },
    TELEBAR_SECRET: 'a-secret-of-more-than-thirty-two-characters',
    ...environment,
  });
  server = await startServer(config, {
    logger: { ...silent, warn: (details: object) => void printed.push(JSON.stringify(details)) },
    root: folder,
    clock,
    switch: new FakeSwitch(clock, new SequenceIds()),
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telebar-first-set-up-'));
  clock = new ManualClock();
  printed = [];
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function link(): URL {
  const found = printed.flatMap((line) => (JSON.parse(line) as { link?: string }).link ?? []).at(-1);
  if (found === undefined) throw new Error(`no link in ${printed.join()}`);
  return new URL(found);
}
const token = () => link().hash.replace('#setup=', '');

async function post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
const setUp = (fields: object = {}) =>
  post('/setup', { token: token(), team: TEAM, administrator: ADMIN, ...fields });

it('prints a link with which the first team and its administrator are made, once', async () => {
  await start();
  expect(link().pathname).toBe('/admin/');
  expect((await setUp({ token: 'guessed' })).body['code']).toBe('token-invalid');
  const wrong = await setUp({ team: { ...TEAM, timeZone: 'Asia/Nowhere' } });
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: 'team.timeZone' }] } });
  const made = await setUp();
  expect(made.status).toBe(201);
  expect(Session.parse(made.body)).toMatchObject({
    agent: { username: 'chen', role: 'admin' },
    team: { slug: 'north' },
  });
  // The desk is there at once.
  const desk = await fetch(`${server.url}/api/v1/desk`, {
    headers: { authorization: `Bearer ${String(made.body['token'])}` },
  });
  expect(desk.status).toBe(200);
  expect((await setUp()).body['code']).toBe('token-invalid');
  expect(
    (await post('/sessions', { team: 'north', username: 'chen', password: ADMIN.password })).status,
  ).toBe(201);
});

it('prints another one at the next start, and the one of before is worth nothing; nor is one of yesterday', async () => {
  await start();
  const first = token();
  await server.stop();
  await start();
  expect((await setUp({ token: first })).body['code']).toBe('token-invalid');
  clock.advanceNow(24 * 3_600_000);
  expect((await setUp()).body['code']).toBe('token-expired');
});

it('prints none when there is a team, or a password to make it with', async () => {
  await start({ TELEBAR_ADMIN_PASSWORD: 'long-enough-password' });
  expect(printed.join()).not.toContain('setup=');
});
