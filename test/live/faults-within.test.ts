import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed } from '../support/app-bed.ts';
import { HOTLINE } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

/** From now on no id of this kind is given. */
function refuseIds(bed: AppBed, kind: string): () => void {
  const next = bed.ids.next.bind(bed.ids);
  bed.ids.next = (prefix) => {
    if (prefix === kind) throw new Error('a rule is broken');
    return next(prefix);
  };
  return () => (bed.ids.next = next);
}

describe('a listener that throws', () => {
  it('takes from nobody what was decided: the agent who has answered is joined', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const other = await bed.agent('1002');
    bed.centre.desks.topic(desk.who, 'desk').open(() => {
      throw new Error('a broken stream');
    });
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    await bed.centre.calls.answer(desk.who, asId<CallId>((await desk.call()).id));
    expect(caller.state).toBe('up');
    expect(await desk.state()).toBe('talking');
    // The other pages of the desk, and the other desks, have been told.
    expect(desk.events.some((event) => event.type === 'changes')).toBe(true);
    expect(other.events.some((event) => event.type === 'changes')).toBe(true);
    expect(bed.errors.map(({ message }) => message)).toContain('a listener failed');
  });
});

describe('a fact that throws', () => {
  it('ends its own call, and the others go on', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const other = await bed.agent('1002');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    await bed.centre.calls.answer(desk.who, asId<CallId>((await desk.call()).id));
    void bed.centre.calls.dial(other.who, { number: '13900000002' }).catch(() => undefined);
    await settle();
    const mend = refuseIds(bed, 'play');
    bed.telephone.trunk.call.ring();
    await settle();
    mend();
    expect((await other.call()).phase).toBe('ended');
    expect((await other.call()).cause).toBe('switch-failure');
    expect(await other.state()).toBe('idle');
    expect(caller.state).toBe('up');
    expect(await desk.state()).toBe('talking');
    expect(bed.errors.map(({ message }) => message)).toContain('a fact could not be taken in');
  });

  it('stops nobody else whose time is up as well', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await desk.state()).toBe('ringing');
    await bed.agent('1002');
    // When the ring time is over the next agent would be rung, which needs a leg.
    const mend = refuseIds(bed, 'leg');
    await bed.clock.advance(15_000);
    mend();
    await bed.clock.advance(1_000);
    expect(await desk.state()).toBe('idle');
    // Time goes on: the ended call leaves the desk.
    await bed.clock.advance(11_000);
    expect(await desk.calls()).toEqual([]);
  });
});

describe('a call that cannot be offered', () => {
  it('is ended, and stops neither the one who has become free for it nor the rest of the team', async () => {
    const bed = await AppBed.start();
    const talking = await bed.agent('1002');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const id = asId<CallId>((await talking.call()).id);
    await bed.centre.calls.answer(talking.who, id);
    const waiting = bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    expect(waiting.cause).toBeNull();
    const mend = refuseIds(bed, 'leg');
    // Signing in makes an agent free for the caller who waits.
    const free = await bed.agent('1001');
    expect(await free.state()).toBe('idle');
    await settle();
    expect(waiting.cause).toBe('switch-failure');
    expect((await bed.centre.calls.hold(talking.who, id)).phase).toBe('held');
    expect(bed.errors.map(({ message }) => message)).toContain('a call could not be offered');
    mend();
    const next = bed.telephone.trunk.callIn('13900000003', HOTLINE);
    await settle();
    expect(await free.state()).toBe('ringing');
    expect(next.cause).toBeNull();
    await bed.centre.stop();
  });
});
