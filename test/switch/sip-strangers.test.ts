import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { clientAddress } from '../../server/http/client-address.ts';
import type { ParsedResponse } from '../../server/switch/embedded/sip/sip-message.ts';
import { FakeMediaEngine } from '../support/fake-media-engine.ts';
import type { SipPeer } from '../support/sip-peer.ts';
import { endpointSpec, SwitchBed } from '../support/switch-bed.ts';
import { requestText } from './sip-messages.ts';

let bed: SwitchBed;
const sockets: WebSocket[] = [];

/** Behind one reverse proxy, which tells addresses; the carrier is elsewhere. */
beforeEach(async () => {
  bed = await SwitchBed.open({
    engine: new FakeMediaEngine(),
    addressOf: (request) => clientAddress(request, 1),
    config: { trunk: { allowedAddresses: ['192.0.2.1'] } },
  });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await bed.close();
});

async function page(username: string, password: string, forwardedFor: string): Promise<SipPeer> {
  return bed.peer({ username, password, forwardedFor, webSocketUrl: bed.webSocketUrl });
}

async function stranger(forwardedFor: string): Promise<WebSocket> {
  const socket = new WebSocket(bed.webSocketUrl, 'sip', { headers: { 'X-Forwarded-For': forwardedFor } });
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return socket;
}

const invite = (index: number, body = ''): string =>
  requestText({ branch: `z9hG4bKflood${index}`, callId: `flood-${index}`, fromTag: `f${index}`, body });

describe('behind a reverse proxy', () => {
  it('each agent has an address of its own', async () => {
    await bed.sw.provision(endpointSpec('1001', 'pw', { device: 'browser' }));
    const peer = await page('1001', 'pw', '203.0.113.5');
    expect((await peer.register()).status).toBe(200);
    expect(await bed.events.next('endpoint-online')).toMatchObject({ address: '203.0.113.5' });
  });
});

describe('a stranger', () => {
  /** What an answer says, without what is random in it. */
  const said = ({ status, reason, headers }: ParsedResponse, name: string): unknown => ({
    status,
    reason,
    headers: [...headers]
      .filter(([field]) => !['Via', 'From', 'To', 'Call-ID', 'CSeq'].includes(field))
      .map(([field, value]) => `${field}: ${value.replace(/nonce="[^"]*"/, '').replaceAll(name, 'X')}`)
      // It counts down.
      .map((header) => header.replace(/^(Retry-After): \d+$/, '$1')),
  });

  it.each(['UDP', 'WS'] as const)('cannot tell on %s which users exist', async (protocol) => {
    const device = protocol === 'WS' ? 'browser' : 'phone';
    await bed.sw.provision(endpointSpec('known', 'right', { device, ha1Sha256: '0'.repeat(64) }));
    const answersFor = async (username: string): Promise<unknown[]> => {
      const options = protocol === 'WS' ? { webSocketUrl: bed.webSocketUrl } : {};
      const peer = await bed.peer({ username, password: 'wrong', ...options });
      const answers: unknown[] = [];
      for (let attempt = 0; attempt < 12; attempt++) answers.push(said(await peer.register(), username));
      for (const method of ['REGISTER', 'INVITE', 'OPTIONS']) {
        const from = `<sip:${username}@telebar>`;
        const callId = `${method}-${username}`;
        const branch = `z9hG4bK${method}${username}`;
        peer.sendRaw(requestText({ method, uri: `sip:${username}@telebar`, from, to: from, callId, branch }));
        const answer = await peer.waiters.until(method, () =>
          peer.responses.find((it) => it.callId === callId),
        );
        answers.push(said(answer, username));
      }
      const call = await peer.call('400100');
      answers.push(said(await call.waitForFinal(), username));
      return answers;
    };
    expect(await answersFor('known')).toEqual(await answersFor('other'));
  });

  it('who sends 21,500 INVITEs and acknowledges none keeps nobody else from registering and calling', async () => {
    const phone = await bed.phone('1001');
    await bed.sw.provision(endpointSpec('1002', 'pw', { device: 'browser' }));
    const flooder = await stranger('203.0.113.66');
    for (let index = 0; index < 21_500; index++) flooder.send(invite(index));
    const agent = await page('1002', 'pw', '203.0.113.5');
    expect((await agent.register()).status).toBe(200);
    // Also one at the very address of the flood.
    const neighbour = await page('1002', 'pw', '203.0.113.66');
    expect((await neighbour.register()).status).toBe(200);
    expect((await phone.register()).status).toBe(200);
    await phone.call('400100');
    expect(await bed.events.next('leg-offered')).toMatchObject({ dialled: '400100' });
  });

  it('who floods UDP from one address keeps nobody there from registering for the first time', async () => {
    const phone = await bed.phone('1001');
    await bed.sw.provision(endpointSpec('1003', 'pw'));
    const flooder = await bed.peer();
    const late = await bed.peer({ username: '1003', password: 'pw' });
    for (let index = 0; index < 10_000; index++) {
      flooder.sendRaw(invite(index));
      // The receive buffer of the kernel is not what is under test.
      if (index % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await late.register()).status).toBe(200);
    expect((await phone.register()).status).toBe(200);
    expect(flooder.responses.length).toBeLessThan(2_000);
  });

  it('who opens a thousand sockets and registers on none shuts out nobody of another address', async () => {
    await bed.sw.provision(endpointSpec('1001', 'pw', { device: 'browser' }));
    const early = await page('1001', 'pw', '203.0.113.5');
    const flood: WebSocket[] = [];
    for (let batch = 0; batch < 11; batch++) {
      flood.push(...(await Promise.all(Array.from({ length: 100 }, () => stranger('203.0.113.66')))));
    }
    const late = await page('1001', 'pw', '203.0.113.7');
    expect((await late.register()).status).toBe(200);
    expect((await early.register()).status).toBe(200);
    await expect
      .poll(() => flood.filter(({ readyState }) => readyState === WebSocket.OPEN).length)
      .toBeLessThan(1_000);
  });

  it('is cut off when one message comes in too many pieces', async () => {
    const socket = await stranger('203.0.113.66');
    const closed = once(socket, 'close');
    for (let piece = 0; piece < 100; piece++) socket.send('x', { fin: false });
    expect((await closed)[0]).toBe(1008);
  });

  it('whose upgrade is refused loses the socket, whether it closes its side or not', async () => {
    const { port, hostname } = new URL(bed.webSocketUrl);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    socket.on('error', () => undefined);
    const gone = new Promise((resolve) => socket.on('close', resolve));
    socket.write(
      'GET /sip HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: other\r\n\r\n',
    );
    let answer = '';
    socket.on('data', (data) => (answer += String(data)));
    await once(socket, 'end');
    expect(answer).toContain('400 Bad Request');
    // We go on writing as if nothing had been said; a socket that has been let go answers with a reset.
    const writing = setInterval(() => socket.write('x'), 20);
    await gone;
    clearInterval(writing);
  });
});
