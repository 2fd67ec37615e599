import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RoomId } from '../../server/core/kernel/ids.ts';
import { ClusterBed, expectTalking, hears, type Talker } from '../support/asterisk/cluster-bed.ts';
import { LINE_ADDRESS, LINE_PASSWORD } from '../support/asterisk/cluster-nodes.ts';
import type { AsteriskNode } from '../support/asterisk/node.ts';
import { endpointSpec } from '../support/switch-bed.ts';

let bed: ClusterBed;

beforeEach(async () => {
  bed = await ClusterBed.open();
});
afterEach(() => bed.close());

async function acrossNodes(): Promise<{ customer: Talker; agent: Talker; room: RoomId }> {
  const { one, two } = bed.nodes;
  const customer = await bed.customer(one);
  const agent = await bed.callPhone(await bed.phone(two));
  return { customer, agent, room: await bed.room(customer, agent) };
}

describe('endpoints of a cluster', () => {
  it('are spread over the nodes, and stay where they are', async () => {
    const specs = ['a', 'b', 'c', 'd'].map((name) => endpointSpec(name, 'secret', { device: 'browser' }));
    const places: Array<string | null> = [];
    for (const spec of specs) places.push((await bed.telephone.provision(spec)).signallingUrl);
    const { one, two } = bed.nodes;
    expect(places).toEqual([one.webSocketUrl, two.webSocketUrl, one.webSocketUrl, two.webSocketUrl]);
    const again = await Promise.all(
      specs.map((spec) => bed.telephone.provision({ ...spec, ha1: 'f'.repeat(32) })),
    );
    expect(again.map(({ signallingUrl }) => signallingUrl)).toEqual(places);
  });

  it('are where they have registered when a new server is told of them again', async () => {
    const { two } = bed.nodes;
    for (const name of ['first', 'second']) {
      await bed.telephone.provision(endpointSpec(name, 'secret', { device: 'browser' }));
    }
    const webSocketUrl = two.webSocketUrl;
    const page = await bed.peer(two, { username: 'second', password: 'secret', webSocketUrl });
    expect((await page.register()).status).toBe(200);
    await bed.log.next('endpoint-online');
    await bed.telephone.stop();
    await bed.startSwitch();
    const spec = endpointSpec('second', 'secret', { device: 'browser' });
    expect((await bed.telephone.provision(spec)).signallingUrl).toBe(webSocketUrl);
    await expect.poll(async () => (await bed.telephone.endpoints())[0]?.online).toBe(true);
  });

  it('are called on the node where they have registered, a desk phone wherever it likes', async () => {
    const { one, two } = bed.nodes;
    const phone = await bed.phone(two);
    await bed.callPhone(phone);
    expect(await two.ari<unknown[]>('GET', '/channels')).toHaveLength(1);
    expect(await one.ari<unknown[]>('GET', '/channels')).toEqual([]);
  });
});

describe('a call out', () => {
  it('leaves from the node of the agent, and from another one when that has no line', async () => {
    const { one, two } = bed.nodes;
    const carrier = await bed.peer(one, { incoming: 'answer' });
    for (const node of bed.nodes.all) await node.connectCarrier('127.0.0.1', carrier.localPort);
    const agent = await bed.callPhone(await bed.phone(two));
    const first = await bed.callOut(agent.legId);
    const via = async (): Promise<boolean[]> => {
      const names = (node: AsteriskNode) => node.ari<{ name: string }[]>('GET', '/channels');
      const listed = await Promise.all([names(one), names(two)]);
      return listed.map((channels) => channels.some(({ name }) => name.startsWith('PJSIP/trunk-')));
    };
    expect(await via()).toEqual([false, true]);
    await bed.telephone.hangup(first);
    await bed.log.next('leg-ended', ({ legId }) => legId === first);
    await two.ari('DELETE', '/asterisk/config/dynamic/res_pjsip/aor/trunk');
    await bed.callOut(agent.legId);
    expect(await via()).toEqual([true, false]);
  });
});

describe('a call across nodes', () => {
  it('is joined by one link, which is gone with the call', async () => {
    const { customer, agent, room } = await acrossNodes();
    const { one, two } = bed.nodes;
    await expectTalking(customer, agent);
    expect([await bed.links(one), await bed.links(two)]).toEqual([1, 1]);
    const legs = await bed.telephone.legs();
    expect(legs.map(({ legId, roomId }) => [legId, roomId]).toSorted()).toEqual(
      [
        [customer.legId, room],
        [agent.legId, room],
      ].toSorted(),
    );
    customer.call.bye();
    await bed.log.next('leg-ended', ({ legId }) => legId === customer.legId);
    await bed.telephone.closeRoom(room);
    await expect.poll(async () => [await bed.links(one), await bed.links(two)]).toEqual([0, 0]);
    expect((await bed.telephone.legs()).map(({ legId }) => legId)).toEqual([agent.legId]);
  });

  it('needs no link where both are on one node, also when the other room is elsewhere', async () => {
    const { customer, agent } = await acrossNodes();
    const { one, two } = bed.nodes;
    const colleague = await bed.callPhone(await bed.phone(two));
    const consult = await bed.room(colleague);
    await bed.telephone.place(agent.legId, consult, { kind: 'all' });
    await expect.poll(async () => [await bed.links(one), await bed.links(two)]).toEqual([0, 0]);
    await expectTalking(colleague, agent);
    expect(await hears(customer, [600, 1500])).toEqual([]);
  });

  it('gets another link when the one it has breaks', async () => {
    const { customer, agent } = await acrossNodes();
    const { two } = bed.nodes;
    const channels = await two.ari<{ id: string; name: string }[]>('GET', '/channels');
    const near = channels.find(({ name }) => name.startsWith('PJSIP/telebar-node-'));
    await two.ari('DELETE', `/channels/${near?.id}`);
    await expect
      .poll(async () => {
        const now = await two.ari<{ id: string; name: string }[]>('GET', '/channels');
        return now.some(({ id, name }) => name.startsWith('PJSIP/telebar-node-') && id !== near?.id);
      })
      .toBe(true);
    await expectTalking(customer, agent);
    expect(bed.log.count('leg-lost')).toBe(0);
  });

  it('goes on while a new server takes it over, and is in its hands', async () => {
    const { customer, agent, room } = await acrossNodes();
    await bed.telephone.stop();
    await bed.startSwitch();
    await expectTalking(customer, agent);
    expect(await bed.telephone.rooms()).toEqual([room]);
    expect((await bed.telephone.legs()).map(({ roomId }) => roomId)).toEqual([room, room]);
    expect([await bed.links(bed.nodes.one), await bed.links(bed.nodes.two)]).toEqual([1, 1]);
    await bed.telephone.place(agent.legId, room, { kind: 'listen' });
    customer.call.rtp.say(600);
    agent.call.rtp.say(1500);
    expect([await hears(agent, [600]), await hears(customer, [1500])]).toEqual([[600], []]);
  });
});

describe('the line between nodes', () => {
  /** Someone who has got hold of the other node's address. */
  async function stranger(password: string): Promise<number> {
    const peer = await bed.peer(bed.nodes.one, {
      switchHost: LINE_ADDRESS.one,
      switchPort: bed.nodes.linePort,
      address: LINE_ADDRESS.two,
      username: 'telebar-nodes',
      password,
    });
    const call = await peer.call('0123456789abcdef0123456789abcdef');
    return (await peer.waiters.until('the refusal', () => call.final ?? undefined)).status;
  }

  it('takes nobody who does not know its password', async () => {
    await acrossNodes();
    expect(await stranger('guessed')).toBe(401);
  });

  it('takes no call that Telebar is not making itself', async () => {
    const { customer, agent } = await acrossNodes();
    const before = bed.log.count('leg-offered');
    expect(await stranger(LINE_PASSWORD)).toBeGreaterThanOrEqual(400);
    expect(bed.book.lines.join('\n')).toContain('was not expected');
    expect(bed.log.count('leg-offered')).toBe(before);
    expect(await bed.telephone.legs()).toHaveLength(2);
    await expectTalking(customer, agent);
  });
});
