import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Bed } from './bed.ts';

let bed: Bed;
let others: ChildProcess[];

beforeEach(async () => {
  others = [];
  bed = await Bed.start();
});
afterEach(async () => {
  for (const child of others) child.kill('SIGKILL');
  await bed.stop();
});

/** Another program holds the lock for writing. @returns what ends it */
async function lock(): Promise<() => Promise<void>> {
  const script = `
    const database = new (require('better-sqlite3'))(process.argv[1]);
    database.exec('BEGIN IMMEDIATE');
    console.log('locked');
    process.stdin.resume();
    process.stdin.on('end', () => process.exit(0));`;
  const child = spawn(process.execPath, ['-e', script, join(bed.folder, 'data/telebar.sqlite')], {
    cwd: resolve(import.meta.dirname, '../..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  others.push(child);
  await once(child.stdout, 'data');
  return async () => {
    const gone = once(child, 'exit');
    child.stdin.end();
    await gone;
  };
}

it('refuses what cannot be kept with 503 while another program has the database, and says so in its health', async () => {
  const token = await bed.login();
  const unlock = await lock();
  const customer = { name: 'Nobody', numbers: ['13911112222'] };
  const [answer, health] = await Promise.all([
    bed.send('POST', '/customers', { token, body: customer }),
    fetch(`${bed.url}/healthz`),
  ]);
  expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({ reasons: [expect.stringMatching(/has locked the database/)] });
  const [ready, alive] = await Promise.all([fetch(`${bed.url}/readyz`), fetch(`${bed.url}/livez`)]);
  expect([ready.status, alive.status]).toEqual([503, 200]);
  await unlock();
  expect((await fetch(`${bed.url}/healthz`)).status).toBe(200);
  expect((await bed.send('POST', '/customers', { token, body: customer })).status).toBe(201);
});

it('logs out at once while the database is locked, and the session does not come back', async () => {
  const token = await bed.login();
  expect((await bed.send('GET', '/desk', { token })).status).toBe(200);
  const unlock = await lock();
  expect((await bed.send('DELETE', '/sessions/current', { token })).status).toBe(204);
  expect((await bed.send('GET', '/desk', { token })).status).toBe(401);
  await unlock();
  expect((await bed.send('GET', '/desk', { token })).status).toBe(401);
});
