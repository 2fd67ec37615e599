import { describe, expect, it } from 'vitest';
import { AppBed, Desk } from '../support/app-bed.ts';
import { DESK_PHONE, HOTLINE } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

describe('a page that freezes with its socket open', () => {
  it('is shown as not linked within seconds, to whoever looks, and has no call', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    expect((await desk.view()).device.online).toBe(true);
    desk.freeze();
    await bed.clock.advance(12_000);
    expect((await desk.view()).device.online).toBe(false);
    const told = desk.events.flatMap((event) => (event.type === 'changes' ? event.changes : []));
    expect(told.at(-1)).toMatchObject({ entity: 'agent', value: { device: { online: false } } });
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await desk.state()).toBe('idle');
  });

  it('is linked again with its first late heartbeat, and is rung then', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    desk.freeze();
    await bed.clock.advance(60_000);
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    bed.centre.desks.heartbeat(desk.who, desk.clientId, { registered: true, microphone: 'ready' });
    await settle();
    expect((await desk.view()).device.online).toBe(true);
    expect(await desk.state()).toBe('ringing');
  });

  it('is told once, and costs nothing while it stays silent', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    desk.freeze();
    await bed.clock.advance(12_000);
    const before = desk.events.length;
    await bed.clock.advance(600_000);
    expect(desk.events.length).toBe(before);
  });
});

describe('a desk phone that is dead without a goodbye', () => {
  it('is given up after four seconds: the next agent is rung, and the phone is shown as not linked', async () => {
    const bed = await AppBed.start();
    const phone = bed.telephone.phone(DESK_PHONE);
    phone.register();
    await settle();
    const dead = new Desk(bed, '1001');
    const device = { kind: 'phone', endpointId: DESK_PHONE } as const;
    await bed.centre.agents.signIn(dead.who, { device }, '127.0.0.1');
    const next = await bed.agent('1002');
    await bed.clock.advance(1_000);
    phone.dead = true;
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await dead.state()).toBe('ringing');
    await bed.clock.advance(3_900);
    expect(await next.state()).toBe('idle');
    await bed.clock.advance(100);
    expect(await next.state()).toBe('ringing');
    expect(await dead.state()).toBe('idle');
    expect((await dead.view()).device.online).toBe(false);
  });
});
