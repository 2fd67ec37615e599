import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LegId } from '../../server/core/kernel/ids.ts';
import { canRunAround } from '../support/asterisk/around.ts';
import { ClusterBed, expectTalking } from '../support/asterisk/cluster-bed.ts';
import { FRONT, nodeBehind, startFrontProxy } from '../support/asterisk/front-proxy.ts';
import type { Service } from '../support/asterisk/network-tools.ts';
import type { AsteriskNode } from '../support/asterisk/node.ts';
import { freePort } from '../support/ports.ts';
import type { PeerCall } from '../support/peer-call.ts';
import type { SipPeer, SipPeerOptions } from '../support/sip-peer.ts';
import { endpointSpec } from '../support/switch-bed.ts';

const runs = await canRunAround();

describe.skipIf(!runs)('two nodes behind Kamailio', () => {
  let bed: ClusterBed;
  let kamailio: Service;
  let carrier: SipPeer;
  let port: number;

  beforeEach(async () => {
    port = await freePort();
    bed = await ClusterBed.open({ one: nodeBehind(port), two: nodeBehind(port) });
    carrier = await outside(FRONT.carrier, { incoming: 'answer' });
    const { one, two } = bed.nodes;
    kamailio = await startFrontProxy(port, [one.sipPort, two.sipPort], carrier.localPort);
  });
  afterEach(async () => {
    try {
      await bed.close();
    } finally {
      // Its workers outlive a master that is killed.
      await kamailio.stop();
    }
  });

  /** Somebody who knows only the address of Kamailio. */
  function outside(address: string, options: Partial<SipPeerOptions> = {}): Promise<SipPeer> {
    return bed.peer(bed.nodes.one, { ...options, address, switchHost: FRONT.proxy, switchPort: port });
  }

  async function customer(): Promise<{ legId: LegId; call: PeerCall }> {
    const offers = bed.log.count('leg-offered');
    const call = await carrier.call('400100', { from: `<sip:13800138000@${FRONT.carrier}>` });
    await expect.poll(() => bed.log.count('leg-offered'), { timeout: 6_000 }).toBe(offers + 1);
    const offered = bed.log.events.findLast((event) => event.type === 'leg-offered');
    if (offered?.type !== 'leg-offered') throw new Error('nobody was offered');
    expect(offered).toMatchObject({ from: { kind: 'trunk', number: '13800138000' }, dialled: '400100' });
    await bed.telephone.answer(offered.legId);
    await call.waitForStatus(200);
    return { legId: offered.legId, call };
  }

  async function channels(node: AsteriskNode): Promise<number> {
    return (await node.ari<unknown[]>('GET', '/channels')).length;
  }

  it("take the carrier's calls in turn, and all of them when one is dead", async () => {
    const { one, two } = bed.nodes;
    const first = await customer();
    const second = await customer();
    expect([await channels(one), await channels(two)]).toEqual([1, 1]);
    const room = await bed.room(first, second);
    await expectTalking(first, second);
    await bed.telephone.closeRoom(room);
    first.call.bye();
    second.call.bye();
    await expect.poll(() => bed.log.count('leg-ended')).toBe(2);

    await two.kill();
    const third = await customer();
    const fourth = await customer();
    expect(await channels(one)).toBe(2);
    for (const { call } of [third, fourth]) call.bye();
    await expect.poll(() => channels(one)).toBe(0);
  });

  it('have the desk phones that register through it, and call them along that path', async () => {
    const spec = endpointSpec('desk', 'secret');
    await bed.telephone.provision(spec);
    const phone = await outside(FRONT.phone, { username: 'desk', password: 'secret', incoming: 'answer' });
    expect((await phone.register()).status).toBe(200);
    await bed.log.next('endpoint-online', ({ endpointId }) => endpointId === spec.endpointId);
    const agent = await bed.callPhone({ endpointId: spec.endpointId, peer: phone });
    expect(agent.call.invite?.headers.get('via')).toContain(FRONT.proxy);
    const caller = await customer();
    await bed.room(agent, caller);
    await expectTalking(agent, caller);
    await bed.telephone.hangup(agent.legId);
    await agent.call.waitForRequest('BYE');

    const dialled = await phone.call('*64');
    const { from } = await bed.log.next('leg-offered', (event) => event.dialled === '*64');
    expect(from).toEqual({ kind: 'endpoint', endpointId: spec.endpointId });
    dialled.cancel();
    caller.call.bye();
    await bed.log.next('leg-ended', ({ legId }) => legId === caller.legId);
  });

  it('reach the carrier through it', async () => {
    const legId = bed.ids.next<LegId>('leg');
    await bed.telephone.dial({
      legId,
      target: { kind: 'number', number: '13900139000' },
      callerId: { number: '400100' },
      ringMs: 5_000,
    });
    await bed.log.next('leg-answered', (event) => event.legId === legId);
    const call = await carrier.incoming();
    expect(call.invite?.headers.get('via')).toContain(FRONT.proxy);
    expect(call.invite?.headers.get('telebar-carrier')).toBeUndefined();
    await bed.telephone.hangup(legId);
    await call.waitForRequest('BYE');
  });

  it('take nobody for the carrier who is not, whatever he writes', async () => {
    const stranger = await outside(FRONT.phone, { username: 'stranger', password: 'guess' });
    const call = await stranger.call('400100', { headers: [['Telebar-Carrier', 'test-only-carrier-mark']] });
    expect((await call.waitForFinal()).status).toBe(401);
    expect(bed.log.count('leg-offered')).toBe(0);
  });
});
