import { describe, expect, it } from 'vitest';
import { AppBed } from '../support/app-bed.ts';
import { HOTLINE, SALES, group } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const PLAN = { groups: [group(SALES, { strategy: 'ring-all', acwMode: 'off', pauseAfterMissed: 1 })] };

describe('a call to a group that rings all', () => {
  it('rings at two phones, and who answers first has it; the other one stops, and has missed nothing', async () => {
    const bed = await AppBed.start(PLAN);
    const [anna, ben] = [await bed.agent('1001'), await bed.agent('1002')];
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect([await anna.state(), await ben.state()]).toEqual(['ringing', 'ringing']);
    const { id } = await ben.call();
    expect((await anna.call()).id).toBe(id);

    expect((await bed.centre.calls.answer(ben.who, id as never)).phase).toBe('talking');
    await settle();
    expect([await anna.state(), await ben.state()]).toEqual(['idle', 'talking']);
    expect(anna.phone.call.state).toBe('over');
    expect(await anna.call()).toMatchObject({ phase: 'ended', cause: 'answered-elsewhere' });
    ben.phone.call.send(800);
    caller.send(1200);
    expect(bed.telephone.heard(caller.legId).frequencies).toEqual([800]);
    expect(bed.telephone.heard(ben.phone.call.legId).frequencies).toEqual([1200]);

    // Free at once for the next caller.
    bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    expect(await anna.state()).toBe('ringing');
  });

  it('has one of two phones that answer in the same moment', async () => {
    const bed = await AppBed.start(PLAN);
    const [anna, ben] = [await bed.agent('1001'), await bed.agent('1002')];
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    anna.phone.call.answer();
    ben.phone.call.answer();
    await settle();
    expect([await anna.state(), await ben.state()].toSorted()).toEqual(['idle', 'talking']);
    expect([anna.phone.call.state, ben.phone.call.state].toSorted()).toEqual(['over', 'up']);
  });

  it('goes on over a restart of the server at those at whom it rings', async () => {
    const bed = await AppBed.outlived(PLAN);
    const [anna, ben] = [await bed.agent('1001'), await bed.agent('1002')];
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const next = await bed.successor();
    expect([anna.phone.call.state, ben.phone.call.state]).toEqual(['ringing-here', 'ringing-here']);
    anna.phone.call.answer();
    await settle();
    expect(ben.phone.call.state).toBe('over');
    anna.phone.call.send(800);
    expect(next.telephone.heard(caller.legId).frequencies).toEqual([800]);
  });
});
