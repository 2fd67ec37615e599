import { describe, expect, it } from 'vitest';
import { holderIn, standing } from '../../server/core/model/parties.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId, LegId } from '../../server/core/kernel/ids.ts';
import type { Decision } from '../../server/core/model/draft.ts';
import type { TeamEvent } from '../../server/core/model/team.ts';
import { SALES, agentId } from '../support/builders.ts';
import { CALL, CUSTOMER, Given, REACHED, arrival, types } from './given.ts';

const ANNA = agentId('1001');
const BEN = agentId('1002');
const PHONE = asId<EndpointId>('phone-1001');
const BENS = asId<EndpointId>('phone-1002');

function withPhone(number: string, endpointId: EndpointId): TeamEvent[] {
  return [
    {
      type: 'endpoint-came-online',
      endpointId,
      link: { online: true, address: null, userAgent: null },
    },
    {
      type: 'signed-in',
      agentId: agentId(number),
      groups: [SALES],
      device: { kind: 'phone', endpointId },
    },
  ];
}

/** Which legs are given music, and from which it is taken. */
function music(decision: Decision): Array<[LegId, boolean]> {
  return decision.intents.flatMap((intent): Array<[LegId, boolean]> =>
    intent.op === 'music' ? [[intent.legId, intent.on]] : [],
  );
}

/** Tells the core what the switch has confirmed of a decision. */
function confirm(given: Given, decision: Decision): void {
  for (const { done } of decision.intents) if (done) given.when(done);
}

function dialled(decision: Decision): LegId {
  const [leg] = decision.intents.flatMap((intent) => (intent.op === 'dial' ? [intent.request.legId] : []));
  if (!leg) throw new Error('nobody was rung');
  return leg;
}

/** A customer of the queue talks to an agent at a desk phone. */
function talk(): { given: Given; leg: LegId } {
  const given = new Given({}, withPhone('1001', PHONE));
  const leg = dialled(given.when(arrival()));
  given.when({ type: 'LegUp', callId: CALL, legId: CUSTOMER });
  confirm(given, given.when({ type: 'LegAnswered', legId: leg }));
  return { given, leg };
}

/** The one call of a state in which two agents talk to each other, both at desk phones. */
function colleagues(): { given: Given; anna: LegId; ben: LegId } {
  const given = new Given({}, [...withPhone('1001', PHONE), ...withPhone('1002', BENS)]);
  const anna = dialled(
    given.when({
      type: 'Dial',
      agentId: ANNA,
      callId: CALL,
      to: { kind: 'agent', agentId: BEN },
      groupId: null,
      callerId: null,
      customer: null,
      data: {},
      known: true,
      ownLeg: null,
    }),
  );
  const ben = dialled(given.when({ type: 'LegAnswered', legId: anna }));
  confirm(given, given.when({ type: 'LegAnswered', legId: ben }));
  return { given, anna, ben };
}

function phase(given: Given): { kind: string; by?: unknown } {
  const call = given.state.calls.get(CALL);
  if (!call) throw new Error('the call is gone');
  return { kind: standing(call), by: holderIn(call, 'main')?.agentId };
}

describe('given a talk with an agent at a desk phone', () => {
  it('when the phone holds, then the customer hears music, and the call is held by the agent', () => {
    const { given, leg } = talk();
    const held = given.when({ type: 'LegHeld', legId: leg, held: true });
    expect(music(held)).toEqual([[CUSTOMER, true]]);
    confirm(given, held);
    expect(phase(given)).toMatchObject({ kind: 'held', by: ANNA });
    expect(given.state.agents.get(ANNA)?.activity.kind).toBe('holding');
  });

  it('when the phone takes the call back, then the music ends and it is a talk again', () => {
    const { given, leg } = talk();
    confirm(given, given.when({ type: 'LegHeld', legId: leg, held: true }));
    const back = given.when({ type: 'LegHeld', legId: leg, held: false });
    expect(music(back)).toEqual([[CUSTOMER, false]]);
    confirm(given, back);
    expect(phase(given).kind).toBe('talking');
    expect(given.state.agents.get(ANNA)?.activity.kind).toBe('talking');
  });

  it('when the phone holds and goes on before the switch has confirmed either, then no music is left', () => {
    const { given, leg } = talk();
    const held = given.when({ type: 'LegHeld', legId: leg, held: true });
    const back = given.when({ type: 'LegHeld', legId: leg, held: false });
    const again = given.when({ type: 'LegHeld', legId: leg, held: true });
    const last = given.when({ type: 'LegHeld', legId: leg, held: false });
    const lane = [held, back, again, last];
    for (const decision of lane) confirm(given, decision);
    expect(lane.flatMap(music).at(-1)).toEqual([CUSTOMER, false]);
    expect(phase(given).kind).toBe('talking');
  });

  it('when the phone holds, then the bar cannot take the call back, and says where it can be', () => {
    const { given, leg } = talk();
    confirm(given, given.when({ type: 'LegHeld', legId: leg, held: true }));
    expect(given.refused({ type: 'ResumeCall', agentId: ANNA, callId: CALL })).toBe('held-at-phone');
  });

  it('when both the bar and the phone hold, then the phone takes the call back altogether', () => {
    const { given, leg } = talk();
    confirm(given, given.when({ type: 'Hold', agentId: ANNA, callId: CALL }));
    expect(music(given.when({ type: 'LegHeld', legId: leg, held: true }))).toEqual([]);
    expect(given.refused({ type: 'ResumeCall', agentId: ANNA, callId: CALL })).toBe('held-at-phone');
    const back = given.when({ type: 'LegHeld', legId: leg, held: false });
    expect(music(back)).toEqual([[CUSTOMER, false]]);
    confirm(given, back);
    expect(phase(given).kind).toBe('talking');
  });

  it('when the phone holds while the call is being joined, then it is held as soon as it is joined', () => {
    const given = new Given({}, withPhone('1001', PHONE));
    const leg = dialled(given.when(arrival()));
    given.when({ type: 'LegUp', callId: CALL, legId: CUSTOMER });
    const joining = given.when({ type: 'LegAnswered', legId: leg });
    expect(music(given.when({ type: 'LegHeld', legId: leg, held: true }))).toEqual([]);
    expect(joining.intents.at(-1)?.done?.type).toBe('PlanReached');
    const joined = given.when(REACHED);
    expect(music(joined)).toEqual([[CUSTOMER, true]]);
    confirm(given, joined);
    expect(phase(given)).toMatchObject({ kind: 'held', by: ANNA });
  });

  it('when the phone that holds is lost, then the call comes back as a talk and not as a hold', () => {
    const { given, leg } = talk();
    confirm(given, given.when({ type: 'LegHeld', legId: leg, held: true }));
    const next = dialled(given.when({ type: 'LegLost', legId: leg, cause: 'media-lost' }));
    const back = given.when({ type: 'LegAnswered', legId: next });
    expect(music(back)).toEqual([[CUSTOMER, false]]);
    confirm(given, back);
    expect(phase(given).kind).toBe('talking');
    expect(given.state.agents.get(ANNA)?.activity.kind).toBe('talking');
  });

  it('when the switch was not heard meanwhile, then the bar can take back what the phone held', () => {
    const { given, leg } = talk();
    confirm(given, given.when({ type: 'LegHeld', legId: leg, held: true }));
    given.when({ type: 'SwitchDown' });
    given.when({
      type: 'Compared',
      legs: [CUSTOMER, leg].map((legId) => ({ legId, state: 'answered', roomId: null, endpointId: null })),
      believed: new Set([CUSTOMER, leg]),
      dials: new Map(),
    });
    expect(phase(given).kind).toBe('held');
    confirm(given, given.when({ type: 'ResumeCall', agentId: ANNA, callId: CALL }));
    expect(phase(given).kind).toBe('talking');
  });

  it('when the switch was not heard meanwhile, then the phone can still take back what it held', () => {
    const { given, leg } = talk();
    confirm(given, given.when({ type: 'LegHeld', legId: leg, held: true }));
    given.when({
      type: 'Compared',
      legs: [CUSTOMER, leg].map((legId) => ({ legId, state: 'answered', roomId: null, endpointId: null })),
      believed: new Set([CUSTOMER, leg]),
      dials: new Map(),
    });
    confirm(given, given.when({ type: 'LegHeld', legId: leg, held: false }));
    expect(phase(given).kind).toBe('talking');
  });

  it('when the customer holds, then the talk stays one, and both can hold and go on each by themselves', () => {
    const { given, leg } = talk();
    const there = given.when({ type: 'LegHeld', legId: CUSTOMER, held: true });
    expect(types(there)).toEqual(['leg-held']);
    expect(there.intents).toEqual([]);
    expect(phase(given).kind).toBe('talking');
    confirm(given, given.when({ type: 'LegHeld', legId: leg, held: true }));
    expect(music(given.when({ type: 'LegHeld', legId: CUSTOMER, held: false }))).toEqual([]);
    const back = given.when({ type: 'LegHeld', legId: leg, held: false });
    expect(music(back)).toEqual([[CUSTOMER, false]]);
    confirm(given, back);
    expect(phase(given).kind).toBe('talking');
  });

  it('when the call is over, then a late hold changes nothing', () => {
    const { given, leg } = talk();
    given.when({ type: 'Hangup', agentId: ANNA, callId: CALL });
    expect(given.when({ type: 'LegHeld', legId: leg, held: true }).events).toEqual([]);
    expect(given.when({ type: 'LegHeld', legId: asId<LegId>('nobody'), held: true }).events).toEqual([]);
  });
});

describe('given two colleagues at desk phones', () => {
  it('when both phones hold and go on, then each resume ends only its own hold, and no music is left', () => {
    const { given, anna, ben } = colleagues();
    confirm(given, given.when({ type: 'LegHeld', legId: anna, held: true }));
    expect(music(given.when({ type: 'LegHeld', legId: ben, held: true }))).toEqual([]);
    expect(phase(given)).toMatchObject({ kind: 'held', by: ANNA });
    const back = given.when({ type: 'LegHeld', legId: anna, held: false });
    expect(music(back)).toEqual([[ben, false]]);
    const [confirmation] = back.intents.flatMap(({ done }) => (done ? [done] : []));
    if (!confirmation) throw new Error('nothing is confirmed');
    const turned = given.when(confirmation);
    expect(music(turned)).toEqual([[anna, true]]);
    confirm(given, turned);
    expect(phase(given)).toMatchObject({ kind: 'held', by: BEN });
    const last = given.when({ type: 'LegHeld', legId: ben, held: false });
    expect(music(last)).toEqual([[anna, false]]);
    confirm(given, last);
    expect(phase(given).kind).toBe('talking');
  });
});
