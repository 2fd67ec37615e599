import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import { AppBed } from '../support/app-bed.ts';
import { HOTLINE } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const READY = { registered: true, microphone: 'ready' } as const;

function decisions({ centre }: AppBed): number {
  return [...centre.meters.decisions.counts.values()].reduce((sum, count) => sum + count, 0);
}

describe('a link that is as it was', () => {
  it('beats without a decision, however long', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const before = decisions(bed);
    await bed.clock.advance(600_000);
    expect(decisions(bed)).toBe(before);
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await desk.state()).toBe('ringing');
  });

  it('is measured without a decision, and its page sees the figure', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const before = decisions(bed);
    desk.events.length = 0;
    bed.telephone.emit({ type: 'endpoint-latency', endpointId: desk.phone.endpointId, latencyMs: 87 });
    expect((await desk.view()).device.latencyMs).toBe(87);
    expect(desk.events).toMatchObject([
      { type: 'changes', changes: [{ entity: 'agent', value: { device: { latencyMs: 87 } } }] },
    ]);
    expect(decisions(bed)).toBe(before);
    desk.phone.goOffline('lost');
    await settle();
    expect((await desk.view()).device.latencyMs).toBeNull();
  });
});

describe('a link that is different', () => {
  it('is a fact once, when its microphone goes and when it comes back', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const before = decisions(bed);
    for (const microphone of ['refused', 'refused', 'ready', 'ready'] as const) {
      bed.centre.desks.heartbeat(desk.who, desk.clientId, { registered: true, microphone });
      await settle();
    }
    expect(decisions(bed)).toBe(before + 2);
  });

  it('was heard of when it came, however long the mailbox is busy', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    desk.freeze();
    await bed.clock.advance(11_000);
    bed.centre.desks.heartbeat(desk.who, desk.clientId, READY);
    await bed.clock.advance(11_000);
    expect((await desk.view()).device.online).toBe(true);
    await bed.clock.advance(1_000);
    expect((await desk.view()).device.online).toBe(false);
  });

  it('gets no call in the decision that comes first after its silence, also when that is not a deadline', async () => {
    const bed = await AppBed.start();
    bed.clock.after(12_000, () => bed.telephone.trunk.callIn('13900000001', HOTLINE));
    const desk = await bed.agent('1001');
    desk.freeze();
    await bed.clock.advance(12_000);
    expect(await desk.state()).toBe('idle');
    expect(desk.phone.calls).toEqual([]);
  });

  it('after a takeover is listened for from then on', async () => {
    const before = await AppBed.outlived();
    const desk = await before.agent('1001');
    desk.freeze();
    await before.clock.advance(10_000);
    const bed = await before.successor();
    await bed.clock.advance(11_000);
    expect(bed.centre.gauges().teams).toBe(1);
    bed.centre.desks.heartbeat(desk.who, desk.clientId, READY);
    await settle();
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect((await bed.centre.desks.snapshot(desk.who)).agent.state).toBe('ringing');
    await bed.clock.advance(12_000);
    expect((await bed.centre.desks.snapshot(desk.who)).agent).toMatchObject({
      state: 'idle',
      device: { online: false, endpointId: asId<EndpointId>(desk.phone.endpointId) },
    });
  });
});
