import { describe, expect, it } from 'vitest';
import { standing } from '../../server/core/model/parties.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, GroupId, LegId } from '../../server/core/kernel/ids.ts';
import { pauseLabel } from '../../server/core/model/set-up.ts';
import type { TeamConfig } from '../../server/core/model/set-up.ts';
import { CARE, LUNCH, SALES, agent, agentId, configOf, group, member } from '../support/builders.ts';
import type { Plan } from '../support/builders.ts';
import { CALL, CUSTOMER, Given, arrival, operations, ready, types } from './given.ts';

const ANNA = agentId('1001');
const BEN = agentId('1002');

/** Two groups, in which everybody is. */
const PLAN: Plan = {
  groups: [group(SALES), group(CARE, { number: '2' })],
  members: ['1001', '1002', '1003'].flatMap((number) => [member(number, SALES), member(number, CARE)]),
};

/** The team is given another plan than it began with. */
function change(given: Given, plan: Plan): ReturnType<Given['when']> {
  return given.when({ type: 'SetUpChanged', config: configOf({ ...PLAN, ...plan }) });
}

function phaseOf(given: Given, callId: CallId = CALL) {
  const call = given.state.calls.get(callId);
  return call && { ...call.phase, kind: standing(call) };
}

/** Anna talks with a caller of sales. */
function talking(plan: Plan = PLAN): { given: Given; leg: LegId } {
  const given = new Given(plan, ready('1001'));
  given.when(arrival());
  const leg = given.state.calls.get(CALL)?.legs.at(-1)?.id ?? asId<LegId>('none');
  given.when({ type: 'LegAnswered', legId: leg });
  given.when({ type: 'PlanReached', callId: CALL, version: Infinity });
  expect(phaseOf(given)?.kind).toBe('talking');
  return { given, leg };
}

function hangUp(given: Given) {
  return given.when({ type: 'LegEnded', legId: CUSTOMER, cause: 'normal', side: 'far' });
}

const without = (number: string): Plan => ({
  agents: ['1001', '1002', '1003'].map((each) => agent(each, { active: each !== number })),
});
const withoutMember = (number: string): Plan => ({
  members: (PLAN.members ?? []).filter((each) => each.agentId !== agentId(number) || each.groupId !== SALES),
});
const closed = (successorId: GroupId | null): Plan => ({
  groups: [group(SALES, { closedAt: 1, successorId }), group(CARE, { number: '2' })],
});

describe('a member who leaves a group', () => {
  it('is signed out of it at once when idle, and stays in the others', () => {
    const given = new Given(PLAN, ready('1001'));
    given.when({ type: 'SignIn', agentId: ANNA, ignore: [], address: null });
    change(given, withoutMember('1001'));
    expect(Object.keys(given.state.agents.get(ANNA)?.groups ?? {})).toEqual([CARE]);
    given.when(arrival());
    expect(phaseOf(given)?.kind).toBe('waiting');
  });

  it('keeps the present call of it, and is signed out of it when that has ended', () => {
    const { given } = talking();
    expect(operations(change(given, withoutMember('1001')))).toEqual([]);
    expect(Object.keys(given.state.agents.get(ANNA)?.groups ?? {})).toEqual([SALES]);
    hangUp(given);
    expect(given.state.agents.get(ANNA)).toMatchObject({ groups: {}, activity: { kind: 'idle' } });
  });

  it('has an offer of it taken away, which goes to the next and is not missed', () => {
    const given = new Given(PLAN, [...ready('1001'), ...ready('1002')]);
    given.when(arrival());
    expect(phaseOf(given)).toMatchObject({ agentId: ANNA });
    const then = change(given, withoutMember('1001'));
    expect(types(then)).not.toContain('offer-missed');
    expect(phaseOf(given)).toMatchObject({ kind: 'offered', agentId: BEN });
    expect(given.state.agents.get(ANNA)).toMatchObject({ activity: { kind: 'idle' }, retryAt: {} });
  });

  it('has no after-call work for an offer that was taken away', () => {
    const groups = [group(SALES, { acwMode: 'after-ring' }), group(CARE, { number: '2' })];
    const given = new Given({ ...PLAN, groups }, ready('1001'));
    given.when(arrival());
    change(given, { ...withoutMember('1001'), groups });
    expect(given.state.agents.get(ANNA)?.activity.kind).toBe('idle');
  });
});

describe('a member who joins a group', () => {
  it('may sign in to it, and takes who waits there', () => {
    const given = new Given({ ...PLAN, ...withoutMember('1001') }, [
      ...ready('1001'),
      { type: 'signed-out', agentId: ANNA, groups: [SALES], leftWork: false },
    ]);
    given.when(arrival());
    change(given, {});
    expect(phaseOf(given)?.kind).toBe('waiting');
    given.when({ type: 'SignIn', agentId: ANNA, ignore: [], address: null });
    expect(phaseOf(given)).toMatchObject({ kind: 'offered', agentId: ANNA });
  });

  it('is signed in at once where that cannot be left, and rung', () => {
    const given = new Given({ ...PLAN, ...withoutMember('1001') }, [
      ...ready('1001'),
      { type: 'signed-out', agentId: ANNA, groups: [SALES], leftWork: false },
    ]);
    given.when(arrival());
    change(given, { members: [member('1001', SALES, true)] });
    expect(phaseOf(given)).toMatchObject({ kind: 'offered', agentId: ANNA });
  });
});

describe('a group that is closed', () => {
  it('sends away who waits there, with a cause of its own', () => {
    const given = new Given(PLAN);
    given.when(arrival());
    change(given, closed(null));
    expect(phaseOf(given)).toMatchObject({ kind: 'ended', cause: 'group-closed' });
  });

  it('hands who waits, or rings, to the group that follows it, with the time that they have waited', () => {
    const given = new Given(PLAN, ready('1001'));
    given.when(arrival());
    given.when(arrival(asId<CallId>('second'), asId<LegId>('second-customer')));
    const { createdAt } = given.state.calls.get(CALL) ?? { createdAt: 0 };
    given.now += 5_000;
    change(given, closed(CARE));
    for (const id of [CALL, asId<CallId>('second')]) {
      expect(given.state.calls.get(id)).toMatchObject({ groupId: CARE, phase: { kind: 'waiting' } });
    }
    expect(given.state.indices.line(CARE).map(({ id }) => id)).toEqual([CALL, 'second']);
    expect(given.state.calls.get(CALL)?.createdAt).toBe(createdAt);
    given.when({ type: 'SignIn', agentId: ANNA, ignore: [], address: null });
    expect(phaseOf(given)).toMatchObject({ kind: 'offered', agentId: ANNA });
  });

  it('lets open calls finish by its rules, and refuses new ones', () => {
    const groups = [
      group(SALES, { acwMode: 'after-answer', acwLimitMs: 9_000 }),
      group(CARE, { number: '2' }),
    ];
    const { given } = talking({ ...PLAN, groups });
    change(given, { groups: groups.map((each, index) => (index === 0 ? { ...each, closedAt: 1 } : each)) });
    expect(phaseOf(given)?.kind).toBe('talking');
    hangUp(given);
    expect(given.state.agents.get(ANNA)).toMatchObject({
      groups: {},
      activity: { kind: 'acw', endsAt: given.now + 9_000 },
    });
    const late = given.when(arrival(asId<CallId>('late'), asId<LegId>('late-customer')));
    expect(operations(late)).toEqual(['reject']);
  });

  it('of which nothing is left at all ends nobody who talks', () => {
    const { given } = talking();
    change(given, { groups: [group(CARE, { number: '2' })] });
    expect(phaseOf(given)?.kind).toBe('talking');
    hangUp(given);
    expect(given.state.agents.get(ANNA)?.activity.kind).toBe('idle');
  });
});

describe('an agent who is deactivated', () => {
  it('is signed out at once when idle, and does nothing any more', () => {
    const given = new Given(PLAN, ready('1001'));
    change(given, without('1001'));
    expect(given.state.agents.get(ANNA)).toMatchObject({ atWork: false, groups: {} });
    expect(given.refused({ type: 'SignIn', agentId: ANNA, ignore: [], address: null })).toBe('not-found');
    given.when(arrival());
    expect(phaseOf(given)?.kind).toBe('waiting');
  });

  it('finishes the present call with all commands, and is signed out then without after-call work', () => {
    const groups = [group(SALES, { acwMode: 'after-answer' }), group(CARE, { number: '2' })];
    const { given } = talking({ ...PLAN, groups });
    change(given, { ...without('1001'), groups });
    expect(phaseOf(given)?.kind).toBe('talking');
    expect(operations(given.when({ type: 'Hold', agentId: ANNA, callId: CALL }))).not.toEqual([]);
    hangUp(given);
    expect(given.state.agents.get(ANNA)).toMatchObject({
      atWork: false,
      groups: {},
      activity: { kind: 'idle' },
    });
  });

  it('has a page that reloads in the present call called back', () => {
    const { given, leg } = talking();
    change(given, without('1001'));
    expect(operations(given.when({ type: 'LegLost', legId: leg, cause: 'media-lost' }))).toContain('dial');
    expect(phaseOf(given)?.kind).toBe('recovering');
  });

  it('has what rings taken away: a queue call goes to the next, one in person ends', () => {
    const given = new Given(PLAN, [...ready('1001'), ...ready('1002')]);
    given.when(arrival());
    change(given, without('1001'));
    expect(phaseOf(given)).toMatchObject({ kind: 'offered', agentId: BEN });
    const direct = new Given(PLAN, ready('1001'));
    direct.when({ ...arrival(), target: { kind: 'agent', agentId: ANNA } } as Parameters<Given['when']>[0]);
    change(direct, without('1001'));
    expect(phaseOf(direct)).toMatchObject({ kind: 'ended', cause: 'unreachable' });
  });

  it('starts signed out when activated again', () => {
    const given = new Given(PLAN, ready('1001'));
    change(given, without('1001'));
    change(given, {});
    expect(given.state.agents.get(ANNA)).toMatchObject({ atWork: false, groups: {} });
    given.when({ type: 'SignIn', agentId: ANNA, ignore: [], address: null });
    given.when(arrival());
    expect(phaseOf(given)).toMatchObject({ kind: 'offered', agentId: ANNA });
  });
});

describe('what else is changed', () => {
  it('a new agent may sign in and is rung', () => {
    const given = new Given(PLAN);
    given.when(arrival());
    change(given, {
      agents: ['1001', '1002', '1003', '1004'].map((number) => agent(number)),
      members: [...(PLAN.members ?? []), member('1004', SALES)],
    });
    const endpointId = asId<never>('ep-1004');
    given.when({ type: 'BrowserChosen', agentId: agentId('1004'), endpointId, clientId: 'page' });
    const link = { online: true, address: null, userAgent: null };
    given.when({ type: 'EndpointOnline', endpointId, link });
    const phone = { registered: true, microphone: 'ready' } as const;
    given.when({ type: 'PageSeen', agentId: agentId('1004'), clientId: 'page', phone });
    given.when({ type: 'SignIn', agentId: agentId('1004'), ignore: [], address: null });
    expect(phaseOf(given)).toMatchObject({ kind: 'offered', agentId: agentId('1004') });
  });

  it('a name and an extension change nothing that goes on', () => {
    const { given } = talking();
    const then = change(given, {
      agents: [agent('1001', { name: 'Anna B.', number: '1999' }), agent('1002')],
    });
    expect(types(then)).toEqual(['set-up-changed']);
    expect(given.state.config.agents.get(ANNA)).toMatchObject({ name: 'Anna B.', number: '1999' });
  });

  it('a pause goes on when its reason is deleted, and nobody else may take it', () => {
    const given = new Given(PLAN, [...ready('1001'), ...ready('1002')]);
    given.when({ type: 'Pause', agentId: ANNA, reasonId: LUNCH });
    const config = configOf(PLAN);
    given.when({
      type: 'SetUpChanged',
      config: { ...config, pauseReasons: new Map(), formerPauses: config.pauseReasons },
    });
    expect(given.state.agents.get(ANNA)?.pause?.reasonId).toBe(LUNCH);
    expect(pauseLabel(given.state.config, LUNCH)?.en).toBe('Lunch');
    expect(given.refused({ type: 'Pause', agentId: BEN, reasonId: LUNCH })).toBe('unknown-reason');
  });

  it('after-call work is as the mode says when the call ends, and goes on as it began', () => {
    const acw = (acwMode: 'after-answer' | 'off'): Plan => ({
      groups: [group(SALES, { acwMode, acwLimitMs: 60_000 }), group(CARE, { number: '2' })],
    });
    const { given } = talking();
    change(given, acw('after-answer'));
    hangUp(given);
    const { endsAt } = { endsAt: given.now + 60_000 };
    expect(given.state.agents.get(ANNA)?.activity).toMatchObject({ kind: 'acw', endsAt });
    change(given, acw('off'));
    expect(given.state.agents.get(ANNA)?.activity).toMatchObject({ kind: 'acw', endsAt });
  });

  it('a leader is one from then on', () => {
    const given = new Given(PLAN);
    const config: TeamConfig = { ...configOf(PLAN), leads: new Map([[ANNA, new Set([SALES])]]) };
    given.when({ type: 'SetUpChanged', config });
    expect(given.state.config.leads.get(ANNA)).toEqual(new Set([SALES]));
  });

  it('the same set-up learned again changes nothing', () => {
    const { given } = talking();
    expect(types(change(given, {}))).toEqual(['set-up-changed']);
  });
});
