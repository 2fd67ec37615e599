import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Places } from '../../server/core/kernel/waiting-room.ts';
import { networkOf } from '../../server/core/kernel/network-of.ts';
import { limitOpenBodies, patientServer, type RequestTimes } from '../../server/http/slow-clients.ts';
import { Bed } from './bed.ts';

let server: Server | null = null;
let port: number;
let sockets: Client[];

/** Answered when the test says so. */
let answers: Array<() => void>;

/** A client that writes what it likes, when it likes. */
class Client {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  text = '';
  constructor(to: number) {
    this.socket = connect(to, '127.0.0.1');
    this.socket.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
    sockets.push(this);
  }
  async open(): Promise<this> {
    await once(this.socket, 'connect');
    return this;
  }
  write(text: string): this {
    this.socket.write(text);
    return this;
  }
  /** Until this has come. */
  async until(text: string): Promise<void> {
    while (!this.text.includes(text)) await once(this.socket, 'data');
  }
}

beforeEach(() => {
  sockets = [];
  answers = [];
});
afterEach(async () => {
  for (const { socket } of sockets) socket.destroy();
  if (server === null) return;
  server.close();
  await once(server, 'close');
  server = null;
});

/** @param limits short times where a deadline is looked at, few connections where their number is */
async function start(limits: { times?: RequestTimes; silent?: Places } = {}): Promise<void> {
  const app = express();
  app.use((_request, response, next) => {
    response.locals['requestId'] = 'test';
    next();
  });
  app.use(limitOpenBodies({ perNetwork: 3, inAll: 5 }), express.json());
  app.post('/', (request, response) => void response.json(request.body));
  app.get('/', (_request, response) => void response.json({}));
  app.get('/later', (_request, response) => void answers.push(() => response.json({ late: true })));
  server = patientServer(app, { proxied: false, ...limits });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
}
const hasty = { headersMs: 200, requestMs: 400, checkMs: 20, refusalMs: 100 };

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n';

describe('a client that takes its time', () => {
  it('is cut off when it sends nothing at all', async () => {
    await start({ times: hasty });
    await new Client(port).closed;
  });

  it('is cut off when its fields do not end', async () => {
    await start({ times: hasty });
    const client = new Client(port).write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    await client.closed;
    expect(client.text).toContain('408');
  });

  it('is cut off when its body does not end', async () => {
    await start({ times: hasty });
    const client = new Client(port).write(`${POST}{"a":`);
    await client.closed;
    expect(client.text).not.toContain('200 OK');
  });

  it('takes only its own places for bodies: the first of them is refused in words, others are read', async () => {
    await start();
    const slow = [];
    for (let n = 0; n < 4; n++) slow.push(await new Client(port).write(`${POST}{"a":`).open());
    await slow[0]?.closed;
    expect(slow[0]?.text).toContain('429');
    expect(slow[0]?.text).toContain('At most 3 bodies of one address are read at once');
    const honest = new Client(port).write(`${POST}{"a":123}`);
    await honest.until('{"a":123}');
    expect(honest.text).toContain('200 OK');
  });

  it('loses its first connection when it holds more than 1,024 without a request', async () => {
    await start();
    const first = await new Client(port).open();
    const rest = await Promise.all(Array.from({ length: 1024 }, () => new Client(port).open()));
    await first.closed;
    expect(first.text).toBe('');
    const asking = rest.at(-1)?.write(GET);
    await asking?.until('200 OK');
  });
});

describe('a client that is refused another protocol', () => {
  it('is cut off when it does not even read the refusal', async () => {
    await start({ times: hasty });
    server?.once('upgrade', (_request, socket: Socket) => {
      socket.write(Buffer.alloc(64 * 1024 * 1024));
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n', () => socket.destroy());
    });
    const client = new Client(port);
    client.socket.pause();
    client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [, socket] = (await once(server!, 'upgrade')) as [unknown, Socket];
    await once(socket, 'close');
    expect(socket.writableFinished).toBe(false);
  });
});

describe('a client that sends its requests without waiting for the answers', () => {
  it('takes one place for itself, and has given it back when it has gone', async () => {
    await start({ silent: { perNetwork: 2, inAll: 4 } });
    const flood = new Client(port).write(GET.repeat(100));
    while (flood.text.split('200 OK').length <= 100) await once(flood.socket, 'data');
    flood.socket.end();
    await flood.closed;
    const honest = await new Client(port).write(GET).open();
    await honest.until('200 OK');
  });

  it('is not silent while one of its answers is still owed', async () => {
    await start({ silent: { perNetwork: 2, inAll: 4 } });
    const busy = new Client(port).write(GET + GET.replace('/', '/later'));
    await busy.until('200 OK');
    const silent = [];
    for (let n = 0; n < 3; n++) silent.push(await new Client(port).open());
    await silent[0]?.closed;
    await expect.poll(() => answers.length).toBe(1);
    answers[0]?.();
    await busy.until('"late":true');
  });
});

describe('the whole server', () => {
  it('refuses fields of more than 16 KiB and deep or wide bodies without failing', async () => {
    const bed = await Bed.start();
    const token = await bed.login();
    const customer = (body: string) => bed.send('POST', '/customers', { token, body });
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    const wide = `{${Array.from({ length: 5000 }, (_, n) => `"k${n}":1`).join(',')}}`;
    for (const body of [
      deep,
      `{"name":${deep},"numbers":[]}`,
      `{"name":"x","numbers":[],"fields":${wide}}`,
    ]) {
      expect((await customer(body)).status).toBe(400);
    }
    const port = Number(new URL(bed.url).port);
    for (const fields of [
      `X-Long: ${'x'.repeat(20_000)}`,
      Array.from({ length: 3000 }, (_, n) => `X-${n}: 1`).join('\r\n'),
    ]) {
      const client = new Client(port).write(`GET /healthz HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n\r\n`);
      await client.closed;
      expect(client.text).toContain('431');
    }
    await bed.stop();
  });
});

describe('whom an address stands for', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:3:4:5:6', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('%s is counted as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
