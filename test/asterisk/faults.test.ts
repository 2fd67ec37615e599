import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LegId, RoomId } from '../../server/core/ids.ts';
import type { AsteriskConfig } from '../../server/switch/asterisk/asterisk-config.ts';
import type { AsteriskSwitch } from '../../server/switch/asterisk/asterisk-switch.ts';
import { EventLog } from '../contract/switch-events-log.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { clearAndStop, expectEmpty, switchOn, UniqueIds } from '../support/asterisk/switch-on-node.ts';
import { TcpProxy } from '../support/asterisk/tcp-proxy.ts';
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
