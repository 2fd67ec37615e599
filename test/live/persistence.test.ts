import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed, Desk, refusal } from '../support/app-bed.ts';
import { HOTLINE, LUNCH, SALES, TEAM, group } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

async function talk(bed: AppBed): Promise<{ desk: Desk; id: CallId }> {
  const desk = await bed.agent('1001');
  bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await desk.call()).id);
  await bed.centre.calls.answer(desk.who, id);
  return { desk, id };
}

describe('the journal', () => {
  it('has every event of a call in order, with what the switch was asked for', async () => {
    const bed = await AppBed.start();
    const { desk, id } = await talk(bed);
    await bed.centre.calls.hangup(desk.who, id);
    await settle();
    const rows = await bed.store.run((each) => each.journal.of(TEAM, id));
    expect(rows.map((row) => row.sequence)).toEqual(rows.map((_row, index) => index + 1));
    expect(rows.map((row) => row.type).filter((type) => type !== 'switch-asked')).toEqual([
      'call-created',
      'leg-added',
      'leg-added',
      'call-offered',
      'leg-came-up',
      'leg-rang',
      'leg-came-up',
      'joining',
      'call-connected',
      'call-ended',
      'leg-gone',
      'leg-gone',
    ]);
    expect(rows.filter((row) => row.type === 'switch-asked').length).toBeGreaterThan(2);
  });
});

describe('a store that fails', () => {
  it('makes a command fail without a trace', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.centre.agents.pause(desk.who, LUNCH);
    bed.store.failures = 1;
    expect(await refusal(bed.centre.agents.resume(desk.who))).toBe('unavailable');
    expect(await desk.state()).toBe('paused');
    await bed.centre.agents.resume(desk.who);
    await bed.agent('1002');
    const asked = bed.telephone.asked.length;
    bed.store.failures = 1;
    expect(await refusal(bed.centre.calls.dial(desk.who, { number: '1002' }))).toBe('unavailable');
    expect(bed.telephone.asked.slice(asked)).toEqual([]);
    expect(await desk.calls()).toEqual([]);
    expect(await desk.state()).toBe('idle');
  });

  it('refuses a new call rather than losing it', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    // Finding the route is one transaction, storing the call the next.
    bed.store.failures = 2;
    const one = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const two = bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    expect([one.cause, two.cause]).toEqual(['congestion', 'congestion']);
    expect(await desk.state()).toBe('idle');
    expect(bed.telephone.legsById.size).toBe(0);
  });

  it('does not keep a call alive that has ended: the telephone is cleaned up and the record follows', async () => {
    const bed = await AppBed.start();
    const { desk } = await talk(bed);
    bed.store.failures = 3;
    bed.telephone.legsById.get(desk.phone.call.legId)?.far.hangup();
    await settle();
    expect(bed.telephone.legsById.size).toBe(0);
    expect(await desk.state()).toBe('idle');
    expect(bed.store.tables.calls[0]?.call.endedAt).toBeNull();
    await bed.clock.advance(2_000);
    expect(bed.store.tables.calls[0]?.call).toMatchObject({ cause: 'normal' });
    expect(bed.store.tables.calls[0]?.legs.every((leg) => leg.endedAt !== null)).toBe(true);
    const sequences = bed.store.tables.journal.map((row) => `${row.subject}/${row.sequence}`);
    expect(new Set(sequences).size).toBe(sequences.length);
  });
});

describe('a restart of the server', () => {
  it('closes the records of calls that it has cut, and signs nobody out', async () => {
    const bed = await AppBed.start({
      groups: [group(SALES, { acwMode: 'after-answer', acwLimitMs: 20_000 })],
    });
    const { id } = await talk(bed);
    const paused = await bed.agent('1002');
    await bed.centre.agents.pause(paused.who, LUNCH);
    bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await bed.clock.advance(5_000);

    const after = await bed.restart();
    expect(bed.store.tables.calls).toHaveLength(2);
    for (const { call, legs } of bed.store.tables.calls) {
      expect(call).toMatchObject({ cause: 'server-restart', endedAt: bed.clock.now() });
      expect(legs.every((leg) => leg.endedAt !== null)).toBe(true);
    }
    expect(bed.store.tables.calls.find(({ call }) => call.id === id)?.call.talkMs).toBe(5_000);
    expect(await new Desk(after, '1002').view()).toMatchObject({ state: 'paused' });
    // The agent who talked has the call's after-call work.
    expect(await new Desk(after, '1001').state()).toBe('acw');
    await bed.clock.advance(20_000);
    expect(await new Desk(after, '1001').state()).toBe('idle');
    expect(after.telephone.legsById.size).toBe(0);
  });

  it('takes calls again when the pages are back', async () => {
    const bed = await AppBed.start();
    await talk(bed);
    const after = await bed.restart();
    const desk = new Desk(after, '1001', 'page-again');
    await desk.open();
    expect(await desk.state()).toBe('idle');
    after.telephone.trunk.callIn('13900000003', HOTLINE);
    await settle();
    expect(await desk.state()).toBe('ringing');
  });
});

describe('stopping', () => {
  it('ends every call, closes the records, and leaves no timer', async () => {
    const bed = await AppBed.start();
    const { desk } = await talk(bed);
    desk.freeze();
    bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    await bed.centre.stop();
    expect(bed.telephone.legsById.size).toBe(0);
    for (const { call, legs } of bed.store.tables.calls) {
      expect(call.cause).toBe('server-restart');
      expect(legs.every((leg) => leg.endedAt !== null)).toBe(true);
    }
    const late = bed.telephone.trunk.callIn('13900000003', HOTLINE);
    await bed.clock.advance(20_000);
    expect(late.state).not.toBe('up');
    expect(bed.clock.pending).toBe(0);
  });
});
