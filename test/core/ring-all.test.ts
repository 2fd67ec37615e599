import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, LegId } from '../../server/core/kernel/ids.ts';
import { liveLegs } from '../../server/core/model/call.ts';
import { offersOf } from '../../server/core/model/offers.ts';
import { planOf } from '../../server/core/model/plan.ts';
import { LUNCH, SALES, agentId, configOf, group } from '../support/builders.ts';
import type { Plan } from '../support/builders.ts';
import { CALL, CUSTOMER, Given, REACHED, arrival, ready } from './given.ts';

const [ANNA, BEN, CARL] = ['1001', '1002', '1003'].map(agentId) as [AgentId, AgentId, AgentId];
const PLAN: Plan = { groups: [group(SALES, { strategy: 'ring-all', pauseAfterMissed: 1, retryMs: 5_000 })] };
const everybody = ['1001', '1002', '1003'].flatMap(ready);

function ringing(events = everybody, plan = PLAN): Given {
  const given = new Given(plan, events);
  given.when(arrival(), 1_000);
  return given;
}

function rungBy(given: Given, callId = CALL): AgentId[] {
  const call = given.state.calls.get(callId);
  return call ? offersOf(call).map(({ agentId: id }) => id) : [];
}

function legTo(given: Given, id: AgentId): LegId {
  const call = given.state.calls.get(CALL);
  const offer = call && offersOf(call).find((each) => each.agentId === id);
  if (!offer) throw new Error('it does not ring there');
  return offer.legId;
}

function activity(given: Given, id: AgentId) {
  return given.state.agents.get(id)?.activity;
}

describe('a call that rings at all', () => {
  it('rings at everybody who is free', () => {
    expect(rungBy(ringing())).toEqual([ANNA, BEN, CARL]);
  });

  it('is had by who answers first; the others have missed nothing, and are as free as before', () => {
    const given = ringing();
    const before = new Map([...given.state.agents].map(([id, each]) => [id, each]));
    const { intents } = given.when({ type: 'LegAnswered', legId: legTo(given, BEN) }, 3_000);
    expect(intents.filter(({ op }) => op === 'hangup')).toHaveLength(2);
    given.when(REACHED);
    expect(activity(given, BEN)?.kind).toBe('talking');
    for (const id of [ANNA, CARL]) {
      expect(given.state.agents.get(id)).toMatchObject({ retryAt: {}, pause: null });
      expect(given.state.agents.get(id)?.missed ?? 0).toBe(0);
      const was = before.get(id)?.activity;
      expect(activity(given, id)).toMatchObject({
        kind: 'idle',
        waitsSince: was?.kind === 'ringing' ? was.freeSince : null,
      });
    }
    const call = given.state.calls.get(CALL);
    expect(call?.legs.map(({ cause }) => cause)).toEqual([
      null,
      'answered-elsewhere',
      null,
      'answered-elsewhere',
    ]);
  });

  it('has one conversation when two answer in the same moment', () => {
    const given = ringing();
    const [first, second] = [legTo(given, CARL), legTo(given, ANNA)];
    given.when({ type: 'LegAnswered', legId: first });
    const { intents } = given.when({ type: 'LegAnswered', legId: second });
    expect(intents).toMatchObject([{ op: 'hangup', legId: second }]);
    given.when(REACHED);
    const late = given.when({ type: 'LegAnswered', legId: second });
    expect(late.intents).toMatchObject([{ op: 'hangup', legId: second }]);
    const call = given.state.calls.get(CALL);
    if (!call) throw new Error('no call');
    expect([...planOf(call).legs.keys()]).toEqual([CUSTOMER, first]);
    expect(activity(given, ANNA)?.kind).toBe('idle');
    given.when({ type: 'LegEnded', legId: second, cause: 'normal', side: 'near' });
    expect(liveLegs(given.state.calls.get(CALL) ?? call).length).toBeGreaterThanOrEqual(2);
    expect(given.state.calls.get(CALL)?.phase.kind).toBe('conversation');
  });

  it('is nothing to any of the others as soon as it is answered, also while their phones still ring', () => {
    const given = ringing();
    const late = legTo(given, BEN);
    given.when({ type: 'LegAnswered', legId: legTo(given, ANNA) });
    given.when({ type: 'Hangup', agentId: BEN, callId: CALL });
    given.when({ type: 'HangupLeg', agentId: BEN, callId: CALL, legId: late });
    expect(given.state.calls.get(CALL)?.phase).toMatchObject({ kind: 'connecting', agentId: ANNA });
    expect(given.refused({ type: 'Answer', agentId: BEN, callId: CALL })).toBe('call-not-ringing');
    given.when({ type: 'Hangup', agentId: ANNA, callId: CALL });
    expect(given.state.calls.get(CALL)?.phase.kind).toBe('ended');
  });

  it('goes on ringing at the others when one refuses, and at each for its own time', () => {
    const given = ringing([...ready('1001'), ...ready('1002')]);
    given.when({ type: 'Reject', agentId: ANNA, callId: CALL });
    expect(rungBy(given)).toEqual([BEN]);
    given.when({ type: 'Resume', agentId: ANNA }, 4_000);
    given.when({ type: 'Tick' }, 1_000);
    // Anna has rested, and is rung by the same call.
    expect(rungBy(given)).toEqual([BEN, ANNA]);
    given.when({ type: 'Tick' }, 10_000);
    expect(rungBy(given)).toEqual([ANNA]);
    expect(given.state.agents.get(BEN)?.pause).toMatchObject({ missed: 1 });
    expect(given.state.agents.get(ANNA)?.pause).toBeNull();
  });

  it('waits again when nobody has answered, and keeps its place', () => {
    const given = ringing(everybody, { groups: [group(SALES, { strategy: 'ring-all' })] });
    given.when({ type: 'Tick' }, 15_000);
    expect(given.state.calls.get(CALL)?.phase.kind).toBe('waiting');
    for (const id of [ANNA, BEN, CARL]) expect(activity(given, id)?.kind).toBe('idle');
    expect(given.state.indices.line(SALES).map(({ id }) => id)).toEqual([CALL]);
  });

  it('shares the agents with another caller, who takes precedence over ringing at more', () => {
    const given = ringing([...ready('1001'), ...ready('1002')]);
    expect(rungBy(given)).toEqual([ANNA, BEN]);
    const second = asId<CallId>('second');
    given.when(arrival(second, asId<LegId>('second-customer')));
    expect(rungBy(given, second)).toEqual([]);
    given.when({ type: 'LegAnswered', legId: legTo(given, ANNA) });
    expect(rungBy(given, second)).toEqual([BEN]);
  });

  it('frees everybody when the caller hangs up, or somebody is not to have it any more', () => {
    const given = ringing();
    given.when({ type: 'LegEnded', legId: legTo(given, CARL), cause: 'busy', side: 'far' });
    expect(rungBy(given)).toEqual([ANNA, BEN]);
    given.when({ type: 'SetUpChanged', config: configOf({ ...PLAN, members: [] }) });
    expect(rungBy(given)).toEqual([]);
    expect(given.state.calls.get(CALL)?.phase.kind).toBe('waiting');
    const other = ringing();
    other.when({ type: 'LegEnded', legId: CUSTOMER, cause: 'normal', side: 'far' });
    for (const id of [ANNA, BEN, CARL]) expect(activity(other, id)?.kind).toBe('idle');
  });

  it('rings no more at who pauses or falls silent, and at who comes free it does', () => {
    const given = ringing([...everybody, { type: 'paused', agentId: CARL, reasonId: LUNCH }]);
    expect(rungBy(given)).toEqual([ANNA, BEN]);
    given.when({ type: 'Resume', agentId: CARL });
    expect(rungBy(given)).toEqual([ANNA, BEN, CARL]);
    given.when({ type: 'PageFellSilent', agentId: BEN, clientId: 'page' });
    expect(rungBy(given)).toEqual([ANNA, CARL]);
  });

  it('rings on as it began when the group gets another strategy', () => {
    const given = ringing();
    given.when({ type: 'SetUpChanged', config: configOf({ groups: [group(SALES)] }) });
    expect(rungBy(given)).toEqual([ANNA, BEN, CARL]);
    given.when({ type: 'LegAnswered', legId: legTo(given, BEN) });
    expect(activity(given, ANNA)?.kind).toBe('idle');
  });

  it('rings again at a page that was reloaded, beside the others', () => {
    const given = ringing();
    const lost = legTo(given, BEN);
    given.when({ type: 'LegLost', legId: lost, cause: 'media-lost' });
    expect(rungBy(given)).toEqual([ANNA, BEN, CARL]);
    given.when({ type: 'Tick' }, 2_000);
    expect(legTo(given, BEN)).not.toBe(lost);
    given.when({ type: 'LegAnswered', legId: legTo(given, BEN) });
    given.when(REACHED);
    expect(activity(given, BEN)?.kind).toBe('talking');
  });
});
