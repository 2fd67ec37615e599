import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../../server/core/kernel/domain-error.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { Identity } from '../../server/core/kernel/actor.ts';
import { MemoryAnswers } from '../../server/features/answers/memory-answers.ts';
import { StoredAnswers } from '../../server/features/answers/answers.ts';
import { createHttpApp } from '../../server/http/http-app.ts';
import { routesOf, type Doors } from '../../server/start/routes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { silent } from './bed.ts';
import { BODIES } from './route-bodies.ts';
import { describedRoutes } from './described-routes.ts';

/** Whatever is asked for is done, and the answer says how often that was. */
let effects = 0;
let before: () => Promise<void> = async () => undefined;
const doer = new Proxy(
  {},
  {
    get: (_, name) => async () => {
      if (name === 'hasEnded') return false;
      // They come before what the route is for.
      if (name === 'checkPassword' || name === 'checkCode') return undefined;
      await before();
      effects += 1;
      return { effects };
    },
  },
);

const clock = new ManualClock();
const answers = new StoredAnswers({ unitOfWork: new MemoryStore(), clock, ids: new SequenceIds() });
const who = { kind: 'agent', teamId: asId('team_1'), agentId: asId('agent_1') } as Identity;
const doors = {
  centre: { agents: doer, calls: doer, parties: doer, supervision: doer, desks: doer },
  // That others end follows from what a route is for; where it is that, it is asked of `openSessions`.
  sessions: new Proxy(doer, {
    get: (target, name) => (name === 'endAll' ? async () => undefined : Reflect.get(target, name)),
  }),
  openSessions: doer,
  first: doer,
  customers: doer,
  records: doer,
  audit: doer,
  facts: doer,
  contacts: doer,
  setUp: {
    ...{ team: doer, agents: doer, groups: doer, roles: doer },
    ...{
      phones: doer,
      numbers: doer,
      reasons: doer,
      fields: doer,
      links: doer,
      bindings: doer,
      embedding: doer,
    },
  },
  apiKeys: doer,
  webhooks: doer,
  people: doer,
  resets: doer,
  factors: doer,
  signOn: doer,
  setUpSignOn: doer,
  passkeys: doer,
  demo: doer,
  memory: new MemoryAnswers(clock),
} as unknown as Doors;

let server: Server;
let asked = who;
beforeAll(async () => {
  const app = createHttpApp({
    features: routesOf(doors),
    doorkeeper: {
      answers,
      authenticate: async () => asked,
      holds: () => true,
      isLocked: () => false,
      isAllowedOrigin: async () => true,
      elsewhere: async () => null,
    },
    demo: false,
    health: { reasons: async () => [], notes: () => [] },
    metrics: { token: null, read: () => [] },
    isReady: () => true,
    logger: silent,
    trustProxy: 0,
    publicFolder: '/nowhere',
    version: '0',
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());
beforeEach(() => {
  effects = 0;
  before = async () => undefined;
  asked = who;
});

async function ask(method: string, path: string, key: string, body: object | undefined) {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(
    `http://127.0.0.1:${port}/api/v1${path.replace(':number', '4001').replace(/:\w+/g, 'id_1')}`,
    {
      method: method.toUpperCase(),
      headers: { 'idempotency-key': key, 'content-type': 'application/json', 'if-match': '"1"' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
  );
  const { status, headers } = response;
  const replayed = headers.get('idempotency-replayed');
  return { status, text: await response.text(), replayed, retryAfter: headers.get('retry-after') };
}

const unsafe = describedRoutes.filter(({ method }) => method !== 'get');

describe.each(unsafe.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s',
  (name, route) => {
    const body = BODIES[name];
    const send = (key: string, content: object | undefined = body) =>
      ask(route.method, route.query === undefined ? route.path : `${route.path}?version=1`, key, content);

    const key = name.replaceAll(/[^a-z]/g, '-');

    it('is done once for one key, and answered alike', async () => {
      const first = await send(key);
      expect(first).toMatchObject({ status: route.status, replayed: null });
      // In quotes, as the draft wants it, it is the same.
      expect(await send(`"${key}"`)).toEqual({ ...first, replayed: 'true' });
      expect(effects).toBe(1);
      expect(await send(`${key}-2`)).toMatchObject({ status: route.status, replayed: null });
      expect(effects).toBe(2);
    });

    it('is refused for the key of another request', async () => {
      await send(`${key}-3`);
      const other = await send(`${key}-3`, { ...body, other: 'content' });
      expect(other.status).toBe(422);
      expect(JSON.parse(other.text)).toMatchObject({ code: 'key-reused', retryable: false });
      expect(effects).toBe(1);
    });

    it('is refused while the first is at work', async () => {
      let finish: () => void = () => undefined;
      const begun = new Promise<void>((started) => {
        before = () => {
          started();
          return new Promise((resolve) => (finish = resolve));
        };
      });
      const first = send(`${key}-4`);
      await Promise.race([begun, first.then(({ text }) => expect.unreachable(text))]);
      const second = await send(`${key}-4`);
      expect(second).toMatchObject({ status: 409, retryAfter: '1' });
      expect(JSON.parse(second.text)).toMatchObject({ code: 'request-in-progress', retryable: true });
      finish();
      expect((await first).status).toBe(route.status);
      expect(await send(`${key}-4`)).toMatchObject({ status: route.status, replayed: 'true' });
      expect(effects).toBe(1);
    });

    it('may be asked for again when it was refused', async () => {
      before = async () => {
        throw new DomainError('unavailable', 'not now');
      };
      expect((await send(`${key}-5`)).status).toBe(503);
      before = async () => undefined;
      expect(await send(`${key}-5`)).toMatchObject({ status: route.status, replayed: null });
    });
  },
);

describe('a key', () => {
  const dial = (key: string) => ask('post', '/calls', key, BODIES['post /calls']);

  it('is one agent’s own', async () => {
    await dial('mine');
    asked = { ...who, agentId: asId('agent_2') };
    expect((await dial('mine')).replayed).toBeNull();
    expect(effects).toBe(2);
  });

  it('is good for a day', async () => {
    const card = () => ask('post', '/customers', 'daily', BODIES['post /customers']);
    await dial('daily');
    await card();
    clock.advanceNow(23 * 3_600_000);
    expect([(await dial('daily')).replayed, (await card()).replayed]).toEqual(['true', 'true']);
    clock.advanceNow(2 * 3_600_000);
    expect([(await dial('daily')).replayed, (await card()).replayed]).toEqual([null, null]);
  });

  it.each(['', 'two words', 'x'.repeat(129)])('that is none is refused: %j', async (key) => {
    expect((await dial(key)).status).toBe(400);
  });

  it('is documented wherever it is taken', async () => {
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/openapi.json`);
    const { paths } = (await answer.json()) as {
      paths: Record<string, Record<string, { parameters?: Array<{ name: string }>; responses: object }>>;
    };
    const operations = Object.values(paths).flatMap((methods) => Object.entries(methods));
    expect(operations.filter(([method]) => method === 'post').length).toBeGreaterThan(12);
    for (const [method, { parameters = [], responses }] of operations) {
      const takesKey = parameters.some(({ name }) => name === 'Idempotency-Key');
      expect(takesKey, method).toBe(method !== 'get');
      if (takesKey) expect(Object.keys(responses)).toEqual(expect.arrayContaining(['409', '422']));
    }
  });
});
