import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WIRE_VERSION } from '../../server/contract/wire.ts';
import { WebSocket } from 'ws';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
let children: ChildProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telebar-process-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  await rm(folder, { recursive: true, force: true });
});

/** The server as its own process, out of its sources. */
class ServerProcess {
  output = '';
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;

  constructor(environment: Record<string, string> = {}) {
    this.child = spawn(process.execPath, ['--import', 'tsx', join(root, 'server/start/main.ts')], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        TELEBAR_SIP_PORT: '0',
        TELEBAR_MEDIA_PORT: '0',
        TELEBAR_DATA: folder,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(this.child);
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.exited = once(this.child, 'exit').then(([code]) => code as number | null);
  }

  /** The address of the start page, once it has been printed. */
  async address(): Promise<string> {
    return (await this.printed(/(http:\/\/localhost:\d+)\/\n/))[1] ?? '';
  }

  async printed(text: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = text.exec(this.output);
      if (match !== null) return match;
      const ended = await Promise.race([
        this.exited.then(() => true),
        once(this.child.stdout ?? this.child, 'data').then(() => false),
      ]);
      if (ended) throw new Error(this.output);
    }
  }

  async offspring(): Promise<number[]> {
    const { pid } = this.child;
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the server as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops everything that it has started on %s, and tells its pages',
    async (signal) => {
      const server = new ServerProcess();
      const address = await server.address();
      expect((await fetch(`${address}/healthz`)).status).toBe(200);
      const login = await fetch(`${address}/api/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ team: 'demo', username: '1001', password: 'telebar-demo' }),
      });
      const { token } = (await login.json()) as { token: string };
      const page = new WebSocket(`${address.replace('http', 'ws')}/realtime`);
      await once(page, 'open');
      page.send(
        JSON.stringify({ type: 'hello', version: WIRE_VERSION, token, clientId: 'page-1', topics: [] }),
      );
      await once(page, 'message');
      const offspring = await server.offspring();
      expect(offspring).toHaveLength(1);

      const said = once(page, 'message');
      const closed = once(page, 'close');
      const began = performance.now();
      server.child.kill(signal);
      expect(JSON.parse(String((await said)[0]))).toMatchObject({ type: 'error', code: 'shutting-down' });
      expect((await closed)[0]).toBe(1001);
      expect(await server.exited).toBe(0);
      expect(performance.now() - began).toBeLessThan(5000);
      expect(offspring.filter(isAlive)).toEqual([]);
      await expect(fetch(`${address}/healthz`)).rejects.toThrow();
    },
  );

  it('waits while another has the same database, leaves its calls alone, and takes over when that is dead', async () => {
    const first = new ServerProcess();
    const url = await first.address();
    const second = new ServerProcess();
    const waiting = await second.address();
    const health = async () => (await fetch(`${waiting}/healthz`)).json() as Promise<{ reasons?: string[] }>;
    expect((await health()).reasons?.join()).toContain(url.replace('localhost', '127.0.0.1'));
    expect((await fetch(`${waiting}/readyz`)).status).toBe(503);
    first.child.kill('SIGKILL');
    await first.exited;
    await expect.poll(health, { timeout: 30_000 }).toMatchObject({ status: 'ok' });
  }, 120_000);

  it('keeps its sessions over a restart', async () => {
    const first = new ServerProcess();
    const login = await fetch(`${await first.address()}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ team: 'demo', username: '1001', password: 'telebar-demo' }),
    });
    const { token } = (await login.json()) as { token: string };
    first.child.kill('SIGTERM');
    await first.exited;
    const second = new ServerProcess();
    const desk = await fetch(`${await second.address()}/api/v1/desk`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(desk.status).toBe(200);
  });

  it.each([
    [{}, 'for this machine only'],
    [{ TELEBAR_DEMO: '1', TELEBAR_HOST: '127.0.0.2' }, 'for this machine only'],
    [
      { TELEBAR_DEMO: '1', TELEBAR_HOST: '0.0.0.0' },
      'EVERYBODY IN THE NETWORK CAN REACH IT (TELEBAR_HOST=0.0.0.0)',
    ],
    [
      { TELEBAR_DEMO: '1', TELEBAR_SIP_HOST: '0.0.0.0' },
      'EVERYBODY IN THE NETWORK CAN REACH IT (TELEBAR_SIP_HOST=0.0.0.0)',
    ],
  ])('says of a demo with %j who can reach it', async (environment, sentence) => {
    const server = new ServerProcess(environment);
    await server.printed(/Telebar is running as a DEMO.*\n/);
    expect(server.output).toContain(sentence);
    expect(server.output.includes('for this machine only')).toBe(sentence === 'for this machine only');
  });

  it('says which variable to set when its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const server = new ServerProcess({ PORT: String(port) });
    expect(await server.exited).toBe(1);
    expect(server.output.trim()).toBe(`Port ${port} of 127.0.0.1 is in use: set PORT to another one.`);
    other.close();
  });

  it('refuses to start for real use without a secret', async () => {
    const server = new ServerProcess({ TELEBAR_DEMO: '0' });
    expect(await server.exited).toBe(1);
    expect(server.output).toMatch(/^TELEBAR_SECRET is not set\./);
    expect(server.output.trim().split('\n')).toHaveLength(1);
  });

  it('says what is wrong when the folder of its data cannot be used', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const server = new ServerProcess({ TELEBAR_DATA: join(file, 'data') });
    expect(await server.exited).toBe(1);
    expect(server.output).toContain(`TELEBAR_DATA ${join(file, 'data')}`);
    expect(server.output.trim().split('\n')).toHaveLength(1);
  });
});
