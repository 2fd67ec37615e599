import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed, Desk } from '../support/app-bed.ts';
import { HOTLINE } from '../support/builders.ts';
import type { FakeCall } from '../support/fake-far-end.ts';
import { settle } from '../support/manual-clock.ts';

interface Ringing {
  bed: AppBed;
  desk: Desk;
  caller: FakeCall;
  id: CallId;
}

async function ringing(): Promise<Ringing> {
  const bed = await AppBed.outlived();
  const desk = await bed.agent('1001');
  const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  return { bed, desk, caller, id: asId<CallId>((await desk.call()).id) };
}

/** The way to the switch is cut; its calls go on by themselves. */
async function cut({ telephone }: AppBed): Promise<void> {
  await telephone.stop();
  telephone.emit({ type: 'switch-down', reason: 'the link is lost' });
  await settle();
}

async function restored({ telephone }: AppBed): Promise<void> {
  await telephone.start();
  telephone.recover();
  await settle();
}

describe('a switch that cannot be asked for a while', () => {
  it('joins the call that was just being joined when it is back', async () => {
    const { bed, desk, caller, id } = await ringing();
    const open = bed.telephone.gate('place');
    const answered = bed.centre.calls.answer(desk.who, id).catch(() => undefined);
    await settle();
    await cut(bed);
    open();
    await settle();
    await bed.clock.advance(30_000);
    await answered;
    expect(caller.state).toBe('up');
    await restored(bed);
    expect(await desk.state()).toBe('talking');
    desk.phone.call.send(1500);
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [1500], music: false });
  });

  it('keeps the customer of an agent whose page is away, for the whole time from its return on', async () => {
    const { bed, desk, caller, id } = await ringing();
    await bed.centre.calls.answer(desk.who, id);
    const { call } = desk.phone;
    desk.close();
    call.vanish();
    await settle();
    await cut(bed);
    await bed.clock.advance(30_000);
    await restored(bed);
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    await bed.clock.advance(10_000);
    const again = new Desk(bed, '1001', 'page-reloaded');
    await again.open();
    expect(await again.state()).toBe('talking');
    expect(bed.telephone.heard(caller.legId).music).toBe(false);
  });

  it('keeps the customer of an agent whose page was reloaded meanwhile', async () => {
    const { bed, desk, caller, id } = await ringing();
    await bed.centre.calls.answer(desk.who, id);
    const { call } = desk.phone;
    await cut(bed);
    desk.close();
    // Told before the switch says that it is up.
    call.vanish();
    await settle();
    await bed.clock.advance(5_000);
    expect(caller.state).toBe('up');
    await restored(bed);
    expect(bed.telephone.heard(caller.legId).music).toBe(true);
    const again = new Desk(bed, '1001', 'page-reloaded');
    await again.open();
    expect(await again.state()).toBe('talking');
    expect(bed.telephone.heard(caller.legId).music).toBe(false);
  });

  it('ends the calls of a switch that has lost them all', async () => {
    const { bed, desk, caller, id } = await ringing();
    await bed.centre.calls.answer(desk.who, id);
    await cut(bed);
    desk.phone.call.vanish();
    caller.vanish();
    await settle();
    expect(await desk.call()).toMatchObject({ phase: 'ended', endedBy: 'system' });
    expect(await desk.state()).toBe('idle');
  });
});
