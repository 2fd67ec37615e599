import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed } from '../support/app-bed.ts';
import { HOTLINE, LUNCH, agentId } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';
import type { Tables } from '../support/memory-repositories.ts';

/** No table takes a row in which this agent talks. */
function refuses({ presences }: Tables): boolean {
  return presences.some(
    (row) =>
      row.agentId === agentId('1001') &&
      (row.state as { activity: { kind: string } }).activity.kind === 'talking',
  );
}

describe('a row that cannot be stored', () => {
  it('is set aside and told, and nobody is refused or kept waiting for it', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const colleague = await bed.agent('1002');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const id = asId<CallId>((await desk.call()).id);
    bed.store.refuses = refuses;
    await bed.centre.calls.answer(desk.who, id);
    expect(await desk.state()).toBe('talking');
    // All of the turn but that row is stored.
    expect(bed.store.tables.calls[0]?.call).toMatchObject({ id, answeredAt: bed.clock.now() });
    const [aside] = bed.store.tables.setAside;
    expect(aside).toMatchObject({
      reason: 'a row that the table does not take',
      content: { presences: [{ agentId: agentId('1001') }] },
    });
    expect(bed.errors.filter(({ message }) => message.includes('set aside'))).toHaveLength(1);
    expect(bed.centre.setAside).toBe(1);
    // Nobody else notices, and neither does this agent.
    await bed.centre.agents.pause(colleague.who, LUNCH);
    await bed.centre.calls.hangup(desk.who, id);
    await settle();
    expect(bed.store.tables.calls[0]?.call).toMatchObject({ cause: 'normal' });
    expect(bed.store.tables.presences.find((row) => row.agentId === agentId('1001'))?.state).toMatchObject({
      activity: { kind: 'idle' },
    });
    const subjects = new Set(bed.store.tables.journal.map((row) => row.subject));
    for (const subject of subjects) {
      const own = bed.store.tables.journal.filter((row) => row.subject === subject);
      expect(own.map((row) => row.sequence)).toEqual(own.map((_row, index) => index + 1));
    }
  });

  it('does not keep what an outage has left from being written', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.agent('1002');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const id = asId<CallId>((await desk.call()).id);
    await bed.centre.calls.answer(desk.who, id);
    bed.store.stalled = true;
    const holding = bed.centre.calls.hold(desk.who, id);
    await bed.clock.advance(500);
    await holding;
    bed.store.refuses = ({ journal }) => journal.some((row) => row.type === 'call-held');
    bed.store.stalled = false;
    await bed.clock.advance(7_000);
    const stored = bed.store.tables.journal.filter((row) => row.subject === id).map((row) => row.type);
    expect(stored).not.toContain('call-held');
    expect(bed.store.tables.calls[0]?.call.state).toMatchObject({ phase: { kind: 'conversation' } });
    expect(bed.store.tables.setAside).toMatchObject([
      { content: { journal: [{ subject: id, type: 'call-held' }] } },
    ]);
    await bed.centre.calls.resume(desk.who, id);
    expect(bed.centre.setAside).toBe(1);
  });

  it('is lost when not even its text can be set aside, and that is told', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    bed.store.refuses = ({ presences, setAside }) =>
      setAside.length > 0 || presences.some((row) => (row.state as { pause: object | null }).pause !== null);
    await bed.centre.agents.pause(desk.who, LUNCH);
    expect(await desk.state()).toBe('paused');
    expect(bed.store.tables.setAside).toEqual([]);
    expect(bed.errors.map(({ message }) => message)).toContain('rows are lost');
    await bed.centre.agents.resume(desk.who);
    expect(bed.store.tables.presences[0]?.state).toMatchObject({ pause: null });
  });
});
