import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, PartyId } from '../../server/core/kernel/ids.ts';
import { AppBed, Desk, refusal } from '../support/app-bed.ts';
import { HOTLINE, LUNCH, TEAM } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

async function talk(bed: AppBed): Promise<{ desk: Desk; id: CallId }> {
  const desk = await bed.agent('1001');
  bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await desk.call()).id);
  await bed.centre.calls.answer(desk.who, id);
  return { desk, id };
}

/** What the journal has of a subject must be without gaps, whatever the store has been through. */
function hasNoGaps(bed: AppBed): boolean {
  const subjects = new Set(bed.store.tables.journal.map((row) => row.subject));
  return [...subjects].every((subject) => {
    const own = bed.store.tables.journal.filter((row) => row.subject === subject).map((row) => row.sequence);
    const sorted = own.toSorted((a, b) => a - b);
    return sorted.every((sequence, index) => sequence === index + 1);
  });
}

describe('a store that does not answer', () => {
  it('ends a call within half a second, and has its record when it answers again', async () => {
    const bed = await AppBed.start();
    const { desk, id } = await talk(bed);
    bed.store.stalled = true;
    const ending = bed.centre.calls.hangup(desk.who, id);
    await bed.clock.advance(500);
    expect((await ending).endedAt).not.toBeNull();
    expect(bed.telephone.legsById.size).toBe(0);
    expect(bed.store.tables.calls[0]?.call.endedAt).toBeNull();
    bed.store.stalled = false;
    await bed.clock.advance(7_000);
    expect(bed.store.tables.calls[0]?.call).toMatchObject({ cause: 'normal' });
    expect(hasNoGaps(bed)).toBe(true);
    desk.freeze();
    await bed.centre.stop();
    await bed.clock.advance(20_000);
    expect(bed.clock.pending).toBe(0);
  });

  it('is waited for once: what is asked for after that is done, or refused, at once', async () => {
    const bed = await AppBed.start();
    const { desk, id } = await talk(bed);
    bed.store.stalled = true;
    const holding = bed.centre.calls.hold(desk.who, id);
    await bed.clock.advance(500);
    expect((await holding).phase).toBe('held');
    // No time passes from here on.
    expect(await refusal(bed.centre.calls.resume(desk.who, id))).toBe('unavailable');
    expect(await refusal(bed.centre.calls.setData(desk.who, id, { order: '7' }))).toBe('unavailable');
    expect((await bed.centre.calls.mute(desk.who, id, true)).muted).toBe(true);
    expect(await refusal(bed.centre.calls.mute(desk.who, id, false))).toBe('unavailable');
    expect((await bed.centre.agents.lock(desk.who)).locked).toBe(true);
  });

  it.each(['pause', 'signOut', 'lock'] as const)('does not keep an agent from %s', async (command) => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    bed.store.stalled = true;
    const done =
      command === 'pause'
        ? bed.centre.agents.pause(desk.who, LUNCH)
        : command === 'lock'
          ? bed.centre.agents.lock(desk.who)
          : bed.centre.agents.signOut(desk.who, undefined);
    await bed.clock.advance(500);
    await done;
    bed.store.stalled = false;
    await bed.clock.advance(7_000);
    const view = await desk.view();
    await bed.centre.stop();
    const after = new Desk(await bed.restart(), '1001');
    expect(await after.view()).toMatchObject({ state: view.state, locked: view.locked });
  });

  it.each(['retrieve', 'kick', 'mute', 'leave'] as const)(
    'does not keep an agent from %s in a call of three',
    async (what) => {
      const bed = await AppBed.start();
      const { desk, id } = await talk(bed);
      const asked = await bed.agent('1002');
      const { parties } = bed.centre;
      await parties.consult(desk.who, id, { agent: '1002' });
      await settle();
      await bed.centre.calls.answer(asked.who, id);
      await settle();
      const called = (await desk.call()).parties.find(({ role }) => role === 'consulted');
      bed.store.stalled = true;
      const done =
        what === 'retrieve'
          ? parties.retrieve(desk.who, id)
          : what === 'kick'
            ? parties.kick(desk.who, id, asId<PartyId>(called?.id ?? ''))
            : what === 'mute'
              ? parties.mute(desk.who, id, asId<PartyId>(called?.id ?? ''), true)
              : parties.leave(desk.who, id);
      await bed.clock.advance(500);
      await done;
      if (what === 'mute') {
        expect(await asked.call()).toMatchObject({ muted: true });
        const back = parties.mute(desk.who, id, asId<PartyId>(called?.id ?? ''), false);
        expect(await refusal(back)).toBe('unavailable');
        return;
      }
      const ended = what === 'leave' ? desk : asked;
      expect(await ended.state()).not.toBe('talking');
      bed.store.stalled = false;
      await bed.clock.advance(7_000);
      expect(hasNoGaps(bed)).toBe(true);
      await bed.centre.stop();
    },
  );

  it('does not keep a caller who was not answered, nor one who is refused', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const id = asId<CallId>((await desk.call()).id);
    bed.store.stalled = true;
    const rejecting = bed.centre.calls.reject(desk.who, id);
    await bed.clock.advance(500);
    await rejecting;
    expect(await desk.state()).not.toBe('ringing');
    const late = bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await bed.clock.advance(500);
    expect(late.cause).toBe('congestion');
  });
});

describe('a commit whose outcome was never heard', () => {
  it('leaves no trace of a command that was refused', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.agent('1002');
    bed.store.brokenCommits = 1;
    expect(await refusal(bed.centre.calls.dial(desk.who, { number: '1002' }))).toBe('unavailable');
    expect(bed.store.tables.calls).toHaveLength(1);
    await bed.clock.advance(2_000);
    expect(bed.store.tables.calls).toEqual([]);
    expect(await desk.state()).toBe('idle');
    // The numbers of what was taken back are free for what comes.
    await bed.centre.agents.pause(desk.who, LUNCH);
    expect(hasNoGaps(bed)).toBe(true);
    const stored = bed.store.tables.presences.find((row) => row.agentId === desk.who.agentId);
    expect(stored?.state).toMatchObject({ activity: { kind: 'idle' } });
  });

  it('keeps what was carried out once', async () => {
    const bed = await AppBed.start();
    const { desk, id } = await talk(bed);
    bed.store.brokenCommits = 3;
    await bed.centre.calls.hangup(desk.who, id);
    await bed.clock.advance(4_000);
    expect(bed.store.tables.calls[0]?.call).toMatchObject({ cause: 'normal' });
    expect(hasNoGaps(bed)).toBe(true);
    const rows = await bed.store.run((each) => each.journal.of(TEAM, id));
    expect(rows.filter((row) => row.type === 'call-ended')).toHaveLength(1);
  });
});
