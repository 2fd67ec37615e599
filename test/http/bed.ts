import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPublicPassword } from '../../server/features/sessions/password.ts';
import { readConfig } from '../../server/start/config/config.ts';
import { asId, type AgentId, type TeamId } from '../../server/core/kernel/ids.ts';
import { startServer, type RunningServer } from '../../server/start/compose.ts';
import { demoSecret } from '../../server/start/demo/demo-secret.ts';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { Secrets } from '../../server/store/secrets.ts';
import { tables, type Repositories } from '../../server/start/tables.ts';
import { openStore, type Store } from '../../server/store/store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { SequenceIds } from '../support/sequence-ids.ts';

export const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The secret that the second team shares with its host. */
export const OTHER_SECRET = 'secret-of-the-other-team-0123456789abcdef';
export const OTHER_ORIGIN = 'https://crm.other.example';

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** The part of the OpenAPI document that says what a route refuses. */
interface ApiDocument {
  paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
}

/** The whole server on a switch in memory and a clock of our own, on a free port, with the demo team and a second one. */
export class Bed {
  readonly clock: ManualClock;
  readonly switch: FakeSwitch;
  readonly folder: string;
  readonly #openStore: () => Promise<Store<Repositories>>;
  readonly #start: () => Promise<RunningServer>;
  #document: Promise<ApiDocument> | null = null;
  #server: RunningServer;

  private constructor(
    clock: ManualClock,
    telephony: FakeSwitch,
    folder: string,
    open: () => Promise<Store<Repositories>>,
    start: () => Promise<RunningServer>,
    server: RunningServer,
  ) {
    this.clock = clock;
    this.switch = telephony;
    this.folder = folder;
    this.#openStore = open;
    this.#start = start;
    this.#server = server;
  }

  static async start(environment: Record<string, string> = {}): Promise<Bed> {
    const folder = await mkdtemp(join(tmpdir(), 'telebar-http-'));
    await buildOutput(folder);
    const open = () => openBedStore(folder, environment['TELEBAR_SECRET']);
    const store = await open();
    await store.run(insertOtherTeam);
    await store.close();
    const clock = new ManualClock();
    const telephony = new FakeSwitch(clock, new SequenceIds());
    const config = readConfig({
      PORT: '0',
      TELEBAR_DEMO: '1',
      TELEBAR_DATA: join(folder, 'data'),
      ...environment,
    });
    const start = () => startServer(config, { logger: silent, root: folder, clock, switch: telephony });
    return new Bed(clock, telephony, folder, open, start, await start());
  }

  /** Stops the server and starts it on the same database, on another port. */
  async restart(): Promise<void> {
    await this.#server.stop();
    this.#server = await this.#start();
  }

  get url(): string {
    return this.#server.url;
  }

  /** The database, opened a second time: WAL lets both read, and the server is not writing meanwhile. */
  async inStore<T>(fn: (repositories: Repositories) => Promise<T>): Promise<T> {
    const store = await this.#openStore();
    try {
      return await store.run(fn);
    } finally {
      await store.close();
    }
  }

  /** The server alone; the database stays. */
  async stopServer(): Promise<void> {
    await this.#server.stop();
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async send(
    method: string,
    path: string,
    { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path.startsWith('/api') ? '' : '/api/v1'}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const undocumented = await this.#undocumented(method, path, response.status, parsed['code']);
    if (undocumented !== null) throw new Error(undocumented);
    return { status: response.status, headers: response.headers, body: parsed };
  }

  /** Every refusal that any test meets has to be in the API's own document. */
  async #undocumented(method: string, path: string, status: number, code: unknown): Promise<string | null> {
    if (typeof code !== 'string') return null;
    this.#document ??= fetch(`${this.url}/api/v1/openapi.json`).then(
      (answer) => answer.json() as Promise<ApiDocument>,
    );
    const plain = path.replace(/\?.*$/, '').replace(/^\/api\/v1/, '');
    const { paths } = await this.#document;
    // A path without parameters is the closer match: it comes first.
    const [template] = Object.keys(paths)
      .filter((each) => new RegExp(`^${each.replace(/\{\w+\}/g, '[^/]+')}$`).test(plain))
      .toSorted(
        (a, b) => a.length - a.replace(/[{}]/g, '').length - (b.length - b.replace(/[{}]/g, '').length),
      );
    const operation = template === undefined ? undefined : paths[template]?.[method.toLowerCase()];
    if (operation === undefined) return null;
    const documented = operation.responses[status]?.description.split(', ') ?? [];
    return documented.includes(code) ? null : `${method} ${template} does not document ${status} ${code}`;
  }

  /** Logs in with a password; returns the bearer token. */
  /** Logs in somebody whose role is one of the team's own. */
  async loginWith(rights: string[], token: string): Promise<string> {
    const role = await this.send('POST', '/set-up/roles', {
      token,
      body: { name: rights.join(' '), reach: 'team', rights },
    });
    const who = { number: '7900', username: 'own-role', name: 'O', password: 'telebar-demo' };
    await this.send('POST', '/set-up/agents', { token, body: { ...who, role: role.body['id'] } });
    return this.login(who.username);
  }

  async login(username = '1001', team = 'demo', password = 'telebar-demo'): Promise<string> {
    const answer = await this.send('POST', '/sessions', { body: { team, username, password } });
    if (answer.status !== 201) throw new Error(`login: ${answer.status} ${JSON.stringify(answer.body)}`);
    return String(answer.body.token);
  }
}

/** @param secret the one of a server for real use; without it the demo's own */
async function openBedStore(folder: string, secret: string | undefined): Promise<Store<Repositories>> {
  const dataFolder = join(folder, 'data');
  const secrets = new Secrets(secret ?? (await demoSecret(dataFolder)));
  return openStore(
    { dataFolder, databaseUrl: null, secrets, numbers: chineseNumbers, logger: silent },
    tables,
  );
}

const otherPasswordHash = hashPublicPassword('other-password');

const otherTeamId = asId<TeamId>('team_other');

async function insertOtherTeam({ teams, agents }: Repositories): Promise<void> {
  await teams.insert({
    id: otherTeamId,
    slug: 'other',
    name: 'Other',
    locale: 'en',
    timeZone: 'UTC',
    allowedOrigins: [OTHER_ORIGIN],
    embedSecret: OTHER_SECRET,
    callerIds: [],
  });
  const agent = {
    teamId: otherTeamId,
    name: 'Olga',
    role: 'leader' as const,
    passwordHash: await otherPasswordHash,
    pinHash: null,
  };
  await agents.insert({
    ...agent,
    id: asId<AgentId>('agent_other_1'),
    number: '1001',
    username: 'olga',
    active: true,
  });
  await agents.insert({
    ...agent,
    id: asId<AgentId>('agent_other_2'),
    number: '1002',
    username: 'former',
    active: false,
  });
}

/** What the build would have put there, as far as serving it is concerned. */
async function buildOutput(folder: string): Promise<void> {
  const output = join(folder, 'dist/public');
  await mkdir(join(output, 'assets'), { recursive: true });
  await mkdir(join(output, 'demo'), { recursive: true });
  await writeFile(join(output, 'telebar.js'), '/* loader */');
  await writeFile(join(output, 'NOTICE.txt'), 'licences');
  await writeFile(join(output, 'secret.txt'), 'not for anybody');
  await writeFile(join(output, 'assets/widget-abc.js'), '/* widget */');
  await writeFile(join(output, 'demo/index.html'), '<!doctype html><title>start</title>');
  await writeFile(join(output, 'demo/crm.html'), '<!doctype html><title>crm</title>');
}
