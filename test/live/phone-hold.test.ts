import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import type { FakeCall } from '../support/fake-far-end.ts';
import { AppBed, Desk, refusal } from '../support/app-bed.ts';
import { DESK_PHONE, HOTLINE } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

interface Talk {
  bed: AppBed;
  desk: Desk;
  caller: FakeCall;
  id: CallId;
}

/** A customer talks to an agent at a desk phone. */
async function talk(): Promise<Talk> {
  const bed = await AppBed.start();
  const phone = bed.telephone.phone(DESK_PHONE);
  phone.register();
  await settle();
  const desk = new Desk(bed, '1001');
  desk.phone = phone;
  const device = { kind: 'phone', endpointId: DESK_PHONE } as const;
  await bed.centre.agents.signIn(desk.who, { device }, '127.0.0.1');
  const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  phone.call.answer();
  await settle();
  phone.call.send(800);
  return { bed, desk, caller, id: asId<CallId>((await desk.call()).id) };
}

describe('a desk phone that holds by itself', () => {
  it('gives the customer music and shows the hold on the desk, until the phone takes the call back', async () => {
    const { bed, desk, caller } = await talk();
    desk.phone.call.hold();
    await settle();
    const held = await desk.call();
    expect(held.phase).toBe('held');
    expect(held.parties.map((party) => party.state)).toEqual(['held', 'held']);
    expect(await desk.state()).toBe('holding');
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [], music: true });

    desk.phone.call.resume();
    await settle();
    expect((await desk.call()).phase).toBe('talking');
    expect(await desk.state()).toBe('talking');
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [800], music: false });
  });

  it('is not taken back at the bar, which says so, and is when the bar had held it as well', async () => {
    const { bed, desk, caller, id } = await talk();
    await bed.centre.calls.hold(desk.who, id);
    desk.phone.call.hold();
    await settle();
    expect(await refusal(bed.centre.calls.resume(desk.who, id))).toBe('held-at-phone');
    desk.phone.call.resume();
    await settle();
    expect((await desk.call()).phase).toBe('talking');
    expect(bed.telephone.heard(caller.legId)).toEqual({ frequencies: [800], music: false });
  });

  it('keeps its hold in the journal of the call', async () => {
    const { bed, desk } = await talk();
    desk.phone.call.hold();
    await settle();
    desk.phone.call.resume();
    await settle();
    const journal = JSON.stringify(bed.store.tables.journal);
    for (const event of ['leg-held', 'call-held', 'leg-resumed', 'call-resumed']) {
      expect(journal).toContain(`"${event}"`);
    }
  });
});

describe('a customer who holds', () => {
  it('is shown as on hold, in a talk that goes on', async () => {
    const { desk, caller } = await talk();
    caller.hold();
    await settle();
    const call = await desk.call();
    expect(call.phase).toBe('talking');
    expect(call.parties.map(({ role, state }) => [role, state])).toEqual([
      ['customer', 'held'],
      ['agent', 'talking'],
    ]);
  });
});
