import { describe, expect, it, vi } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, LegId } from '../../server/core/kernel/ids.ts';
import { OverlayMap } from '../../server/core/model/overlay-map.ts';
import { overflowLoop } from '../../server/core/model/queue-rules.ts';
import type { OverflowTarget } from '../../server/core/model/queue-rules.ts';
import { NO_ANSWER } from '../../server/core/model/set-up.ts';
import { nextDeadline } from '../../server/core/team/deadlines.ts';
import { CARE, LUNCH, SALES, agent, agentId, configOf, group, member } from '../support/builders.ts';
import type { Plan } from '../support/builders.ts';
import { CALL, CUSTOMER, Given, REACHED, arrival, ready, types } from './given.ts';

const ANNA = agentId('1001');
type Rules = NonNullable<Parameters<typeof group>[1]>;

/** Sales with these rules, and care, of which nobody is a member but who is named. */
function of(rules: Rules, care: Rules = {}, inCare: string[] = []): Plan {
  return {
    groups: [group(SALES, rules), group(CARE, { number: '2', ...care })],
    members: [member('1001', SALES), ...inCare.map((number) => member(number, CARE))],
  };
}

function to(target: OverflowTarget, afterMs: number | null = 30_000): Rules {
  return { overflow: { afterMs, to: target } };
}
const toCare = to({ kind: 'group', groupId: CARE });

function phase(given: Given, callId = CALL) {
  return given.state.calls.get(callId)?.phase;
}

function waiting(rules: Rules, care: Rules = {}): Given {
  const given = new Given(of(rules, care), []);
  given.when(arrival());
  return given;
}

/** All deadlines until then. */
function pass(given: Given, ms: number): void {
  const end = given.now + ms;
  for (let due = nextDeadline(given.state); due !== null && due <= end; due = nextDeadline(given.state)) {
    given.now = Math.max(due, given.now);
    given.when({ type: 'Tick' });
  }
  given.now = end;
}

describe('a call that waits too long', () => {
  it('goes to the next group with its place by the time that it has waited in all', () => {
    const given = waiting(toCare);
    given.when({ ...arrival(asId<CallId>('other'), asId<LegId>('other-customer')), ...CARE_TARGET }, 10_000);
    pass(given, 20_000);
    expect(given.state.calls.get(CALL)).toMatchObject({
      groupId: CARE,
      passed: [SALES],
      enteredAt: given.now,
    });
    expect(given.state.indices.line(CARE).map(({ id }) => id)).toEqual([CALL, 'other']);
  });

  it('goes through a chain, whose times begin anew in each group', () => {
    const given = waiting(toCare, to({ kind: 'end' }, 40_000));
    pass(given, 69_000);
    expect(phase(given)?.kind).toBe('waiting');
    pass(given, 1_000);
    expect(phase(given)).toMatchObject({ kind: 'ended', cause: 'waited-too-long' });
  });

  it('never goes back to where it has been, whatever the set-up says', () => {
    const given = waiting(toCare, to({ kind: 'group', groupId: SALES }));
    pass(given, 600_000);
    expect(given.state.calls.get(CALL)).toMatchObject({ groupId: CARE, overflowed: true });
    expect(nextDeadline(given.state)).toBeNull();
  });

  it('ends when it has waited as long as it may in all', () => {
    const given = waiting({ ...toCare, maxWaitMs: 600_000 }, { maxWaitMs: 45_000 });
    pass(given, 45_000);
    expect(phase(given)).toMatchObject({ kind: 'ended', cause: 'waited-too-long' });
  });

  it('is not offered once more after its time, whatever it has rung in vain for', () => {
    const limits: Rules[] = [{ maxWaitMs: 40_000 }, to({ kind: 'end' }, 40_000)];
    for (const limit of limits) {
      for (const isRefused of [false, true]) {
        const given = new Given(of({ ...limit, retryMs: 0 }), ready('1001'));
        given.when(arrival());
        pass(given, 39_000);
        expect(phase(given)).toMatchObject({ kind: 'offered', agentId: ANNA });
        pass(given, 2_000);
        expect(phase(given)?.kind).toBe('offered');
        if (isRefused) given.when({ type: 'Reject', agentId: ANNA, callId: CALL });
        else pass(given, 4_000);
        expect(phase(given)).toMatchObject({ kind: 'ended', cause: 'waited-too-long' });
      }
    }
  });

  it('rings once at an agent in person, and goes on waiting when that is in vain', () => {
    const rules = to({ kind: 'agent', agentId: ANNA });
    const given = new Given({ ...of(rules), members: [] }, [
      ...ready('1001').slice(0, 3),
      { type: 'signed-in', agentId: ANNA, groups: [], device: { kind: 'browser' } },
    ]);
    given.when(arrival());
    pass(given, 30_000);
    expect(phase(given)).toMatchObject({ kind: 'offered', agentId: ANNA });
    pass(given, 60_000);
    expect(phase(given)?.kind).toBe('waiting');
    expect(given.state.agents.get(ANNA)?.activity.kind).toBe('idle');
  });

  it('is joined with a number outside, and is over when that is not reached', () => {
    const rules = { ...to({ kind: 'number', number: '4008001234' }), transferOutside: true };
    for (const answered of [true, false]) {
      const given = waiting(rules);
      given.when({ type: 'LegUp', callId: CALL, legId: CUSTOMER });
      given.now += 30_000;
      const { intents } = given.when({ type: 'Tick' });
      const dial = intents.find(({ op }) => op === 'dial');
      if (dial?.op !== 'dial') throw new Error('nobody is called');
      expect(dial.request.target).toEqual({ kind: 'number', number: '4008001234' });
      const { legId } = dial.request;
      if (answered) {
        const placed = given.when({ type: 'LegAnswered', legId }).intents;
        expect(placed.filter(({ op }) => op === 'place').length).toBeGreaterThan(0);
        expect(phase(given)?.kind).toBe('conversation');
        given.when({ type: 'LegEnded', legId, cause: 'normal', side: 'far' });
      } else given.when({ type: 'LegEnded', legId, cause: 'busy', side: 'far' });
      expect(phase(given)?.kind).toBe('ended');
    }
  });

  it('waits on when its overflow needs what the group does not allow', () => {
    const given = waiting(to({ kind: 'number', number: '4008001234' }));
    pass(given, 60_000);
    expect(phase(given)?.kind).toBe('waiting');
  });

  it('overflows by the rules of now, also when they were changed while it waited', () => {
    const given = waiting({});
    expect(nextDeadline(given.state)).toBeNull();
    given.now += 40_000;
    given.when({ type: 'SetUpChanged', config: configOf(of(toCare)) });
    pass(given, 0);
    expect(given.state.calls.get(CALL)?.groupId).toBe(CARE);
  });

  it('of an older server has none of these fields, and waits as before', () => {
    const given = waiting(toCare);
    const { enteredAt: _e, passed: _p, overflowed: _o, level: _l, ...old } = given.state.calls.get(CALL)!;
    given.state.calls.set(CALL, old);
    pass(given, 30_000);
    expect(given.state.calls.get(CALL)?.groupId).toBe(CARE);
  });
});

describe('a line that is full', () => {
  it('sends the next caller on, or away', () => {
    const second = arrival(asId<CallId>('second'), asId<LegId>('second-customer'));
    const given = waiting({ ...to({ kind: 'group', groupId: CARE }, null), maxLength: 1 });
    given.when(second);
    expect(given.state.calls.get(asId<CallId>('second'))?.groupId).toBe(CARE);
    const without = waiting({ maxLength: 1 });
    const decision = without.when(second);
    expect(phase(without, asId<CallId>('second'))).toMatchObject({ kind: 'ended', cause: 'queue-full' });
    expect(decision.intents).toMatchObject([{ op: 'reject', cause: 'busy' }]);
  });

  it('is passed over by the overflow of another one', () => {
    const given = waiting(toCare, { maxLength: 1, ...to({ kind: 'end' }, null) });
    given.when({ ...arrival(asId<CallId>('other'), asId<LegId>('other-customer')), ...CARE_TARGET });
    pass(given, 30_000);
    expect(phase(given)).toMatchObject({ kind: 'ended', cause: 'queue-full' });
  });
});

describe('a long line that overflows all at once', () => {
  const LONG = 100;

  it('fills the next one up to its length', () => {
    const { given } = overflown({ maxLength: 60 });
    expect(given.state.indices.line(CARE)).toHaveLength(60);
  });

  it('looks at each call a few times, however many they are', () => {
    const { looks } = overflown({ maxLength: 4_000 });
    expect(looks).toBeLessThan(20 * LONG);
  });

  function overflown(care: Rules): { given: Given; looks: number } {
    const given = new Given(of(toCare, care), []);
    for (let n = 0; n < LONG; n++) given.when(arrival(asId<CallId>(`c${n}`), asId<LegId>(`l${n}`)));
    const before = vi.spyOn(OverlayMap.prototype, 'before');
    given.when({ type: 'Tick' }, 30_000);
    const looks = before.mock.calls.length;
    before.mockRestore();
    return { given, looks };
  }
});

describe('when nobody is there', () => {
  it('a caller is sent away, sent on, or let wait, as the rule for that absence says', () => {
    const end = new Given(of({ whenNobody: 'end' }));
    end.when(arrival());
    expect(phase(end)).toMatchObject({ kind: 'ended', cause: 'not-staffed' });
    const paused = new Given(of({ whenNobody: 'end', whenPaused: 'overflow', ...toCare }), [
      ...ready('1001'),
      { type: 'paused', agentId: ANNA, reasonId: LUNCH },
    ]);
    paused.when(arrival());
    expect(paused.state.calls.get(CALL)?.groupId).toBe(CARE);
    const busy = new Given(of({ whenBusy: 'end' }), ready('1001'));
    busy.when(arrival());
    expect(phase(busy)?.kind).toBe('offered');
    busy.when(arrival(asId<CallId>('second'), asId<LegId>('second-customer')));
    expect(phase(busy, asId<CallId>('second'))).toMatchObject({ kind: 'ended', cause: 'not-staffed' });
  });

  it('those who wait are not kept when the last agent leaves', () => {
    const given = new Given(of({ whenNobody: 'end', whenPaused: 'overflow', ...toCare }), ready('1001'));
    given.when(arrival());
    given.when(arrival(asId<CallId>('second'), asId<LegId>('second-customer')));
    given.when({ type: 'Reject', agentId: ANNA, callId: CALL });
    given.when({ type: 'Pause', agentId: ANNA, reasonId: LUNCH });
    for (const call of given.state.calls.values()) expect(call).toMatchObject({ groupId: CARE });
    expect(given.state.indices.line(CARE)).toHaveLength(2);
  });

  it('nor whoever rang at the last agent, who is paused for that', () => {
    const given = new Given(of({ whenPaused: 'end', pauseAfterMissed: 1 }), ready('1001'));
    given.when(arrival());
    given.when({ type: 'Tick' }, 15_000);
    expect(given.state.agents.get(ANNA)?.pause).not.toBeNull();
    expect(phase(given)).toMatchObject({ kind: 'ended', cause: 'not-staffed' });
  });

  it('nor who is passed on to a group in which nobody is signed in', () => {
    for (const [whenNobody, kind] of [
      ['end', 'ended'],
      ['wait', 'waiting'],
    ] as const) {
      const given = new Given(of({}, { whenNobody }), ready('1001'));
      given.when(arrival());
      given.when({ type: 'LegUp', callId: CALL, legId: CUSTOMER });
      const ringing = given.state.calls.get(CALL)?.legs.find((leg) => leg.agentId === ANNA);
      given.when({ type: 'LegAnswered', legId: ringing!.id });
      given.when(REACHED);
      given.when({
        type: 'Transfer',
        agentId: ANNA,
        callId: CALL,
        target: { kind: 'group', groupId: CARE },
      });
      expect(phase(given)?.kind).toBe(kind);
    }
  });

  it('nor who waited in a group that is closed, by the rules of its successor', () => {
    const given = waiting({});
    const config = configOf(of({ closedAt: 1, successorId: CARE }, { whenNobody: 'end' }));
    given.when({ type: 'SetUpChanged', config });
    expect(phase(given)).toMatchObject({ kind: 'ended', cause: 'not-staffed' });
  });

  it('those who wait are kept while somebody is there, also when one leaves who does not work here any more', () => {
    const left = asId<CallId>('left');
    const members = [member('1001', SALES), member('1002', SALES)];
    const plan = { ...of({ whenNobody: 'end' }), members };
    const given = new Given(plan, [...ready('1001'), ...ready('1002')]);
    given.when(arrival(left, asId<LegId>('left-customer')));
    const ringing = phase(given, left);
    if (ringing?.kind !== 'offered') throw new Error('it does not ring');
    given.when({ type: 'LegAnswered', legId: ringing.legId });
    given.when({ type: 'PlanReached', callId: left, version: Infinity });
    const other = ringing.agentId === ANNA ? '1002' : '1001';
    given.when({ type: 'Pause', agentId: agentId(other), reasonId: LUNCH });
    given.when(arrival());
    expect(phase(given)?.kind).toBe('waiting');
    given.when({ type: 'SetUpChanged', config: configOf({ ...plan, agents: [agent(other)] }) });
    given.when({ type: 'LegEnded', legId: asId<LegId>('left-customer'), cause: 'normal', side: 'far' });
    expect(given.state.agents.get(ringing.agentId)?.groups).toEqual({});
    expect(phase(given)?.kind).toBe('waiting');
  });
});

describe('an agent who lets calls ring', () => {
  const PLAN = of({ pauseAfterMissed: 2, retryMs: 0 });

  it('is paused after so many in a row, and is told why', () => {
    const given = new Given(PLAN, ready('1001'));
    given.when(arrival());
    given.when({ type: 'Tick' }, 15_000);
    expect(phase(given)?.kind).toBe('offered');
    const decision = given.when({ type: 'Tick' }, 15_000);
    expect(types(decision)).toContain('paused');
    expect(given.state.agents.get(ANNA)?.pause).toEqual({ reasonId: NO_ANSWER, since: given.now, missed: 2 });
    expect(phase(given)?.kind).toBe('waiting');
    given.when({ type: 'Resume', agentId: ANNA });
    expect(phase(given)?.kind).toBe('offered');
    given.when({ type: 'Tick' }, 15_000);
    expect(given.state.agents.get(ANNA)?.pause).toBeNull();
  });

  it('is not blamed for a refusal, nor for callers who hang up', () => {
    const given = new Given(PLAN, ready('1001'));
    given.when(arrival());
    given.when({ type: 'Tick' }, 15_000);
    given.when({ type: 'Reject', agentId: ANNA, callId: CALL }, 1_000);
    given.when({ type: 'LegEnded', legId: CUSTOMER, cause: 'normal', side: 'far' }, 1_000);
    expect(given.state.agents.get(ANNA)).toMatchObject({ missed: 0, pause: null });
  });
});

describe('a loop of overflows', () => {
  it('is found from any of its groups, and named', () => {
    const next = (groupId: typeof SALES) => ({
      overflow: { afterMs: null, to: { kind: 'group', groupId } as const },
    });
    const groups = new Map([
      [SALES, next(CARE)],
      [CARE, next(SALES)],
    ]);
    expect(overflowLoop(groups, SALES)).toEqual([SALES, CARE, SALES]);
    groups.set(CARE, { overflow: null } as never);
    expect(overflowLoop(groups, SALES)).toBeNull();
  });
});

const CARE_TARGET = { target: { kind: 'group', groupId: CARE } } as const;
