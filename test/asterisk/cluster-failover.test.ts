import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import { ClusterBed, expectTalking, hears } from '../support/asterisk/cluster-bed.ts';
import { endpointSpec } from '../support/switch-bed.ts';

/** Two seconds until a node counts as gone, and what the machine needs. */
const GONE_MS = 6_000;

let bed: ClusterBed;

beforeEach(async () => {
  bed = await ClusterBed.open();
});
afterEach(() => bed.close());

describe('a node that dies', () => {
  it('loses its agents to the other node, where they are called again, and the customer waits with music', async () => {
    const { one, two } = bed.nodes;
    const filler = endpointSpec('filler', 'secret', { device: 'browser' });
    await bed.telephone.provision(filler);
    const spec = endpointSpec('agent', 'secret', { device: 'browser' });
    expect((await bed.telephone.provision(spec)).signallingUrl).toBe(two.webSocketUrl);
    const page = await bed.peer(two, {
      username: 'agent',
      password: 'secret',
      webSocketUrl: two.webSocketUrl,
    });
    expect((await page.register()).status).toBe(200);
    await bed.log.next('endpoint-online', ({ endpointId }) => endpointId === spec.endpointId);
    const customer = await bed.customer(one);
    const phone = await bed.phone(two);
    const agent = await bed.callPhone(phone);
    const room = await bed.room(customer, agent);
    await expectTalking(customer, agent);

    await two.kill();
    expect(await bed.log.next('leg-lost', undefined, GONE_MS)).toEqual({
      type: 'leg-lost',
      legId: agent.legId,
      cause: 'switch-failure',
    });
    await bed.telephone.music(customer.legId, true);
    const mine = ({ endpointId }: { endpointId: EndpointId }): boolean => endpointId === spec.endpointId;
    expect(await bed.log.next('endpoint-offline', mine, GONE_MS)).toMatchObject({ reason: 'lost' });
    await bed.log.next('endpoint-moved', mine, GONE_MS);
    expect(bed.log.count('endpoint-moved')).toBe(1);
    expect(bed.log.count('switch-down')).toBe(0);

    // The page fetches its place and registers there.
    expect((await bed.telephone.provision(spec)).signallingUrl).toBe(one.webSocketUrl);
    const again = await bed.peer(one, {
      username: 'agent',
      password: 'secret',
      webSocketUrl: one.webSocketUrl,
    });
    expect((await again.register()).status).toBe(200);
    await expect
      .poll(() => bed.log.count('endpoint-online', (event) => 'endpointId' in event && mine(event)))
      .toBe(2);

    // The desk phone comes to its second registrar.
    const moved = await bed.peer(one, {
      username: phone.peer.options.username ?? '',
      password: 'secret',
      incoming: 'answer',
    });
    expect((await moved.register()).status).toBe(200);
    const ours = (event: { type: string }): boolean =>
      'endpointId' in event && event.endpointId === phone.endpointId;
    await expect.poll(() => bed.log.count('endpoint-online', ours)).toBe(2);
    const back = await bed.callPhone({ endpointId: phone.endpointId, peer: moved });
    await bed.telephone.place(back.legId, room, { kind: 'all' });
    await bed.telephone.music(customer.legId, false);
    await expectTalking(customer, back);
    expect(await bed.links(one)).toBe(0);
  });

  it('takes the home of a room with it, and the room goes on where its other legs are', async () => {
    const { one, two } = bed.nodes;
    const agent = await bed.callPhone(await bed.phone(two));
    const customer = await bed.customer(one);
    const colleague = await bed.callPhone(await bed.phone(one));
    const room = await bed.room(agent, customer, colleague);
    await expectTalking(agent, customer, colleague);
    await two.kill();
    await bed.log.next('leg-lost', undefined, GONE_MS);
    await expect
      .poll(
        async () =>
          (await one.ari<{ id: string; channels: string[] }[]>('GET', '/bridges')).find(
            ({ id }) => id === room,
          )?.channels.length,
      )
      .toBe(2);
    await expectTalking(customer, colleague);
    expect(bed.log.count('leg-lost')).toBe(1);
    expect(await bed.telephone.rooms()).toEqual([room]);
  });

  it('takes part again when it is back, and has none of those who left', async () => {
    const { one, two } = bed.nodes;
    const specs = ['left', 'right'].map((name) => endpointSpec(name, 'secret', { device: 'browser' }));
    for (const spec of specs) await bed.telephone.provision(spec);
    await two.kill();
    const [, right] = specs;
    await bed.log.next('endpoint-moved', ({ endpointId }) => endpointId === right?.endpointId, GONE_MS);
    if (right) expect((await bed.telephone.provision(right)).signallingUrl).toBe(one.webSocketUrl);
    await two.launch();
    const fresh = async (): Promise<string | null> => {
      const spec = endpointSpec(bed.ids.next<string>('web'), 'secret', { device: 'browser' });
      return (await bed.telephone.provision(spec)).signallingUrl;
    };
    await expect.poll(fresh, { timeout: GONE_MS }).toBe(two.webSocketUrl);
    if (right) expect((await bed.telephone.provision(right)).signallingUrl).toBe(one.webSocketUrl);
    const stale = await bed.peer(two, {
      username: 'right',
      password: 'secret',
      webSocketUrl: two.webSocketUrl,
    });
    expect((await stale.register()).status).not.toBe(200);
  });
});

describe('a node that comes after the server', () => {
  it('a moment later has its calls in the hands of the server as if it had been there', async () => {
    const { one, two } = bed.nodes;
    const customer = await bed.customer(one);
    const agent = await bed.callPhone(await bed.phone(two));
    const room = await bed.room(customer, agent);
    await bed.telephone.stop();
    const wire = await bed.wire();
    wire.cut();
    const starting = bed.startSwitch(`http://127.0.0.1:${wire.port}`);
    await expect.poll(() => bed.book.lines.some((line) => line.includes('cannot be reached'))).toBe(true);
    await wire.mend();
    await starting;
    expect((await bed.telephone.legs()).map(({ roomId }) => roomId)).toEqual([room, room]);
    await expectTalking(customer, agent);
    await bed.telephone.place(agent.legId, room, { kind: 'listen' });
    agent.call.rtp.say(1500);
    expect(await hears(customer, [1500])).toEqual([]);
  });

  it('much later has its calls looked at again, with those who wait there', async () => {
    const { one } = bed.nodes;
    const customer = await bed.customer(one);
    const room = await bed.room(customer);
    const waiting = await (await bed.peer(one)).call('400100', { from: '<sip:13800138001@127.0.0.1>' });
    await expect.poll(() => bed.log.count('leg-offered')).toBe(2);
    await bed.telephone.stop();
    const wire = await bed.wire();
    wire.cut();
    await bed.startSwitch(`http://127.0.0.1:${wire.port}`);
    expect(bed.telephone.up).toBe(true);
    expect(await bed.telephone.legs()).toEqual([]);
    await wire.mend();
    await bed.log.next('switch-up');
    expect(bed.log.count('switch-down')).toBe(0);
    expect(await bed.telephone.rooms()).toEqual([room]);
    const legs = await bed.telephone.legs();
    expect(legs).toHaveLength(2);
    expect(legs).toContainEqual(expect.objectContaining({ legId: customer.legId, roomId: room }));
    expect(legs.find(({ state }) => state === 'offered')?.offer).toMatchObject({ dialled: '400100' });
    waiting.cancel();
  });
});

describe('a cluster without a node', () => {
  it('is down until the first is back', async () => {
    const { one, two } = bed.nodes;
    const customer = await bed.customer(one);
    await two.kill();
    await expect
      .poll(() => bed.book.lines.some((line) => line.includes('a node has gone')), { timeout: GONE_MS })
      .toBe(true);
    expect(bed.telephone.up).toBe(true);
    expect(await hears(customer, [600])).toEqual([]);
    await one.kill();
    await bed.log.next('switch-down');
    await bed.log.next('leg-lost', ({ legId }) => legId === customer.legId, GONE_MS);
    await expect(bed.telephone.openRoom(bed.ids.next('room'))).rejects.toMatchObject({ code: 'switch-down' });
    await two.launch();
    await bed.log.next('switch-up', undefined, GONE_MS);
    const later = await bed.customer(two);
    expect((await bed.telephone.legs()).map(({ legId }) => legId)).toEqual([later.legId]);
  });
});
