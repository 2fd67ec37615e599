import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { DeskSnapshot } from '../../server/contract/desk.ts';
import { environmentFor } from './asterisk/environment.ts';
import { AsteriskNode } from './asterisk/node.ts';
import { freePort } from './ports.ts';

const root = resolve(import.meta.dirname, '../..');
export type SwitchName = 'embedded' | 'asterisk';

/** The same suites run on either switch. */
const TESTED: SwitchName = process.env['TELEBAR_TEST_SWITCH'] === 'asterisk' ? 'asterisk' : 'embedded';
export const onAsterisk = TESTED === 'asterisk';

/**
 * The built server in a process of its own, with an empty database in a folder of its own, as `npm start` runs it.
 * Ports are chosen before, so that a restarted server is found again.
 */
export class CallCentre {
  readonly port: number;
  readonly sipPort: number;
  /** Everything that it wrote, for failing tests. */
  log = '';
  /** The switch, when it is not the embedded one. */
  readonly asterisk: AsteriskNode | null;
  static readonly #running = new Set<CallCentre>();
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #clients = new Map<string, RestClient>();
  #process: ChildProcess | null = null;

  private constructor(
    port: number,
    sipPort: number,
    folder: string,
    env: NodeJS.ProcessEnv,
    asterisk: AsteriskNode | null,
  ) {
    this.port = port;
    this.sipPort = sipPort;
    this.asterisk = asterisk;
    this.#folder = folder;
    this.#env = env;
  }

  /** @param on an Asterisk that is there already, or the switch that it gets for itself */
  static async start(
    env: NodeJS.ProcessEnv = {},
    on: SwitchName | AsteriskNode = TESTED,
  ): Promise<CallCentre> {
    const [port, sipPort, mediaPort] = await Promise.all([freePort(), freePort(), freePort()]);
    const folder = await mkdtemp(join(tmpdir(), 'telebar-e2e-'));
    const [host = '', carrierPort] = (env['TELEBAR_TRUNK'] ?? '').split(':');
    const voices = env['TELEBAR_MEDIA_HOST'];
    const asterisk =
      on instanceof AsteriskNode
        ? on
        : on === 'asterisk'
          ? await AsteriskNode.start({
              sipPort,
              ...(carrierPort === undefined ? {} : { carrier: { host, port: Number(carrierPort) } }),
              ...(voices === undefined ? {} : { network: { address: voices } }),
            })
          : null;
    const own = {
      TELEBAR_DEMO: '1',
      TELEBAR_MEDIA_PORT: String(mediaPort),
      TELEBAR_LOG_LEVEL: 'info',
      ...(asterisk === null ? {} : environmentFor(asterisk)),
      ...env,
    };
    const centre = new CallCentre(port, sipPort, folder, own, asterisk);
    await centre.launch();
    CallCentre.#running.add(centre);
    return centre;
  }

  /** What those that run have written down last, and where their Asterisk has which voices. */
  static async story(): Promise<string> {
    const told = [...CallCentre.#running].map(async ({ log, asterisk }) =>
      [await asterisk?.voices().catch(String), log.slice(-8_000)].join('\n'),
    );
    return (await Promise.all(told)).join('\n\n');
  }

  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  /** Where browsers open sockets besides this server. */
  get sockets(): string[] {
    return this.asterisk === null ? [] : [new URL(this.asterisk.webSocketUrl).origin];
  }

  /** Kills what carries the voices, as a crash does: the media child or Asterisk, which somebody starts again. */
  async killVoices(): Promise<void> {
    if (this.asterisk !== null) {
      await this.asterisk.kill();
      await this.asterisk.launch();
      return;
    }
    const [media] = await this.children();
    if (media === undefined) throw new Error('there is no media child');
    process.kill(media, 'SIGKILL');
  }

  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('the server does not run');
    return pid;
  }

  /** Resolves when calls can be taken (unless told not to wait for that); rejects with the log when it ends before. */
  async launch({ healthy } = { healthy: true }): Promise<void> {
    const child = spawn(process.execPath, [join(root, 'dist/server/main.js')], {
      cwd: root,
      env: {
        ...process.env,
        ...this.#env,
        PORT: String(this.port),
        TELEBAR_SIP_PORT: String(this.sipPort),
        TELEBAR_DATA: this.#folder,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.log += chunk.toString();
      });
    }
    if (healthy) await this.healthy();
  }

  /** Resolves when calls can be taken (again); rejects with the log when the server ends before. */
  async healthy(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const code = this.#process?.exitCode ?? null;
      if (code !== null) throw new Error(`the server ended with ${code}\n${this.log}`);
      const healthy = await fetch(`${this.origin}/healthz`).then(
        (response) => response.ok,
        () => false,
      );
      if (healthy) return;
      if (Date.now() > deadline) throw new Error(`the server does not become healthy\n${this.log}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Ends it in order (SIGTERM) or by force; resolves with the exit code. */
  async halt(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
    return child.exitCode;
  }

  async stop(): Promise<void> {
    CallCentre.#running.delete(this);
    await this.halt();
    await this.asterisk?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Processes that the server has started: the media child. */
  async children(): Promise<number[]> {
    const text = await readFile(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8');
    return text
      .split(' ')
      .filter((part) => part !== '')
      .map(Number);
  }

  /**
   * Brings agents back to signed out, whatever they are doing: an agent who closes the page stays signed in, as in life.
   * To be called while their pages are open, so that their calls end like calls do.
   */
  async sendHome(...usernames: string[]): Promise<void> {
    await Promise.all(
      usernames.map(async (username) => {
        let agent = await this.login(username);
        // An agent's oldest session ends when pages have opened too many.
        if ((await agent.send('GET', '/sessions/current')).status === 401) {
          this.#clients.delete(username);
          agent = await this.login(username);
        }
        const { agent: me, calls } = await agent.get<DeskSnapshot>('/desk');
        for (const { id, phase } of calls) {
          if (phase !== 'ended')
            await agent.send('POST', `/calls/${id}/${phase === 'offered' ? 'reject' : 'hangup'}`);
        }
        await agent.send('POST', '/agent/end-acw');
        await agent.send('POST', '/agent/resume');
        // Whoever signs in without a word about the device gets the one of last time.
        if (me.device.kind === 'phone') {
          const device = { kind: 'browser' };
          await agent.send('POST', '/agent/sign-in', { device, ignore: ['device-not-connected'] });
        }
        await agent.send('POST', '/agent/sign-out', {});
      }),
    );
  }

  /** Logs in over REST, as a second client of the agent would. */
  async login(username: string, password = 'telebar-demo'): Promise<RestClient> {
    const known = this.#clients.get(username);
    if (known !== undefined) return known;
    const response = await fetch(`${this.origin}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.origin },
      body: JSON.stringify({ team: 'demo', username, password }),
    });
    if (!response.ok) throw new Error(`login of ${username}: ${response.status} ${await response.text()}`);
    const { token } = (await response.json()) as { token: string };
    const client = new RestClient(`${this.origin}/api/v1`, token, this.origin);
    this.#clients.set(username, client);
    return client;
  }
}

export class RestClient {
  readonly #base: string;
  readonly #headers: Record<string, string>;

  constructor(base: string, token: string, origin: string) {
    this.#base = base;
    this.#headers = { authorization: `Bearer ${token}`, origin, 'content-type': 'application/json' };
  }

  /** @param version of what is changed, as it was read */
  async send(
    method: string,
    path: string,
    body?: unknown,
    version?: number,
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(this.#base + path, {
      method,
      headers: { ...this.#headers, ...(version === undefined ? {} : { 'if-match': `"${version}"` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  }

  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.send('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body as T;
  }
}
