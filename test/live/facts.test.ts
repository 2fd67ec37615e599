import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import type { AgentSpanRow, CallPartRow } from '../../server/core/ports/facts.ts';
import { AppBed, Desk, refusal } from '../support/app-bed.ts';
import { HOTLINE, LUNCH, SALES, agent, agentId, group, member } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const PLAN = { groups: [group(SALES, { acwMode: 'after-answer', acwLimitMs: 10_000 })] };

function spansOf(bed: AppBed, number: string): AgentSpanRow[] {
  return bed.store.tables.spans
    .filter((span) => span.agentId === agentId(number))
    .toSorted((a, b) => a.startedAt - b.startedAt || a.version - b.version);
}

/** State and seconds of each span; null: it goes on. */
function states(bed: AppBed, number: string): Array<[string, number | null]> {
  return spansOf(bed, number).map(({ state, startedAt, endedAt }) => [
    state,
    endedAt === null ? null : (endedAt - startedAt) / 1_000,
  ]);
}

function parts(bed: AppBed): CallPartRow[] {
  return bed.store.tables.parts.toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
}

const partOf = (bed: AppBed, number: string) => parts(bed).filter((part) => part.agentNumber === number);

async function ring(bed: AppBed, desk: Desk): Promise<CallId> {
  bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  return asId<CallId>((await desk.call()).id);
}

describe('the facts of a day', () => {
  it("are the agent's states one after the other, and the parts of the call", async () => {
    const bed = await AppBed.start(PLAN);
    const desk = await bed.agent('1001');
    await bed.clock.advance(5_000);
    const id = await ring(bed, desk);
    await bed.clock.advance(3_000);
    await bed.centre.calls.answer(desk.who, id);
    await bed.clock.advance(20_000);
    await bed.centre.calls.hold(desk.who, id);
    await bed.clock.advance(4_000);
    await bed.centre.calls.resume(desk.who, id);
    await bed.clock.advance(6_000);
    await bed.centre.calls.hangup(desk.who, id);
    await bed.clock.advance(10_000);
    await bed.centre.agents.pause(desk.who, LUNCH);
    await bed.clock.advance(60_000);
    await bed.centre.agents.signOut(desk.who, undefined);

    expect(states(bed, '1001')).toEqual([
      ['idle', 5],
      ['ringing', 3],
      ['talking', 20],
      ['holding', 4],
      ['talking', 6],
      ['acw', 10],
      ['idle', 0],
      ['paused', 60],
    ]);
    const [idle, ringing] = spansOf(bed, '1001');
    expect(idle).toMatchObject({ agentNumber: '1001', agentName: 'Agent 1001', callId: null, groupId: null });
    expect(ringing).toMatchObject({ callId: id, groupId: SALES, groupName: SALES, reasonId: null });
    expect(spansOf(bed, '1001').at(-1)).toMatchObject({
      reasonId: LUNCH,
      reasonLabel: { en: 'Lunch', 'zh-CN': '午餐' },
      estimated: false,
    });
    expect(parts(bed)).toMatchObject([
      {
        ...{ callId: id, role: 'customer', agentId: null, outcome: 'answered', cause: 'normal' },
        ...{ queueMs: 3_000, ringMs: 0, talkMs: 26_000, holdMs: 4_000, wrapUpMs: 0 },
      },
      {
        ...{ callId: id, role: 'agent', agentNumber: '1001', groupName: SALES, outcome: 'answered' },
        ...{ queueMs: null, ringMs: 3_000, talkMs: 26_000, holdMs: 4_000, wrapUpMs: 10_000 },
      },
    ]);
  });

  it('tell an offer that was refused or missed from one whose caller has gone', async () => {
    const bed = await AppBed.start({
      agents: [agent('1001'), agent('1002')],
      members: [member('1001', SALES), member('1002', SALES)],
      groups: [group(SALES, { retryMs: 1_000, ringMs: 5_000 })],
    });
    const [one, two] = [await bed.agent('1001'), await bed.agent('1002')];
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    await bed.centre.calls.reject(one.who, asId<CallId>((await one.call()).id));
    await settle();
    expect(await two.state()).toBe('ringing');
    await bed.clock.advance(5_500);
    expect(await one.state()).toBe('ringing');
    caller.hangup();
    await settle();
    expect(parts(bed).find(({ role }) => role === 'customer')).toMatchObject({
      ...{ outcome: 'abandoned', queueMs: 5_500, talkMs: 0 },
    });
    expect(partOf(bed, '1001').map(({ outcome }) => outcome)).toEqual(['rejected', 'caller-left']);
    expect(partOf(bed, '1002')).toMatchObject([{ outcome: 'no-answer', ringMs: 5_000 }]);
  });

  it('have both agents of an internal call, and who dialled in vain is not who did not answer', async () => {
    const bed = await AppBed.start();
    const [one, two] = [await bed.agent('1001'), await bed.agent('1002')];
    await bed.centre.calls.dial(one.who, { number: '1002' });
    await settle();
    await bed.clock.advance(2_000);
    await bed.centre.calls.reject(two.who, asId<CallId>((await two.call()).id));
    await settle();
    expect(partOf(bed, '1001')).toMatchObject([{ role: 'agent', outcome: 'unanswered', cause: 'rejected' }]);
    expect(partOf(bed, '1002')).toMatchObject([{ role: 'peer', outcome: 'rejected', ringMs: 2_000 }]);
  });

  it('have what became of a number that was dialled', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const dialled = await bed.centre.calls.dial(desk.who, { number: '13900000001' });
    await settle();
    await bed.clock.advance(1_000);
    await bed.centre.calls.hangup(desk.who, asId<CallId>(dialled.id));
    await settle();
    expect(parts(bed).map(({ role, outcome }) => [role, outcome])).toEqual([
      ['agent', 'unanswered'],
      ['customer', 'cancelled'],
    ]);
  });

  it('keep the names of their time', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.centre.agents.signOut(desk.who, undefined);
    const [row] = bed.store.tables.agents;
    if (row) row.name = 'Renamed';
    const after = await bed.restart();
    const again = new Desk(after, '1001', 'page-again');
    await again.open();
    await after.centre.agents.signIn(again.who, {}, '127.0.0.1');
    expect(spansOf(after, '1001').map(({ agentName }) => agentName)).toEqual(['Agent 1001', 'Renamed']);
  });
});

describe('a restart', () => {
  it('goes on with the spans of who is at work, without a gap, and cuts those of calls that it ends', async () => {
    const bed = await AppBed.start(PLAN);
    const [one, two] = [await bed.agent('1001'), await bed.agent('1002')];
    await bed.centre.agents.pause(two.who, LUNCH);
    const id = await ring(bed, one);
    await bed.centre.calls.answer(one.who, id);
    await bed.clock.advance(30_000);
    const after = await bed.restart();
    await after.clock.advance(10_000);
    const signedIn = spansOf(after, '1002')[0]?.startedAt ?? 0;
    await after.centre.agents.signOut(two.who, undefined);
    expect(states(after, '1001')).toMatchObject([
      ['idle', 0],
      ['ringing', 0],
      ['talking', 30],
      ['acw', 10],
      ['idle', null],
    ]);
    expect(spansOf(after, '1002').at(-1)?.endedAt).toBe(after.clock.now());
    expect(spansOf(after, '1002').map(({ endedAt }) => endedAt)).toEqual([
      ...spansOf(after, '1002')
        .slice(1)
        .map(({ startedAt }) => startedAt),
      signedIn + 40_000,
    ]);
    for (const part of parts(after)) {
      expect(part).toMatchObject({ outcome: 'answered', talkMs: 30_000, estimated: false });
      expect(part.endedAt).not.toBeNull();
    }
  });

  it('under calls that outlive the server changes nothing of their times', async () => {
    const bed = await AppBed.outlived(PLAN);
    const desk = await bed.agent('1001');
    const id = await ring(bed, desk);
    await bed.centre.calls.answer(desk.who, id);
    await bed.clock.advance(10_000);
    await bed.centre.calls.hold(desk.who, id);
    await bed.clock.advance(5_000);
    const after = await bed.successor();
    const again = new Desk(after, '1001');
    await again.reconnect(desk.phone);
    await after.clock.advance(5_000);
    await after.centre.calls.resume(again.who, id);
    await after.clock.advance(7_000);
    await after.centre.calls.hangup(again.who, id);
    await settle();
    expect(parts(after)).toMatchObject([
      { role: 'customer', talkMs: 17_000, holdMs: 10_000, estimated: false },
      { role: 'agent', talkMs: 17_000, holdMs: 10_000, estimated: false },
    ]);
    expect(spansOf(after, '1001').some(({ estimated }) => estimated)).toBe(false);
  });

  it('ends what does not fit any more when that is known to have been, and says so', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.agent('1002');
    await ring(bed, desk);
    await bed.clock.advance(3_000);
    // The rows of before tables were damaged: the agent pauses by now, and nobody knows the call.
    bed.store.tables.calls = [];
    const state = bed.store.tables.presences.find((row) => row.agentId === agentId('1001'));
    const pause = { reasonId: LUNCH, since: bed.clock.now() - 1_000 };
    if (state) Object.assign(state.state as object, { activity: { kind: 'idle', since: 0 }, pause });
    bed.store.tables.agents = bed.store.tables.agents.filter(({ number }) => number !== '1002');
    const after = await bed.restart();
    await after.clock.advance(2_000);
    expect(spansOf(after, '1001').slice(-2)).toMatchObject([
      { state: 'ringing', endedAt: pause.since, estimated: true },
      { state: 'paused', startedAt: pause.since, endedAt: null, reasonId: LUNCH },
    ]);
    expect(spansOf(after, '1002').at(-1)).toMatchObject({
      endedAt: after.clock.now() - 2_000,
      estimated: true,
    });
    expect(parts(after)).toMatchObject([
      { role: 'customer', outcome: 'failed', estimated: true },
      { role: 'agent', outcome: 'failed', estimated: true },
    ]);
  });
});

describe('a store in trouble', () => {
  it('gets the facts of the outage when it is back', async () => {
    const bed = await AppBed.start(PLAN);
    const desk = await bed.agent('1001');
    const id = await ring(bed, desk);
    await bed.centre.calls.answer(desk.who, id);
    bed.store.stalled = true;
    const holding = bed.centre.calls.hold(desk.who, id);
    await bed.clock.advance(5_000);
    await holding;
    await bed.centre.calls.hangup(desk.who, id);
    await bed.clock.advance(1_000);
    bed.store.stalled = false;
    await bed.clock.advance(20_000);
    expect(parts(bed)).toMatchObject([
      { role: 'customer', outcome: 'answered', holdMs: 4_600 },
      { role: 'agent', outcome: 'answered', holdMs: 4_600, wrapUpMs: 10_000 },
    ]);
    const spans = spansOf(bed, '1001');
    expect(spans.map(({ endedAt }) => endedAt).slice(0, -1)).toEqual(
      spans.slice(1).map(({ startedAt }) => startedAt),
    );
  });

  it('has none of what was refused, also when the commit was kept and nobody heard of it', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.centre.agents.pause(desk.who, LUNCH);
    await bed.clock.advance(1_000);
    const before = bed.store.tables.spans;
    bed.store.brokenCommits = 1;
    expect(await refusal(bed.centre.agents.resume(desk.who))).toBe('unavailable');
    expect(spansOf(bed, '1001').at(-1)?.state).toBe('idle');
    await bed.clock.advance(2_000);
    expect(bed.store.tables.spans).toEqual(expect.arrayContaining(before));
    expect(spansOf(bed, '1001')).toHaveLength(before.length);
    await bed.agent('1002');
    bed.store.brokenCommits = 1;
    expect(await refusal(bed.centre.calls.dial(desk.who, { number: '1002' }))).toBe('unavailable');
    expect(bed.store.tables.parts).toHaveLength(1);
    await bed.clock.advance(2_000);
    expect(bed.store.tables.parts).toEqual([]);
    expect(states(bed, '1001').at(-1)).toEqual(['paused', null]);
  });

  it('sets a span aside that its table does not take, and nothing else', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    bed.store.refuses = ({ spans }) => spans.some(({ state }) => state === 'paused');
    await bed.centre.agents.pause(desk.who, LUNCH);
    expect(await desk.state()).toBe('paused');
    expect(bed.store.tables.setAside).toMatchObject([{ content: { spans: [{ state: 'paused' }] } }]);
    bed.store.refuses = () => false;
    await bed.clock.advance(4_000);
    await bed.centre.agents.resume(desk.who);
    expect(states(bed, '1001').slice(-2)).toEqual([
      ['paused', 4],
      ['idle', null],
    ]);
  });
});
