import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed, type Desk } from '../support/app-bed.ts';
import { HOTLINE, SALES, group } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const HOUR = 3_600_000;

/** What the page sent meanwhile is read after whatever has happened first. */
async function ringing(): Promise<{ bed: AppBed; desk: Desk; id: CallId }> {
  const sales = group(SALES, { ringMs: 15_000, acwMode: 'after-answer', acwLimitMs: 30_000 });
  const bed = await AppBed.start({ groups: [sales] });
  const desk = await bed.agent('1001');
  bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  return { bed, desk, id: asId<CallId>((await desk.call()).id) };
}

describe('after a stall of the server', () => {
  it.each([10_000, HOUR])('of %d ms a page that beats again is called before it has beaten', async (ms) => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.clock.advance(2_000);
    bed.clock.skip(ms);
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await desk.state()).toBe('ringing');
  });

  it('a page that is silent from then on is noticed in its own time', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    bed.clock.skip(60_000);
    desk.freeze();
    await bed.clock.advance(20_000);
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await desk.state()).toBe('idle');
  });

  it('a call that rang rings for the rest of its time, and can be answered', async () => {
    const { bed, desk, id } = await ringing();
    const { ringEndsAt } = await desk.call();
    await bed.clock.advance(5_000);
    bed.clock.skip(30_000);
    await bed.clock.advance(4_000);
    expect(await desk.call()).toMatchObject({ id, phase: 'offered', ringEndsAt: (ringEndsAt ?? 0) + 30_000 });
    expect((await bed.centre.calls.answer(desk.who, id)).phase).toBe('talking');
  });

  it('the desk is told of the longer ring time', async () => {
    const { bed, desk } = await ringing();
    const { ringEndsAt } = await desk.call();
    desk.events.length = 0;
    bed.clock.skip(30_000);
    await bed.clock.advance(6_000);
    const told = desk.events.flatMap((event) => (event.type === 'changes' ? event.changes : []));
    expect(told).toContainEqual(
      expect.objectContaining({
        value: expect.objectContaining({ ringEndsAt: (ringEndsAt ?? 0) + 30_000 }) as unknown,
      }),
    );
  });

  it('a call whose agent was on the way back is not given up', async () => {
    const { bed, desk, id } = await ringing();
    await bed.centre.calls.answer(desk.who, id);
    const { call } = desk.phone;
    desk.close();
    call.vanish();
    await bed.clock.advance(2_000);
    expect((await desk.call()).phase).toBe('dialling');
    bed.clock.skip(60_000);
    await bed.clock.advance(2_000);
    desk.clientId = 'page-back';
    await desk.open();
    await bed.clock.advance(1_000);
    expect(await desk.call()).toMatchObject({ id, phase: 'talking' });
  });
});

describe('a clock that is set back', () => {
  it('keeps no offer ringing for an hour', async () => {
    const { bed, desk } = await ringing();
    bed.clock.skip(-HOUR);
    await bed.clock.advance(16_000);
    expect(await desk.state()).toBe('idle');
  });

  it('keeps no wrap-up for an hour', async () => {
    const { bed, desk, id } = await ringing();
    await bed.centre.calls.answer(desk.who, id);
    await bed.centre.calls.hangup(desk.who, id);
    await settle();
    expect(await desk.state()).toBe('acw');
    bed.clock.skip(-HOUR);
    await bed.clock.advance(60_000);
    expect(await desk.state()).toBe('idle');
  });
});
