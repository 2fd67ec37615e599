import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresCluster } from '../store/postgres-cluster.ts';
import { environmentFor } from '../support/asterisk/environment.ts';
import { CallCentre, RestClient } from '../support/call-centre.ts';
import { freePort } from '../support/ports.ts';
import { SipPeer } from '../support/sip-peer.ts';

const SECRET = 'a secret of at least thirty-two characters';

let cluster: PostgresCluster;
let first: CallCentre;
let carrier: SipPeer;
let second: ChildProcess;
let folder: string;
let origin: string;

beforeAll(async () => {
  cluster = await startPostgres();
  carrier = await SipPeer.open({ switchPort: await freePort(), incoming: 'ring' });
  const shared = { TELEBAR_SECRET: SECRET, TELEBAR_DATABASE_URL: await cluster.newDatabase() };
  first = await CallCentre.start({ ...shared, TELEBAR_TRUNK: `127.0.0.1:${carrier.localPort}` }, 'asterisk');
  if (first.asterisk === null) throw new Error('there is no Asterisk');
  carrier.options.switchPort = first.asterisk.sipPort;
  const port = await freePort();
  origin = `http://localhost:${port}`;
  folder = await mkdtemp(join(tmpdir(), 'telebar-stands-by-'));
  const root = resolve(import.meta.dirname, '../..');
  second = spawn(process.execPath, [join(root, 'dist/server/main.js')], {
    cwd: root,
    env: {
      ...process.env,
      ...environmentFor(first.asterisk),
      ...shared,
      TELEBAR_DEMO: '1',
      TELEBAR_LOG_LEVEL: 'info',
      PORT: String(port),
      TELEBAR_DATA: folder,
    },
    stdio: 'ignore',
  });
});
afterAll(async () => {
  if (second.exitCode === null) {
    const ended = once(second, 'exit');
    second.kill('SIGTERM');
    await ended;
  }
  await first.stop();
  await carrier.close();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

const status = (path: string): Promise<number> =>
  fetch(origin + path).then(
    (response) => response.status,
    () => 0,
  );

/** Callers whom no agent has answered, as the server says that has the team. */
const waiting = async (at: string): Promise<string | undefined> =>
  /^telebar_calls_waiting (\d+)$/m.exec(await (await fetch(`${at}/metrics`)).text())?.[1];

describe('a server that stands by on the same PostgreSQL and the same Asterisk', () => {
  it('passes on what is asked, touches no call, and goes on with it when the first is killed', async () => {
    await expect.poll(() => status('/livez'), { timeout: 30_000 }).toBe(200);
    expect(await status('/readyz')).toBe(503);
    const body = JSON.stringify({ team: 'demo', username: '1001', password: 'telebar-demo' });
    const headers = { 'content-type': 'application/json' };
    const login = await fetch(`${origin}/api/v1/sessions`, { method: 'POST', headers, body });
    const { token } = (await login.json()) as { token: string };
    const desk = () =>
      new RestClient(`${origin}/api/v1`, token, origin).get<{ agent: { id: string } }>('/desk');
    // It answers before it knows who has the team.
    await expect.poll(() => desk().then(() => 200, String), { timeout: 30_000 }).toBe(200);
    const { agent } = await desk();
    const call = await carrier.call('400100', { from: '<sip:13800138001@127.0.0.1>' });
    await expect.poll(() => waiting(first.origin)).toBe('1');
    await first.halt('SIGKILL');
    await expect.poll(() => status('/healthz'), { timeout: 30_000 }).toBe(200);
    expect(call.ended).toBe(false);
    expect(await waiting(origin)).toBe('1');
    expect((await desk()).agent).toMatchObject({ id: agent.id });
    call.bye();
    await expect.poll(() => waiting(origin)).toBe('0');
  });
});
