import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LegId, RoomId } from '../../server/core/ids.ts';
import type { AsteriskConfig } from '../../server/switch/asterisk/asterisk-config.ts';
import type { AsteriskSwitch } from '../../server/switch/asterisk/asterisk-switch.ts';
import { EventLog } from '../contract/switch-events-log.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { clearAndStop, expectEmpty, switchOn, UniqueIds } from '../support/asterisk/switch-on-node.ts';
import { TcpProxy } from '../support/asterisk/tcp-proxy.ts';
import { freeTcpPort } from '../support/call-centre.ts';
import { type PeerCall, SipPeer } from '../support/sip-peer.ts';
import { endpointSpec } from '../support/switch-bed.ts';

const ids = new UniqueIds();
let node: AsteriskNode;
const undo: Array<() => Promise<void> | void> = [];

beforeAll(async () => {
  node = await AsteriskNode.start();
});
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
  await expectEmpty(node);
});
afterAll(() => node.stop());

function make(more: Partial<AsteriskConfig> = {}): { telephone: AsteriskSwitch; log: EventLog } {
  const { telephone } = switchOn(node, ids, more);
  const log = new EventLog(telephone);
  undo.push(() => clearAndStop(telephone));
  return { telephone, log };
}

async function caller(telephone: AsteriskSwitch, log: EventLog): Promise<{ legId: LegId; call: PeerCall }> {
  const peer = await SipPeer.open({ switchPort: node.sipPort });
  undo.push(() => peer.close());
  const call = await peer.call('400100', { from: '<sip:13800138000@127.0.0.1>' });
  const { legId } = await log.next('leg-offered');
  await telephone.answer(legId);
  await call.waitForStatus(200);
  return { legId, call };
}

describe('an Asterisk that cannot be used', () => {
  it('refuses the password: the message names the variables', async () => {
    await expect(make({ password: 'wrong' }).telephone.start()).rejects.toThrow('TELEBAR_ASTERISK_PASSWORD');
  });

  it('is no Asterisk at all: the message asks for the address', async () => {
    const server = createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    undo.push(() => void server.close());
    const ariUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(make({ ariUrl }).telephone.start()).rejects.toThrow('TELEBAR_ASTERISK_URL');
  });

  it('is too old: the message says which is needed', async () => {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ system: { version: '18.9.0', entity_id: 'x' } }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    undo.push(() => void server.close());
    const ariUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(make({ ariUrl }).telephone.start()).rejects.toThrow('18.9.0');
  });

  it('lacks modules: the message names them', async () => {
    const poor = await AsteriskNode.start({ without: ['res_stasis_snoop', 'codec_resample'] });
    undo.push(() => poor.stop());
    await expect(make({ ariUrl: poor.ariUrl }).telephone.start()).rejects.toThrow(
      /codec_resample, .*res_stasis_snoop.*modules\.conf/,
    );
  });
});

describe('the link to Asterisk', () => {
  it('waits for an Asterisk that comes up later, and gives it the phones', async () => {
    const httpPort = await freeTcpPort();
    const { telephone, log } = make({ ariUrl: `http://127.0.0.1:${httpPort}` });
    await telephone.start();
    const spec = endpointSpec('late', 'secret');
    await telephone.provision(spec);
    await expect(
      telephone.dial({
        legId: ids.next<LegId>('leg'),
        target: { kind: 'number', number: '1' },
        callerId: { number: '1' },
        ringMs: 1_000,
      }),
    ).rejects.toMatchObject({ code: 'switch-down' });
    const late = await AsteriskNode.start({ httpPort });
    undo.push(() => late.stop());
    await log.next('switch-up', undefined, 8_000);
    const peer = await SipPeer.open({ switchPort: late.sipPort, username: 'late', password: 'secret' });
    undo.push(() => peer.close());
    expect((await peer.register()).status).toBe(200);
    await log.next('endpoint-online', (event) => event.endpointId === spec.endpointId);
  });

  it('is lost and back: the call goes on, and what ended meanwhile is told once', async () => {
    const proxy = await TcpProxy.to(node.httpPort);
    undo.push(() => proxy.close());
    const { telephone, log } = make({ ariUrl: `http://127.0.0.1:${proxy.port}` });
    await telephone.start();
    const one = await caller(telephone, log);
    const room = ids.next<RoomId>('room');
    await telephone.openRoom(room);
    await telephone.place(one.legId, room, { kind: 'all' });

    proxy.cut();
    await log.next('switch-down');
    await expect(telephone.music(one.legId, true)).rejects.toMatchObject({ code: 'switch-down' });
    expect(await telephone.legs()).toMatchObject([{ legId: one.legId, roomId: room, state: 'answered' }]);
    proxy.mend();
    await log.next('switch-up', undefined, 8_000);
    await telephone.music(one.legId, true);
    expect(log.count('leg-offered')).toBe(1);

    const downs = log.count('switch-down');
    proxy.cut();
    await expect.poll(() => log.count('switch-down')).toBeGreaterThan(downs);
    one.call.bye();
    await one.call.response('BYE', 3).catch(() => undefined);
    const ups = log.count('switch-up');
    proxy.mend();
    await expect.poll(() => log.count('switch-up'), { timeout: 8_000 }).toBe(ups + 1);
    expect(log.count('leg-lost') + log.count('leg-ended')).toBe(1);
    expect(await telephone.legs()).toEqual([]);
    await telephone.closeRoom(room);
  });

  it('a killed Asterisk ends its calls, tells so, and has its phones again when it is back', async () => {
    const own = await AsteriskNode.start();
    undo.push(() => own.stop());
    const { telephone, log } = make({ ariUrl: own.ariUrl });
    await telephone.start();
    const spec = endpointSpec('kept', 'secret');
    await telephone.provision(spec);
    const phone = await SipPeer.open({
      switchPort: own.sipPort,
      username: 'kept',
      password: 'secret',
      incoming: 'answer',
    });
    undo.push(() => phone.close());
    await phone.register();
    await log.next('endpoint-online');
    const legId = ids.next<LegId>('leg');
    await telephone.dial({
      legId,
      target: { kind: 'endpoint', endpointId: spec.endpointId },
      callerId: { number: '400100' },
      ringMs: 5_000,
    });
    await log.next('leg-answered');

    await own.kill();
    await log.next('switch-down');
    await own.launch();
    await log.next('switch-up', undefined, 10_000);
    expect(await log.next('leg-lost')).toMatchObject({ legId, cause: 'switch-failure' });
    expect(await telephone.legs()).toEqual([]);
    expect((await phone.register()).status).toBe(200);
    await expect.poll(async () => (await telephone.endpoints())[0]?.online, { timeout: 5_000 }).toBe(true);
    await expectEmpty(own);
  });
});

describe('a browser phone', () => {
  it('whose page is gone is noticed long before the silence of its voice would be', async () => {
    const { telephone, log } = make();
    await telephone.start();
    const spec = endpointSpec('page', 'secret', { device: 'browser' });
    await telephone.provision(spec);
    const page = await SipPeer.open({
      switchPort: node.sipPort,
      username: 'page',
      password: 'secret',
      webSocketUrl: node.webSocketUrl,
    });
    undo.push(() => page.close());
    expect((await page.register()).status).toBe(200);
    expect(await log.next('endpoint-online')).toMatchObject({
      endpointId: spec.endpointId,
      userAgent: 'scripted peer',
    });
    const legId = ids.next<LegId>('leg');
    await telephone.dial({
      legId,
      target: { kind: 'endpoint', endpointId: spec.endpointId },
      callerId: { number: '400100' },
      ringMs: 20_000,
    });
    await log.next('leg-ringing');
    await page.drop();
    expect(await log.next('endpoint-offline')).toMatchObject({ reason: 'lost' });
    expect(await log.next('leg-lost', undefined, 3_000)).toMatchObject({ legId, cause: 'signalling-lost' });
  });

  it('whose credential has expired is refused', async () => {
    const { telephone } = make();
    await telephone.start();
    await telephone.provision(endpointSpec('short', 'secret', { expiresAt: Date.now() + 300 }));
    const peer = await SipPeer.open({ switchPort: node.sipPort, username: 'short', password: 'secret' });
    undo.push(() => peer.close());
    expect((await peer.register()).status).toBe(200);
    await expect.poll(async () => (await peer.register()).status, { timeout: 3_000 }).toBe(401);
  });
});

/** Resolves when the channel says that its leg hears music: it is written after the answer to `music`. */
async function noted(legId: LegId): Promise<void> {
  const [channel] = await node.ari<{ id: string }[]>('GET', '/channels');
  await expect
    .poll(() =>
      node.ari<{ value: string }>('GET', `/channels/${channel?.id ?? legId}/variable?variable=TELEBAR_NOTE`),
    )
    .toMatchObject({ value: expect.stringContaining('"music":true') });
}

describe('a server that is started anew', () => {
  it.each(['stopped', 'killed'])(
    'after one that was %s has its calls in hand, and can go on with them',
    async (how) => {
      const before = switchOn(node, ids);
      const proxy = await TcpProxy.to(node.httpPort);
      undo.push(() => proxy.close());
      const first = switchOn(node, ids, { ariUrl: `http://127.0.0.1:${proxy.port}` });
      undo.push(() => first.telephone.stop());
      const firstLog = new EventLog(first.telephone);
      await first.telephone.start();
      const { legId, call } = await caller(first.telephone, firstLog);
      const room = ids.next<RoomId>('room');
      await first.telephone.openRoom(room);
      await first.telephone.place(legId, room, { kind: 'all' });
      await first.telephone.music(legId, true);
      await noted(legId);
      if (how === 'stopped') await first.telephone.stop();
      // As a killed process: nothing is said any more.
      else proxy.cut();

      const second = before.telephone;
      const log = new EventLog(second);
      undo.push(() => second.stop());
      await second.start();
      expect(await second.legs()).toEqual([{ legId, roomId: room, state: 'answered', endpointId: null }]);
      expect(await second.rooms()).toEqual([room]);
      await second.music(legId, false);
      await second.closeRoom(room);
      await second.hangup(legId);
      await log.next('leg-ended', (event) => event.legId === legId);
      await expect.poll(() => call.ended).toBe(true);
    },
  );
});
