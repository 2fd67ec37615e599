import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { DomainError } from '../../server/core/domain-error.ts';
import { asId, type AgentId, type SessionId, type TeamId } from '../../server/core/ids.ts';
import type { DeskFeedEvent, Desks, EndedSession, Identity, Sessions } from '../../server/app/services.ts';
import { ServerMessage } from '../../server/contract/realtime.ts';
import type { DeskSnapshot } from '../../server/contract/desk.ts';
import { RealtimeServer } from '../../server/realtime/realtime-server.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { silent } from './bed.ts';

const who: Identity = {
  teamId: asId<TeamId>('team_1'),
  agentId: asId<AgentId>('agent_1'),
  sessionId: asId<SessionId>('session_1'),
  role: 'agent',
  expiresAt: 0,
};

/** Desks that say what a test wants, and remember what they were told. */
class ScriptedDesks implements Desks {
  readonly told: string[] = [];
  readonly feeds = new Map<string, (event: DeskFeedEvent) => void>();
  /** Set: a snapshot waits for it. */
  holdSnapshot: Promise<void> | null = null;

  async snapshot(): Promise<DeskSnapshot> {
    await this.holdSnapshot;
    return snapshot;
  }
  subscribe(_who: Identity, clientId: string, listener: (event: DeskFeedEvent) => void): () => void {
    this.feeds.set(clientId, listener);
    return () => {
      this.told.push(`unsubscribed ${clientId}`);
      this.feeds.delete(clientId);
    };
  }
  heartbeat(_who: Identity, clientId: string, phone: object | null): void {
    this.told.push(`heartbeat ${clientId} ${JSON.stringify(phone)}`);
  }
  disconnected(_who: Identity, clientId: string): void {
    this.told.push(`disconnected ${clientId}`);
  }
  /** One change on the desk of the page. */
  change(id: string, clientId = 'page-1'): void {
    this.feeds.get(clientId)?.({ type: 'changes', changes: [{ entity: 'call-removed', id }] });
  }
}

const snapshot: DeskSnapshot = {
  serverTime: 1,
  team: {
    id: 'team_1',
    slug: 'one',
    name: 'One',
    locale: 'en',
    pauseReasons: [],
    wrapUpReasons: [],
    customerFields: [],
  },
  agent: {
    id: 'agent_1',
    number: '1001',
    username: '1001',
    name: 'Ada',
    role: 'agent',
    state: 'idle',
    since: 1,
    pause: null,
    locked: false,
    acw: null,
    wrapUp: null,
    next: null,
    device: {
      kind: 'browser',
      endpointId: null,
      name: '',
      online: false,
      address: null,
      userAgent: null,
      latencyMs: null,
    },
    groups: [],
  },
  calls: [],
};

/** A page's end of the socket. */
class Page {
  readonly messages: ServerMessage[] = [];
  readonly closed: Promise<number>;
  readonly socket: WebSocket;
  #arrived: () => void = () => undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on('message', (data: Buffer) => {
      this.messages.push(ServerMessage.parse(JSON.parse(data.toString('utf8'))));
      this.#arrived();
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
  }
  async open(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
  hello(overrides: Record<string, unknown> = {}): void {
    this.send({ type: 'hello', version: 1, token: 'good', clientId: 'page-1', ...overrides });
  }
  /** Waits until so many messages have come in all. */
  async until(count: number): Promise<ServerMessage[]> {
    while (this.messages.length < count) await new Promise<void>((resolve) => (this.#arrived = resolve));
    return this.messages;
  }
  get last(): ServerMessage | undefined {
    return this.messages.at(-1);
  }
}

let clock: ManualClock;
let desks: ScriptedDesks;
let realtime: RealtimeServer;
let http: Server;
let url: string;
let endSession: (ended: EndedSession) => unknown;
/** What authenticating rejects with, when set. */
let refusal: Error | null;
let pages: Page[];

beforeEach(async () => {
  clock = new ManualClock();
  desks = new ScriptedDesks();
  refusal = null;
  pages = [];
  const sessions = {
    async authenticate(token: string | null) {
      if (refusal !== null) throw refusal;
      if (token !== 'good') throw new DomainError('token-invalid', 'No such session.');
      return { ...who, expiresAt: clock.now() + 60 * 60 * 1000 };
    },
    isAllowedOrigin: async () => true,
    onEnded(listener: (ended: EndedSession) => unknown) {
      endSession = listener;
      return () => undefined;
    },
  } satisfies Partial<Sessions> as unknown as Sessions;
  realtime = new RealtimeServer({ services: { sessions, desks }, clock, logger: silent });
  http = createServer();
  // The path stands for the network that a socket comes from.
  http.on('upgrade', (request, socket, head) => {
    void realtime.handleUpgrade(request, socket, head, { origin: null, network: request.url ?? '' });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});

afterEach(async () => {
  for (const page of pages) page.socket.terminate();
  realtime.close();
  realtime.terminate();
  http.close();
  await once(http, 'close');
});

async function connect(network = ''): Promise<Page> {
  const page = await new Page(`${url}/${network}`).open();
  pages.push(page);
  return page;
}

async function greeted(overrides: Record<string, unknown> = {}): Promise<Page> {
  const page = await connect();
  page.hello(overrides);
  await page.until(1);
  return page;
}

const patches = (page: Page) =>
  page.messages.flatMap((message) =>
    message.type === 'patch'
      ? message.changes.map((change) => ('id' in change ? `${message.sequence}:${change.id}` : ''))
      : [],
  );

describe('a page that connects', () => {
  it('gets a snapshot and then every change, numbered without a gap', async () => {
    const page = await greeted();
    expect(page.messages[0]).toMatchObject({ type: 'snapshot', sequence: 0, state: snapshot });
    for (const id of ['a', 'b', 'c']) desks.change(id);
    await page.until(4);
    expect(patches(page)).toEqual(['1:a', '2:b', '3:c']);
  });

  it('loses nothing that changes while its snapshot is being made', async () => {
    let release: () => void = () => undefined;
    desks.holdSnapshot = new Promise((resolve) => (release = resolve));
    const page = await connect();
    page.hello();
    while (!desks.feeds.has('page-1')) await settle();
    desks.change('meanwhile');
    release();
    await page.until(2);
    expect(page.messages[0]).toMatchObject({ type: 'snapshot', sequence: 0 });
    expect(patches(page)).toEqual(['1:meanwhile']);
  });

  it('has its heart heard, and hears a pulse with what it sent', async () => {
    const page = await greeted();
    const phone = { registered: true, microphone: 'ready' };
    page.send({ type: 'heartbeat', sent: 1234.5, phone });
    await page.until(2);
    expect(page.last).toEqual({ type: 'pulse', version: 1, sent: 1234.5, time: clock.now() });
    expect(desks.told).toEqual([`heartbeat page-1 ${JSON.stringify(phone)}`]);
  });

  it('is asked to answer a leg', async () => {
    const page = await greeted();
    desks.feeds.get('page-1')?.({ type: 'answer-leg', legId: asId('leg_1') });
    await page.until(2);
    expect(page.last).toMatchObject({ type: 'answer-leg', legId: 'leg_1' });
  });
});

describe('a page whose phone has to register elsewhere', () => {
  it('is told at once', async () => {
    const page = await greeted();
    desks.feeds.get('page-1')?.({ type: 'phone-moved' });
    await page.until(2);
    expect(page.last).toMatchObject({ type: 'phone-moved' });
  });
});

describe('a page that is refused', () => {
  it.each([
    ['a token that is not good', { token: 'forged' }, 'token-invalid', 4401],
    ['another version', { version: 2 }, 'version-mismatch', 4426],
    ['no name', { clientId: '' }, 'invalid-request', 4400],
  ])('because of %s is told why before the socket closes', async (_, overrides, code, close) => {
    const page = await connect();
    page.hello(overrides);
    expect(await page.closed).toBe(close);
    expect(page.messages).toEqual([expect.objectContaining({ type: 'error', code })]);
  });

  it('says nothing for five seconds', async () => {
    const page = await connect();
    await settle();
    clock.advanceNow(5000);
    expect(await page.closed).toBe(4401);
    expect(page.last).toMatchObject({ type: 'error', code: 'token-missing' });
  });

  it.each(['{', '[]', '"hello"', '{"type":"nothing"}', '{"type":"hello","version":"1"}'])(
    'sends %s',
    async (text) => {
      const page = await connect();
      page.send(text);
      expect(await page.closed).toBe(4400);
    },
  );

  it('sends a heartbeat before its hello', async () => {
    const page = await connect();
    page.send({ type: 'heartbeat', sent: 1, phone: null });
    expect(await page.closed).toBe(4401);
  });

  it('sends bytes instead of text', async () => {
    const page = await connect();
    page.socket.send(Buffer.from('{"type":"hello"}'));
    expect(await page.closed).toBe(4400);
  });

  it('sends a message of more than 16 KiB', async () => {
    const page = await greeted();
    page.send({ type: 'hello', token: 'x'.repeat(17_000) });
    expect(await page.closed).toBe(1009);
  });

  it('floods the server', async () => {
    const page = await greeted();
    for (let n = 0; n < 60; n++) page.send({ type: 'heartbeat', sent: n, phone: null });
    expect(await page.closed).toBe(4429);
    expect(page.last).toMatchObject({ type: 'error', code: 'rate-limited' });
  });

  it('says hello twice', async () => {
    const page = await greeted();
    page.hello();
    expect(await page.closed).toBe(4400);
  });
});

describe('a page that comes back', () => {
  async function broken(): Promise<{ epoch: string }> {
    const page = await greeted();
    const [first] = page.messages;
    if (first?.type !== 'snapshot') throw new Error('no snapshot');
    desks.change('seen');
    await page.until(2);
    page.socket.terminate();
    while (!desks.told.includes('disconnected page-1')) await settle();
    return { epoch: first.epoch };
  }

  it('gets exactly what it missed', async () => {
    const { epoch } = await broken();
    desks.change('missed-1');
    desks.change('missed-2');
    const page = await greeted({ resume: { epoch, sequence: 1 } });
    desks.change('live');
    await page.until(4);
    expect(page.messages[0]).toMatchObject({ type: 'resumed', sequence: 1 });
    expect(patches(page)).toEqual(['2:missed-1', '3:missed-2', '4:live']);
  });

  it('gets a snapshot when it missed more than is kept', async () => {
    const { epoch } = await broken();
    for (let n = 0; n < 300; n++) desks.change(`missed-${n}`);
    const page = await greeted({ resume: { epoch, sequence: 1 } });
    expect(page.messages[0]).toMatchObject({ type: 'snapshot', sequence: 301, epoch });
  });

  it.each([
    ['of another epoch', { epoch: 'another', sequence: 1 }],
    ['that has not been yet', { sequence: 99 }],
  ])('gets a snapshot when it names a position %s', async (_, position) => {
    const { epoch } = await broken();
    const page = await greeted({ resume: { epoch, ...position } });
    expect(page.messages[0]?.type).toBe('snapshot');
  });

  it('gets a snapshot after a minute, when its stream has been forgotten', async () => {
    const { epoch } = await broken();
    clock.advanceNow(60_000);
    expect(desks.told).toContain('unsubscribed page-1');
    const page = await greeted({ resume: { epoch, sequence: 1 } });
    expect(page.messages[0]).toMatchObject({ type: 'snapshot', sequence: 0 });
  });

  it('takes the place of its own dead socket without being reported gone', async () => {
    const old = await greeted();
    const page = await greeted();
    await old.closed;
    desks.change('now');
    await page.until(2);
    expect(patches(page)).toEqual(['1:now']);
    expect(desks.told).toEqual([]);
  });

  it('is told once that its phone registers elsewhere, when that came while it was away', async () => {
    const { epoch } = await broken();
    desks.feeds.get('page-1')?.({ type: 'phone-moved' });
    const page = await greeted({ resume: { epoch, sequence: 1 } });
    await page.until(2);
    expect(page.last).toMatchObject({ type: 'phone-moved' });
    const again = await greeted({ resume: { epoch, sequence: 1 } });
    desks.change('now');
    await again.until(2);
    expect(again.messages.some(({ type }) => type === 'phone-moved')).toBe(false);
  });

  it('is asked to answer what began to ring while it was away, unless that is long ago', async () => {
    const { epoch } = await broken();
    desks.feeds.get('page-1')?.({ type: 'answer-leg', legId: asId('leg_1') });
    const page = await greeted({ resume: { epoch, sequence: 1 } });
    await page.until(2);
    expect(page.last).toMatchObject({ type: 'answer-leg', legId: 'leg_1' });
  });

  it('is told once that another page has taken over meanwhile', async () => {
    await broken();
    desks.feeds.get('page-1')?.({ type: 'taken-over' });
    const page = await connect();
    page.hello();
    expect(await page.closed).toBe(4409);
    const again = await greeted();
    expect(again.messages[0]?.type).toBe('snapshot');
  });
});

describe('a connection', () => {
  it('does not mix the pages of one session', async () => {
    const [one, two] = [await greeted(), await greeted({ clientId: 'page-2' })];
    desks.change('for-two', 'page-2');
    await two.until(2);
    desks.change('for-one', 'page-1');
    await one.until(2);
    expect([patches(one), patches(two)]).toEqual([['1:for-one'], ['1:for-two']]);
  });

  it('ends when another page takes over', async () => {
    const page = await greeted();
    desks.feeds.get('page-1')?.({ type: 'taken-over' });
    expect(await page.closed).toBe(4409);
    expect(page.last).toMatchObject({ type: 'error', code: 'taken-over' });
  });

  it('ends when the agent logs out', async () => {
    const page = await greeted();
    endSession(who);
    expect(await page.closed).toBe(4401);
    expect(desks.told).toEqual(['disconnected page-1', 'unsubscribed page-1']);
  });

  it('ends when the session expires', async () => {
    const page = await greeted();
    for (let minutes = 0; minutes < 60 * 4; minutes++) {
      // Alive all the time.
      page.send({ type: 'heartbeat', sent: minutes, phone: null });
      await page.until(Math.min(page.messages.length + 1, minutes + 2));
      if (page.last?.type === 'error') break;
      clock.advanceNow(15_000);
      await settle(1);
    }
    expect(await page.closed).toBe(4401);
    expect(page.last).toMatchObject({ type: 'error', code: 'token-expired' });
  });

  it('ends when the session turns out to have been ended elsewhere', async () => {
    const page = await greeted();
    page.send({ type: 'heartbeat', sent: 1, phone: null });
    await page.until(2);
    refusal = new DomainError('token-invalid', 'Ended on another server.');
    clock.advanceNow(15_000);
    page.send({ type: 'heartbeat', sent: 2, phone: null });
    await page.until(3);
    clock.advanceNow(15_000);
    expect(await page.closed).toBe(4401);
  });

  it('is given up when the page is silent', async () => {
    const page = await greeted();
    clock.advanceNow(20_000);
    expect(await page.closed).toBe(1006);
    while (desks.told.length === 0) await settle();
    expect(desks.told).toEqual(['disconnected page-1']);
  });

  it('says that the server stops', async () => {
    const page = await greeted();
    realtime.close();
    expect(await page.closed).toBe(1001);
    expect(page.last).toMatchObject({ type: 'error', code: 'shutting-down' });
    expect(desks.told).toContain('unsubscribed page-1');
  });

  it('shows a fault of the server as nothing but a fault', async () => {
    refusal = new Error('SELECT password FROM agent');
    const page = await connect();
    page.hello();
    expect(await page.closed).toBe(1011);
    expect(JSON.stringify(page.messages)).not.toContain('SELECT');
  });
});

describe('a page that does not keep up', () => {
  it('is dropped to a snapshot, and the server does not collect what it did not read', async () => {
    const page = await greeted();
    page.socket.pause();
    const large = Array.from({ length: 100 }, (_, n) => ({
      entity: 'call-removed' as const,
      id: `call_${n}`.padEnd(64, 'x'),
    }));
    for (let n = 0; n < 3000; n++) desks.feeds.get('page-1')?.({ type: 'changes', changes: large });
    page.socket.resume();
    while (page.messages.filter(({ type }) => type === 'snapshot').length < 2) {
      await page.until(page.messages.length + 1);
    }
    expect(page.messages.filter(({ type }) => type === 'patch').length).toBeLessThan(3000);
    expect(page.last).toMatchObject({ type: 'snapshot', sequence: 3000 });
    desks.change('after');
    await page.until(page.messages.length + 1);
    expect(patches(page).at(-1)).toBe('3001:after');
  });
});

describe('strangers', () => {
  const say = async (page: Page, clientId: string) => {
    page.hello({ clientId });
    await page.until(1);
    return page.messages[0]?.type;
  };

  it('who fill the places of their network with silence push out each other, and no agent', async () => {
    const agent = await greeted({ clientId: 'agent' });
    const silent = await Promise.all(Array.from({ length: 210 }, () => connect('flood')));
    expect(await Promise.all(silent.slice(0, 10).map((page) => page.closed))).toEqual(Array(10).fill(4429));
    expect(silent[0]?.last).toMatchObject({ type: 'error', code: 'rate-limited' });
    expect(await say(await connect('flood'), 'colleague')).toBe('snapshot');
    expect(await say(await connect('elsewhere'), 'page-2')).toBe('snapshot');
    desks.change('now', 'agent');
    await agent.until(2);
    expect(patches(agent)).toEqual(['1:now']);
  }, 30_000);

  it('who do not close when they are told goodbye are cut off', async () => {
    const page = await connect();
    page.socket.pause();
    await settle();
    clock.advanceNow(5000);
    await settle();
    clock.advanceNow(2000);
    while (realtime.connected > 0) await settle();
    page.socket.resume();
  });

  it('are cut off when they ping without end', async () => {
    const page = await connect();
    for (let n = 0; n < 60; n++) page.socket.ping();
    expect(await page.closed).toBe(4429);
  });

  it('get an answer to a ping', async () => {
    const page = await connect();
    page.socket.ping('there?');
    expect(String((await once(page.socket, 'pong'))[0])).toBe('there?');
  });

  it('who never end a message are cut off by its size or by their silence', async () => {
    const large = await greeted({ clientId: 'large' });
    for (let n = 0; n < 20; n++) large.socket.send('x'.repeat(1000), { fin: false });
    expect(await large.closed).toBe(1009);
    const slow = await greeted({ clientId: 'slow' });
    slow.socket.send('{', { fin: false });
    await settle();
    clock.advanceNow(15_000);
    slow.socket.send('', { fin: false });
    await settle();
    clock.advanceNow(5000);
    expect(await slow.closed).toBe(1006);
  });
});

describe('an agent with many pages', () => {
  it('keeps the 24 that came last; the one before them is told that others took its place', async () => {
    const first = await greeted({ clientId: 'page-0' });
    for (let n = 1; n < 24; n++) await greeted({ clientId: `page-${n}` });
    expect(first.last?.type).toBe('snapshot');
    await greeted({ clientId: 'page-24' });
    expect(await first.closed).toBe(4409);
    expect(first.last).toMatchObject({ type: 'error', code: 'taken-over' });
    while (realtime.connected > 24) await settle();
  });
});
