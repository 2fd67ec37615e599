import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LegId } from '../../server/core/kernel/ids.ts';
import { NOWHERE, planOf } from '../../server/core/model/plan.ts';
import type { CallPlan, LegPlan } from '../../server/core/model/plan.ts';
import { planDifference } from '../../server/core/model/plan-difference.ts';
import type { Action } from '../../server/core/ports/effects.ts';
import { World, step } from './world.ts';

type Legs = Map<LegId, LegPlan>;

/** Who hears whom, as `listener<speaker`. */
function heard(legs: Legs): Set<string> {
  const pairs = new Set<string>();
  for (const [listener, to] of legs) {
    for (const [speaker, from] of legs) {
      const apart = listener === speaker || to.music || from.music;
      if (apart || to.roomId === null || to.roomId !== from.roomId) continue;
      const { voice } = from;
      if (voice.kind === 'all' || (voice.kind === 'whisper' && voice.to === listener))
        pairs.add(`${listener}<${speaker}`);
    }
  }
  return pairs;
}

function carryOut(legs: Legs, action: Action): void {
  if (action.op === 'stop-playback') {
    for (const [legId, leg] of legs) {
      if (leg.ringback === action.playbackId) legs.set(legId, { ...leg, ringback: null });
      if (leg.notice === action.playbackId) legs.set(legId, { ...leg, notice: null });
    }
    return;
  }
  const legId =
    action.op === 'play' && 'leg' in action.request.target
      ? action.request.target.leg
      : 'legId' in action
        ? action.legId
        : null;
  const leg = legId && legs.get(legId);
  if (!leg) return;
  if (action.op === 'music') legs.set(legId, { ...leg, music: action.on });
  if (action.op === 'place') legs.set(legId, { ...leg, roomId: action.roomId, voice: action.voice });
  if (action.op === 'remove') legs.set(legId, { ...leg, roomId: null });
  if (action.op !== 'play') return;
  const { playbackId, mixed } = action.request;
  legs.set(legId, { ...leg, ...(mixed ? { notice: playbackId } : { ringback: playbackId }) });
}

/** Legs that have just come are nowhere; those that have gone are not there any more. */
function begin(before: CallPlan, after: CallPlan): Legs {
  return new Map([...after.legs.keys()].map((legId) => [legId, before.legs.get(legId) ?? NOWHERE]));
}

function expectSafe(before: CallPlan, after: CallPlan): void {
  const legs = begin(before, after);
  const [was, is] = [heard(legs), heard(new Map(after.legs))];
  const start = new Map(legs);
  const isMoved = (pair: string): boolean =>
    pair.split('<').every((id) => start.get(id as LegId)?.roomId !== after.legs.get(id as LegId)?.roomId);
  const hadMusic = [...legs].flatMap(([legId, { music }]) => (music ? [legId] : []));
  for (const action of planDifference(before, after).steps) {
    carryOut(legs, action);
    for (const pair of heard(legs))
      expect(was.has(pair) || is.has(pair), `${pair} at ${action.op}`).toBe(true);
    // Two who move together miss each other for one step.
    for (const pair of was)
      if (is.has(pair) && !isMoved(pair)) expect([...heard(legs)], action.op).toContain(pair);
    for (const legId of hadMusic) {
      if (after.legs.get(legId)?.music) expect(legs.get(legId)?.music).toBe(true);
    }
  }
  expect(legs).toEqual(after.legs);
}

describe('on the way from one plan of a call to the next', () => {
  it('nobody hears who was not heard before and is not to be heard then, and what goes on is not interrupted', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const world = new World();
        world.talk();
        world.check = ({ changes }) => {
          for (const { before, after } of changes.calls.values()) {
            const none: CallPlan = { rooms: [], legs: new Map() };
            if (after) expectSafe(before ? planOf(before) : none, planOf(after));
          }
        };
        for (const each of steps) world.run(each);
      }),
      { numRuns: 200 },
    );
  });
});
