import * as fc from 'fast-check';
import { standing } from '../../server/core/model/parties.ts';
import { describe, expect, it } from 'vitest';
import { currentCall } from '../../server/core/model/agent.ts';
import { offersOf } from '../../server/core/model/offers.ts';
import { liveLegs } from '../../server/core/model/call.ts';
import { evolveTeam } from '../../server/core/model/team-fold.ts';
import type { Unindexed } from '../../server/core/model/team.ts';
import { indexed, layOver } from '../../server/core/team/reindex.ts';
import { copyOf } from './given.ts';
import { World, step } from './world.ts';

function checkInvariants(world: World): void {
  const { team } = world;
  const ringing = new Map<string, string>();
  for (const call of team.calls.values()) {
    const attached = [...team.agents.values()].filter((each) => currentCall(each) === call.id);
    switch (call.phase.kind) {
      case 'waiting':
      case 'ended':
        // Nobody is bound to a call that is not theirs.
        expect(attached).toEqual([]);
        break;
      case 'offered':
        expect(attached.map(({ id }) => id).toSorted()).toEqual(
          offersOf(call)
            .map(({ agentId }) => agentId)
            .toSorted(),
        );
        for (const { agentId } of offersOf(call)) {
          expect(ringing.has(agentId)).toBe(false);
          ringing.set(agentId, call.id);
        }
        break;
      default:
        expect(attached.length).toBeGreaterThan(0);
    }
    const live = new Set(liveLegs(call).map((leg) => leg.agentId ?? leg.id));
    // A conversation has each agent once, however often the device was called.
    if (standing(call) === 'talking') expect(live.size).toBeGreaterThanOrEqual(2);
  }
  for (const each of team.agents.values()) {
    const callId = currentCall(each);
    if (callId) expect(team.calls.has(callId)).toBe(true);
  }
  // A call in the line has its caller; a caller who is there has a call in the line, at an agent or ended.
  for (const call of team.calls.values()) {
    if (call.phase.kind !== 'waiting') continue;
    expect(liveLegs(call).some((leg) => leg.role === 'customer')).toBe(true);
  }
}

describe('whatever happens to a team', () => {
  it('nobody is offered two calls, no call is lost, and no agent is bound to a call that is over', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = new World();
        for (const each of steps) {
          world.run(each);
          checkInvariants(world);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the line is served in the order of arrival', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = new World();
        for (const each of steps) {
          const before = new Set(
            [...world.team.calls.values()].filter((c) => c.phase.kind === 'waiting').map((c) => c.id),
          );
          world.run(each);
          if (each.kind === 'time') continue;
          const left = [...world.team.calls.values()].filter(
            (call) => before.has(call.id) && call.phase.kind === 'offered',
          );
          const still = [...world.team.calls.values()].filter(
            (call) => before.has(call.id) && call.phase.kind === 'waiting',
          );
          for (const served of left) {
            for (const call of still) expect(call.createdAt).toBeGreaterThanOrEqual(served.createdAt);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('everybody is free in the end: when all legs are gone and time has passed, nobody is stuck', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const world = new World();
        for (const each of steps) world.run(each);
        for (let round = 0; round < 3; round++) {
          for (const call of [...world.team.calls.values()]) {
            for (const leg of liveLegs(call)) {
              world.take({ type: 'LegEnded', legId: leg.id, cause: 'normal', side: 'far' });
            }
          }
        }
        world.run({ kind: 'time', ms: 40_000 });
        expect([...world.team.calls.keys()]).toEqual([]);
        for (const each of world.team.agents.values()) expect(each.activity.kind).toBe('idle');
      }),
      { numRuns: 200 },
    );
  });

  it('what a decision has changed is what its events fold into a full copy, and the team beneath stays as it was', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = new World();
        const before = copyOf(world.team);
        world.check = ({ changes, events }) => {
          expect(entries(world.team)).toEqual(entries(before));
          for (const event of events) evolveTeam(before, event, world.now);
          const laid = indexed(copyOf(world.team), world.now);
          layOver(laid, changes);
          expect(entries(laid)).toEqual(entries(before));
        };
        for (const each of steps) world.run(each);
      }),
      { numRuns: 100 },
    );
  });
});

/** With the order of the entries, which a comparison of maps does not look at. */
function entries(team: Unindexed): unknown {
  const { agents, calls, pages, endpoints, switchUp, undecided } = team;
  return { maps: [agents, calls, pages, endpoints].map((map) => [...map]), switchUp, undecided };
}
