import { describe, expect, it } from 'vitest';
import { standing } from '../../server/core/model/parties.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { GroupId, LegId } from '../../server/core/kernel/ids.ts';
import type { TeamEvent } from '../../server/core/model/team.ts';
import { nextDeadline } from '../../server/core/team/deadlines.ts';
import { CARE, SALES, agentId, group } from '../support/builders.ts';
import {
  CALL,
  CUSTOMER,
  Given,
  REACHED,
  arrival,
  copyOf,
  folded,
  operations,
  ready,
  types,
} from './given.ts';

const ANNA = agentId('1001');
const BEN = agentId('1002');

/** The legs that a decision dials. */
function dialled(decision: ReturnType<Given['when']>): LegId[] {
  return decision.intents.flatMap((intent) => (intent.op === 'dial' ? [intent.request.legId] : []));
}

function standingOf(given: Given): string | undefined {
  const call = given.state.calls.get(CALL);
  return call && standing(call);
}

describe('given an idle agent', () => {
  it('when a caller arrives, then the caller is answered with music and the agent is reserved and rung', () => {
    const given = new Given({}, ready('1001'));
    const then = given.when(arrival());
    expect(types(then)).toEqual(['call-created', 'leg-added', 'agent-reserved', 'leg-added', 'call-offered']);
    expect(operations(then)).toEqual(['answer', 'music', 'open-room', 'dial']);
  });

  it('when what is decided is recorded, then the events alone lead to the same state', () => {
    const given = new Given({}, ready('1001'));
    const before = copyOf(given.state);
    const then = given.when(arrival());
    expect(copyOf(folded(before, then.events, given.now))).toEqual(copyOf(given.state));
  });

  it('when the agent answers, then the legs are joined, and it is a talk when the switch says so', () => {
    const given = new Given({}, ready('1001'));
    const [leg] = dialled(given.when(arrival()));
    if (!leg) throw new Error('nobody was rung');
    given.when({ type: 'LegUp', callId: CALL, legId: CUSTOMER });
    const answered = given.when({ type: 'LegAnswered', legId: leg });
    expect(types(answered)).toEqual(['leg-came-up', 'joining']);
    expect(operations(answered)).toEqual(['place', 'place', 'music']);
    expect(answered.intents.at(-1)?.done?.type).toBe('PlanReached');
    expect(types(given.when(REACHED))).toEqual(['call-connected', 'agent-talking']);
  });

  it('when the agent answers in the moment in which the offer was withdrawn, then that leg is hung up', () => {
    const given = new Given({}, ready('1001'));
    const [leg] = dialled(given.when(arrival()));
    if (!leg) throw new Error('nobody was rung');
    given.when({ type: 'Reject', agentId: ANNA, callId: CALL });
    const late = given.when({ type: 'LegAnswered', legId: leg });
    expect(types(late)).toEqual(['leg-came-up']);
    expect(late.intents).toMatchObject([{ op: 'hangup', legId: leg }]);
    expect(given.state.calls.get(CALL)?.phase.kind).toBe('waiting');
  });

  it('when a leg ends twice, then the second time says nothing', () => {
    const given = new Given({}, ready('1001'));
    given.when(arrival());
    const ended = { type: 'LegEnded', legId: CUSTOMER, cause: 'normal', side: 'far' } as const;
    expect(types(given.when(ended))).toContain('call-ended');
    expect(given.when(ended)).toMatchObject({ events: [], intents: [] });
  });
});

describe('given two idle agents', () => {
  it('when the ring time is over, then the call is offered to the other in the same decision', () => {
    const given = new Given({}, [...ready('1001'), ...ready('1002')]);
    given.when(arrival());
    const then = given.when({ type: 'Tick' }, 15_000);
    expect(types(then)).toEqual([
      'offer-withdrawn',
      'offer-missed',
      'agent-freed',
      'agent-reserved',
      'leg-added',
      'call-offered',
    ]);
    expect(given.state.calls.get(CALL)?.phase).toMatchObject({ kind: 'offered', agentId: BEN });
  });
});

describe('given a call in which both talk', () => {
  function talking(): { given: Given; leg: LegId } {
    const given = new Given({}, ready('1001'));
    const [leg] = dialled(given.when(arrival()));
    if (!leg) throw new Error('nobody was rung');
    given.when({ type: 'LegUp', callId: CALL, legId: CUSTOMER });
    given.when({ type: 'LegAnswered', legId: leg });
    given.when(REACHED);
    return { given, leg };
  }

  it('when the agent holds, then nothing is held before the switch has confirmed', () => {
    const { given } = talking();
    const asked = given.when({ type: 'Hold', agentId: ANNA, callId: CALL });
    expect(types(asked)).toEqual(['hold-begun']);
    expect(standingOf(given)).toBe('talking');
    expect(asked.intents).toMatchObject([{ op: 'music', legId: CUSTOMER, on: true }]);
    const confirmed = given.when(REACHED);
    expect(types(confirmed)).toEqual(['call-held', 'agent-holding']);
  });

  it('when the confirmation of a hold comes after the end, then it says nothing', () => {
    const { given } = talking();
    given.when({ type: 'Hold', agentId: ANNA, callId: CALL });
    given.when({ type: 'LegEnded', legId: CUSTOMER, cause: 'normal', side: 'far' });
    expect(given.when(REACHED).events).toEqual([]);
    expect(given.state.agents.get(ANNA)?.activity.kind).toBe('idle');
  });

  it("when the agent's leg is lost, then the customer hears music and the device is called again", () => {
    const { given, leg } = talking();
    const lost = given.when({ type: 'LegLost', legId: leg, cause: 'media-lost' });
    expect(types(lost)).toEqual(['leg-gone', 'agent-leg-lost', 'leg-added', 'agent-called-back']);
    expect(operations(lost)).toEqual(['music', 'dial']);
    const [again] = dialled(lost);
    given.when({ type: 'LegAnswered', legId: again ?? asId<LegId>('') });
    given.when(REACHED);
    expect(standingOf(given)).toBe('talking');
  });

  it('when a device does not take the call back, then it is tried again after a while, not at once', () => {
    const { given, leg } = talking();
    const [again] = dialled(given.when({ type: 'LegLost', legId: leg, cause: 'media-lost' }));
    const failed = given.when({
      type: 'LegEnded',
      legId: again ?? asId<LegId>(''),
      cause: 'unreachable',
      side: 'switch',
    });
    expect(dialled(failed)).toEqual([]);
    expect(dialled(given.when({ type: 'Tick' }, 1_999))).toEqual([]);
    expect(dialled(given.when({ type: 'Tick' }, 1))).toHaveLength(1);
  });

  it("when the customer's leg is lost, then the call ends", () => {
    const { given } = talking();
    const lost = given.when({ type: 'LegLost', legId: CUSTOMER, cause: 'media-lost' });
    expect(given.state.calls.get(CALL)?.phase).toMatchObject({
      kind: 'ended',
      cause: 'media-lost',
      by: { kind: 'system' },
    });
    expect(operations(lost)).toEqual(['hangup', 'close-room']);
  });

  it('when a command comes from somebody who has no part in it, then there is no such call', () => {
    const { given } = talking();
    expect(given.refused({ type: 'Hangup', agentId: BEN, callId: CALL })).toBe('no-such-call');
  });

  it('when the switch never confirms that legs are joined, then the call ends instead of hanging', () => {
    const given = new Given({}, ready('1001'));
    const [leg] = dialled(given.when(arrival()));
    given.when({ type: 'LegAnswered', legId: leg ?? asId<LegId>('') });
    given.when({ type: 'Tick' }, 10_000);
    expect(given.state.calls.get(CALL)?.phase).toMatchObject({ kind: 'ended', cause: 'switch-failure' });
    expect(given.state.agents.get(ANNA)?.activity.kind).toBe('idle');
  });
});

describe('given an agent whose page falls silent', () => {
  const silent = { type: 'PageFellSilent', agentId: ANNA, clientId: 'page' } as const;

  it('when a call rings there, then the next agent is rung in the same decision', () => {
    const given = new Given({}, [...ready('1001'), ...ready('1002')]);
    given.when(arrival());
    given.when(silent);
    expect(given.state.calls.get(CALL)?.phase).toMatchObject({ kind: 'offered', agentId: BEN });
  });

  it('when a call arrives, then it waits until the page is heard of again', () => {
    const given = new Given({}, ready('1001'));
    given.when(silent);
    given.when(arrival());
    expect(given.state.calls.get(CALL)?.phase.kind).toBe('waiting');
    const phone = { registered: true, microphone: 'ready' } as const;
    given.when({ type: 'PageSeen', agentId: ANNA, clientId: 'page', phone });
    expect(given.state.calls.get(CALL)?.phase).toMatchObject({ kind: 'offered', agentId: ANNA });
  });

  it('when it is another page that did, then nothing has happened', () => {
    const given = new Given({}, ready('1001'));
    given.when(arrival());
    expect(given.when({ ...silent, clientId: 'earlier' })).toMatchObject({ events: [] });
  });

  it('when what the switch has is not known yet, then what rings there is left as soon as it is', () => {
    const given = new Given({}, [...ready('1001'), { type: 'switch-went-down' }]);
    given.state.switchUp = true;
    given.when(arrival());
    given.state.undecided = true;
    given.when(silent);
    expect(given.state.calls.get(CALL)?.phase.kind).toBe('offered');
    const legs = (given.state.calls.get(CALL)?.legs ?? []).map(({ id: legId }) => ({
      legId,
      state: 'ringing' as const,
      roomId: null,
      endpointId: null,
    }));
    given.when({
      type: 'Compared',
      legs,
      believed: new Set(legs.map(({ legId }) => legId)),
      dials: new Map(),
    });
    expect(nextDeadline(given.state)).toBeLessThanOrEqual(given.now);
    given.when({ type: 'Tick' });
    expect(given.state.calls.get(CALL)?.phase.kind).toBe('waiting');
  });
});

describe('given an agent who takes no call that rings', () => {
  const missed = (given: Given): void => {
    given.when({ type: 'Tick' }, 15_000);
    for (const leg of given.state.calls.get(CALL)?.legs ?? []) {
      if (leg.agentId) given.when({ type: 'LegEnded', legId: leg.id, cause: 'no-answer', side: 'switch' });
    }
    given.when({ type: 'Tick' }, 60_000);
  };

  it('when that goes on for long, then the call keeps the legs of its latest offers, and its caller', () => {
    const given = new Given({ groups: [group(SALES, { ringMs: 10_000 })] }, ready('1001'));
    given.when(arrival());
    for (let round = 0; round < 100; round++) missed(given);
    const call = given.state.calls.get(CALL);
    expect(call?.legs.length).toBeLessThanOrEqual(21);
    expect(call?.legs[0]?.id).toBe(CUSTOMER);
    expect(call?.phase.kind).toBe('offered');
  });

  it('when another group has missed as well, then rests that are over are not kept', () => {
    const given = new Given({ groups: [group(SALES), group(CARE)] }, ready('1001'));
    const event = (groupId: GroupId): TeamEvent[] => [
      { type: 'offer-missed', agentId: ANNA, groupId, retryAt: given.now + 30_000 },
    ];
    const before = folded(given.state, event(CARE), given.now);
    given.now += 40_000;
    const agent = folded(before, event(SALES), given.now).agents.get(ANNA);
    expect(agent?.retryAt).toEqual({ [SALES]: given.now + 30_000 });
  });
});
