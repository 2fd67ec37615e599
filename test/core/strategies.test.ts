import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, LegId } from '../../server/core/kernel/ids.ts';
import { dayIn } from '../../server/core/kernel/time-zone.ts';
import type { Group } from '../../server/core/model/set-up.ts';
import type { Input } from '../../server/core/team/input.ts';
import { SALES, agentId, configOf, group, member } from '../support/builders.ts';
import type { Plan } from '../support/builders.ts';
import { Given, START, arrival, ready } from './given.ts';

const [ANNA, BEN, CARL] = ['1001', '1002', '1003'].map(agentId) as [AgentId, AgentId, AgentId];

function of(rules: Parameters<typeof group>[1], levels: Record<string, number> = {}): Plan {
  return {
    groups: [group(SALES, rules)],
    members: ['1001', '1002', '1003'].map((each) => ({ ...member(each, SALES), level: levels[each] ?? 1 })),
  };
}

function call(given: Given, name: string, more: object = {}): CallId {
  const callId = asId<CallId>(name);
  given.when({ ...arrival(callId, asId<LegId>(`${name}-customer`)), ...more } as Input, 1);
  return callId;
}

/** At whom the call rings. */
function ringsAt(given: Given, callId: CallId): AgentId | null {
  const phase = given.state.calls.get(callId)?.phase;
  return phase?.kind === 'offered' ? phase.agentId : null;
}

function answered(given: Given, callId: CallId): void {
  const phase = given.state.calls.get(callId)?.phase;
  if (phase?.kind !== 'offered') throw new Error('it does not ring');
  given.when({ type: 'LegAnswered', legId: phase.legId }, 1);
  given.when({ type: 'PlanReached', callId, version: Infinity }, 1);
}

function taken(given: Given, callId: CallId): void {
  answered(given, callId);
  given.when({ type: 'LegEnded', legId: asId<LegId>(`${callId}-customer`), cause: 'normal', side: 'far' }, 1);
}

function serve(given: Given, name: string): AgentId | null {
  const callId = call(given, name);
  const agent = ringsAt(given, callId);
  taken(given, callId);
  return agent;
}

const everybody = ['1001', '1002', '1003'].flatMap(ready);

describe('least calls', () => {
  it('gives a call to who has taken the fewest today, whoever has been idle longest', () => {
    const given = new Given(of({ strategy: 'least-calls' }), [...ready('1001'), ...ready('1002')]);
    expect([serve(given, 'a'), serve(given, 'b'), serve(given, 'c')]).toEqual([ANNA, BEN, ANNA]);
    expect(given.state.agents.get(ANNA)?.taken?.count).toBe(2);
    expect(serve(given, 'd')).toBe(BEN);
  });

  it('begins anew each day by the clock of the team', () => {
    const given = new Given(of({ strategy: 'least-calls' }), everybody);
    for (const name of ['a', 'b', 'c', 'd']) serve(given, name);
    given.now += 86_400_000;
    serve(given, 'e');
    expect([...given.state.agents.values()].map(({ taken: each }) => each?.count).toSorted()).toEqual([
      1, 1, 2,
    ]);
    expect(dayIn('Asia/Shanghai', Date.UTC(2026, 0, 1, 16))).toBe(dayIn('UTC', Date.UTC(2026, 0, 2)));
  });
});

describe('round robin', () => {
  it('goes round, also when the calls are not answered', () => {
    const given = new Given(of({ strategy: 'round-robin', retryMs: 0 }), everybody);
    const order = [serve(given, 'a'), serve(given, 'b')];
    const missed = call(given, 'c');
    order.push(ringsAt(given, missed));
    given.when({ type: 'Tick' }, 15_000);
    order.push(ringsAt(given, missed));
    expect(order).toEqual([ANNA, BEN, CARL, ANNA]);
  });
});

describe('skill level', () => {
  const rules: Partial<Group> = {
    strategy: 'skill-level',
    skillSteps: [
      { afterMs: 0, level: 5 },
      { afterMs: 10_000, level: 3 },
      { afterMs: 20_000, level: 1 },
    ],
  };

  it('asks for less with time, and in the end for nothing', () => {
    const given = new Given(of(rules, { '1002': 3 }), [...ready('1001'), ...ready('1002')]);
    const callId = call(given, 'a');
    const second = call(given, 'b');
    expect(ringsAt(given, callId)).toBeNull();
    given.when({ type: 'Tick' }, 10_000);
    expect(ringsAt(given, callId)).toBe(BEN);
    expect(ringsAt(given, second)).toBeNull();
    given.when({ type: 'Tick' }, 10_001);
    expect(ringsAt(given, second)).toBe(ANNA);
  });

  it('prefers the most skilled, and passes over a caller for whom nobody is skilled enough', () => {
    const given = new Given(of(rules, { '1001': 3, '1002': 7, '1003': 9 }), everybody);
    expect(ringsAt(given, call(given, 'a'))).toBe(CARL);
    expect(ringsAt(given, call(given, 'b'))).toBe(BEN);
    expect(ringsAt(given, call(given, 'c'))).toBeNull();
  });

  it('is no question any more when the group has another strategy', () => {
    const given = new Given(of(rules), ready('1001'));
    const callId = call(given, 'a');
    given.when({ type: 'SetUpChanged', config: configOf(of({ strategy: 'longest-idle' })) });
    expect(ringsAt(given, callId)).toBe(ANNA);
  });

  it('of an agent can be raised while callers wait', () => {
    const given = new Given(of(rules), ready('1001'));
    const callId = call(given, 'a');
    given.when({ type: 'SetUpChanged', config: configOf(of(rules, { '1001': 6 })) });
    expect(ringsAt(given, callId)).toBe(ANNA);
  });
});

describe('priority', () => {
  it('counts as waiting time, so that nobody is overtaken for ever', () => {
    const given = new Given(of({}), []);
    const plain = call(given, 'plain');
    given.now += 60_000;
    const important = call(given, 'important', { priority: 1 });
    const later = call(given, 'later', { priority: 1 });
    given.now += 30_000;
    const soon = call(given, 'soon');
    const line = given.state.indices.line(SALES).map(({ id }) => id);
    expect(line).toEqual([plain, important, later, soon]);
    expect(call(given, 'most', { priority: 2 })).toBe('most');
    expect(given.state.indices.line(SALES).map(({ id }) => id)).toEqual([
      'most',
      plain,
      important,
      later,
      soon,
    ]);
  });

  it('of a group is that of the call for good, whatever the group becomes', () => {
    const given = new Given(of({ priority: 2 }), []);
    const callId = call(given, 'a');
    given.when({ type: 'SetUpChanged', config: configOf(of({ priority: 0 })) });
    expect(given.state.calls.get(callId)?.aheadMs).toBe(120_000);
  });
});

describe('the agent who has talked with a customer last', () => {
  const sticky = { sticky: { days: 7, waitMs: 20_000 } };
  const last = { lastAgent: { agentId: BEN, at: START - 1_000 } };

  it('gets the call before one who has been idle longer', () => {
    const given = new Given(of(sticky), everybody);
    expect(ringsAt(given, call(given, 'a', last))).toBe(BEN);
  });

  it('is waited for while busy, then anybody will do', () => {
    const given = new Given(of(sticky), ready('1002'));
    const busy = call(given, 'a');
    const callId = call(given, 'b', last);
    expect(ringsAt(given, busy)).toBe(BEN);
    answered(given, busy);
    given.when({ type: 'EndpointOnline', endpointId: asId('ep-1001'), link: LINK });
    given.when({ type: 'BrowserChosen', agentId: ANNA, endpointId: asId('ep-1001'), clientId: 'page' });
    given.when({ type: 'PageSeen', agentId: ANNA, clientId: 'page', phone: PHONE });
    given.when({ type: 'SignIn', agentId: ANNA, ignore: [], address: null });
    expect(ringsAt(given, callId)).toBeNull();
    given.when({ type: 'Tick' }, 20_000);
    expect(ringsAt(given, callId)).toBe(ANNA);
  });

  it('is offered it as soon as that agent is free', () => {
    const given = new Given(of(sticky), ready('1002'));
    const busy = call(given, 'a');
    const callId = call(given, 'b', last);
    taken(given, busy);
    expect(ringsAt(given, callId)).toBe(BEN);
  });

  it('is not waited for when that agent pauses, is signed out, or it was too long ago', () => {
    const given = new Given(of(sticky), ready('1001'));
    expect(ringsAt(given, call(given, 'a', last))).toBe(ANNA);
    const old = new Given(of(sticky), [...ready('1001'), ...ready('1002')]);
    const ago = { lastAgent: { agentId: BEN, at: START - 8 * 86_400_000 } };
    expect(ringsAt(old, call(old, 'a', ago))).toBe(ANNA);
  });

  it('is given up when the wait for that agent has become vain', () => {
    const given = new Given(of(sticky), [...ready('1001'), ...ready('1002')]);
    const [first, second] = [call(given, 'a'), call(given, 'b')];
    const callId = call(given, 'c', last);
    taken(given, first);
    expect(ringsAt(given, second)).toBe(BEN);
    expect(ringsAt(given, callId)).toBeNull();
    given.when({ type: 'SignOut', agentId: BEN });
    given.when({ type: 'Reject', agentId: BEN, callId: second });
    // The refused call goes first, and the other one waits for anybody.
    expect(given.state.calls.get(callId)?.wanted).toBeNull();
  });
});

const LINK = { online: true, address: null, userAgent: null };
const PHONE = { registered: true, microphone: 'ready' } as const;
