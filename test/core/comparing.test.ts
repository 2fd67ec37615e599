import { describe, expect, it } from 'vitest';
import type { CallState } from '../../server/core/model/call.ts';
import { standing } from '../../server/core/model/parties.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId, LegId } from '../../server/core/kernel/ids.ts';
import type { DialRequest, LiveLeg } from '../../server/core/ports/switch.ts';
import { indexed } from '../../server/core/team/reindex.ts';
import { nextDeadline } from '../../server/core/team/deadlines.ts';
import type { Decision } from '../../server/core/model/draft.ts';
import { agentId } from '../support/builders.ts';
import { CALL, CUSTOMER, Given, REACHED, arrival, operations, ready, types } from './given.ts';

const RING_MS = 15_000;

interface Offered {
  given: Given;
  /** What was asked of the switch when the call was offered. */
  request: DialRequest;
}

/** A queue's caller who rings at agent 1001; every intent of it may or may not have left. */
function offered(): Offered {
  const given = new Given({}, ready('1001'));
  const { intents } = given.when(arrival());
  const dial = intents.find((intent) => intent.op === 'dial');
  if (dial?.op !== 'dial') throw new Error('nobody was dialled');
  return { given, request: dial.request };
}

function callOf(given: Given): CallState {
  const call = given.state.calls.get(CALL);
  if (!call) throw new Error('the call is gone');
  return call;
}

function leg(legId: LegId, state: LiveLeg['state']): LiveLeg {
  return { legId, state, roomId: null, endpointId: null };
}

function compare(
  given: Given,
  legs: readonly LiveLeg[],
  options: { dials?: readonly DialRequest[]; believed?: readonly LegId[]; after?: number } = {},
): Decision {
  const all = [...given.state.calls.values()].flatMap((call) => call.legs.map((each) => each.id));
  const dials = new Map((options.dials ?? []).map((request) => [request.legId, request]));
  const believed = new Set(options.believed ?? all);
  return given.when({ type: 'Compared', legs, believed, dials }, options.after ?? 1_000);
}

describe('comparing the records with the switch', () => {
  it('dials what was recorded and has never left, for the rest of its time', () => {
    const { given, request } = offered();
    const decision = compare(given, [leg(CUSTOMER, 'answered')], { dials: [request] });
    expect(decision.intents).toContainEqual(
      expect.objectContaining({ op: 'dial', request: { ...request, ringMs: request.ringMs - 1_000 } }),
    );
    expect(callOf(given).phase).toMatchObject({ kind: 'offered', legId: request.legId });
  });

  it('does not dial when the time for it is over: the caller goes back into the line', () => {
    const { given, request } = offered();
    const decision = compare(given, [leg(CUSTOMER, 'answered')], { dials: [request], after: 60_000 });
    expect(operations(decision)).not.toContain('dial');
    expect(callOf(given).phase.kind).toBe('waiting');
    expect(given.state.agents.get(agentId('1001'))?.activity.kind).toBe('idle');
  });

  it('does not miss a leg that was not believed to be there when the switch was asked', () => {
    const { given } = offered();
    const decision = compare(given, [leg(CUSTOMER, 'answered')], { believed: [CUSTOMER] });
    expect(types(decision)).not.toContain('leg-gone');
    expect(callOf(given).phase.kind).toBe('offered');
  });

  it('answers a caller who was stored and not answered yet, and lets the room be opened', () => {
    const { given, request } = offered();
    const decision = compare(given, [leg(CUSTOMER, 'offered'), leg(request.legId, 'ringing')]);
    expect(operations(decision)).toEqual(['answer', 'music', 'open-room']);
    expect(types(decision)).toContain('leg-rang');
  });

  it('joins with the agent who has answered while nobody listened', () => {
    const { given, request } = offered();
    const decision = compare(given, [leg(CUSTOMER, 'answered'), leg(request.legId, 'answered')]);
    expect(callOf(given).phase.kind).toBe('connecting');
    expect(operations(decision).filter((op) => op === 'place')).toHaveLength(2);
    expect(decision.intents.map(({ done }) => done?.type)).toContain('PlanReached');
    expect(operations(decision)[0]).toBe('open-room');
  });

  it('joins anew, with the whole time for it, when the joining was cut', () => {
    const { given, request } = offered();
    given.when({ type: 'LegAnswered', legId: CUSTOMER });
    given.when({ type: 'LegAnswered', legId: request.legId });
    const waited = callOf(given).waitedMs;
    const decision = compare(given, [leg(CUSTOMER, 'answered'), leg(request.legId, 'answered')], {
      after: 60_000,
    });
    expect(operations(decision)).toEqual(['open-room', 'place', 'place', 'music', 'music']);
    expect(types(given.when({ type: 'Tick' }))).not.toContain('call-ended');
    given.when(REACHED);
    expect(callOf(given)).toMatchObject({ phase: { kind: 'conversation' }, waitedMs: waited });
  });

  it('hangs up a leg that was given up and rings on because the hang-up never left', () => {
    const { given, request } = offered();
    given.when({ type: 'Reject', agentId: agentId('1001'), callId: CALL });
    const decision = compare(given, [leg(CUSTOMER, 'answered'), leg(request.legId, 'ringing')]);
    expect(decision.intents).toContainEqual(
      expect.objectContaining({ op: 'hangup', legId: request.legId, cause: 'cancelled' }),
    );
    expect(operations(decision)).not.toContain('dial');
  });

  it('hangs up what is left of a call that has ended', () => {
    const { given, request } = offered();
    given.when({ type: 'LegEnded', legId: CUSTOMER, cause: 'cancelled', side: 'far' });
    const decision = compare(given, [leg(request.legId, 'ringing')]);
    expect(operations(decision)).toEqual(['hangup']);
  });

  it('counts a caller who left the line meanwhile as abandoned', () => {
    const { given, request } = offered();
    compare(given, [leg(request.legId, 'ringing')]);
    expect(callOf(given).phase).toMatchObject({ kind: 'ended', cause: 'abandoned' });
  });

  it('gives the device of a lost leg the whole time again', () => {
    const { given, request } = offered();
    given.when({ type: 'LegAnswered', legId: CUSTOMER });
    given.when({ type: 'LegAnswered', legId: request.legId });
    given.when(REACHED);
    given.when({ type: 'EndpointOffline', endpointId: asId<EndpointId>('ep-1001') });
    given.when({ type: 'LegLost', legId: request.legId, cause: 'media-lost' });
    const decision = compare(given, [leg(CUSTOMER, 'answered')], { after: 60_000 });
    expect(decision.intents).toContainEqual(
      expect.objectContaining({ op: 'music', legId: CUSTOMER, on: true }),
    );
    given.when({ type: 'Tick' }, 14_000);
    expect(standing(callOf(given))).toBe('recovering');
    given.when({ type: 'Tick' }, 1_000);
    expect(callOf(given).phase).toMatchObject({ kind: 'ended', cause: 'media-lost' });
  });

  /** Agent 1001 hears the ringing of a number outside. */
  function ringing(): { given: Given; own: LegId; far: LegId } {
    const given = new Given({}, ready('1001'));
    const { intents } = given.when({
      type: 'Dial',
      agentId: agentId('1001'),
      callId: CALL,
      to: { kind: 'number', number: '13800000001' },
      groupId: null,
      callerId: null,
      customer: null,
      data: {},
      known: false,
      ownLeg: null,
    });
    const own = intents[0]?.op === 'dial' ? intents[0].request.legId : CUSTOMER;
    const next = given.when({ type: 'LegAnswered', legId: own }).intents.find(({ op }) => op === 'dial');
    const far = next?.op === 'dial' ? next.request.legId : CUSTOMER;
    given.when({ type: 'LegRang', legId: far, earlyMedia: false });
    return { given, own, far };
  }

  it('plays the ringback again to who is waiting for the far side', () => {
    const { given, own, far } = ringing();
    const decision = compare(given, [leg(own, 'answered'), leg(far, 'ringing')]);
    expect(operations(decision)).toEqual(['open-room', 'stop-playback', 'place', 'music', 'play']);
  });

  it('ends the ringback, which plays on, when the far side has answered meanwhile', () => {
    const { given, own, far } = ringing();
    const { intents } = compare(given, [leg(own, 'answered'), leg(far, 'answered')]);
    const ops = intents.map(({ op }) => op);
    expect(ops.filter((op) => op === 'stop-playback' || op === 'play')).toEqual(['stop-playback']);
  });
});

describe('what was loaded and not compared yet', () => {
  it('waits for no deadline of its calls', () => {
    const { given } = offered();
    Object.assign(given.state, { undecided: true, switchUp: false });
    indexed(given.state, given.now);
    expect(types(given.when({ type: 'Tick' }, RING_MS * 2))).toEqual([]);
    expect(nextDeadline(given.state)).toBeNull();
    expect(callOf(given).phase.kind).toBe('offered');
  });
});
