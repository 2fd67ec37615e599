import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointOf, isFree, isResting } from '../../server/core/agent/availability.ts';
import { standing } from '../../server/core/model/parties.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, EndpointId, GroupId, LegId, RoomId } from '../../server/core/kernel/ids.ts';
import { isSignedInTo } from '../../server/core/model/agent.ts';
import { DueTimes } from '../../server/core/model/due-times.ts';
import { Draft } from '../../server/core/model/draft.ts';
import { Ranked, comparePlaces } from '../../server/core/model/ranked.ts';
import { emptyTeam } from '../../server/core/model/team.ts';
import type { TeamEvent, TeamState } from '../../server/core/model/team.ts';
import { dispatchQueues } from '../../server/core/queue/dispatch.ts';
import { isInLine } from '../../server/core/model/call.ts';
import { lineFigures } from '../../server/core/queue/line.ts';
import { nextDeadline, tick } from '../../server/core/team/deadlines.ts';
import { layOver } from '../../server/core/team/reindex.ts';
import { SALES, agent, agentId, configOf, group, member } from '../support/builders.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { allFree, allWaiting, assignAll, nextByScan } from './full-scan.ts';
import { START, folded } from './given.ts';
import { World, step } from './world.ts';

describe('the indices of a team', () => {
  it('are after every step what a search of the whole team would find', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const world = new World();
        world.talk();
        const legs = new Set<LegId>();
        let idle = false;
        world.check = ({ changes, events }) => (idle = changes.elapsed && events.length === 0);
        world.looked = () => {
          compareWithScan(world.team, world.now, legs, [SALES]);
          // What was due and has changed nothing is not due again.
          if (idle) expect(nextDeadline(world.team) ?? Infinity).toBeGreaterThan(world.now);
        };
        for (const each of steps) world.run(each);
      }),
      { numRuns: 150 },
    );
  });

  it('leave nobody waiting for whom an agent is free', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = new World();
        world.looked = () => {
          expect(assignAll(allWaiting(world.team), allFree(world.team, world.now))).toEqual([]);
        };
        for (const each of steps) world.run(each);
      }),
      { numRuns: 150 },
    );
  });

  it('do not ask again at once for what was due and could not be done', () => {
    const world = new World();
    world.run({ kind: 'arrive' });
    world.run({ kind: 'leg-answers', pick: 0 });
    while (world.owed.length > 0) world.run({ kind: 'confirm', pick: 0 });
    for (const each of [0, 1, 2]) world.run({ kind: 'offline', agent: each });
    world.run({ kind: 'leg-lost', pick: 0 });
    expect([...world.team.calls.values()].map(standing)[0]).toBe('recovering');
    world.take({ type: 'Tick' });
    expect(nextDeadline(world.team)).toBeGreaterThan(world.now);
  });

  it('serve several groups as a search of the whole team would', () => {
    fc.assert(
      fc.property(fc.array(fc.array(move, { maxLength: 6 }), { maxLength: 20 }), (rounds) => {
        const team = folded(emptyTeam(configOf(PLAN), START), NUMBERS.flatMap(present), START);
        const ids = new SequenceIds();
        const legs = new Set<LegId>();
        let now = START;
        for (const round of rounds) {
          now += round.reduce((sum, each) => sum + (each.kind === 'time' ? each.ms : 0), 0);
          const draft = new Draft(team, now, ids);
          tick(draft);
          for (const each of round) for (const event of eventsOf(each, draft)) draft.apply(event);
          const expected = assignAll(allWaiting(draft.team), allFree(draft.team, now));
          dispatchQueues(draft);
          const { events, changes } = draft.decision();
          const made = events.flatMap((event) =>
            event.type === 'call-offered' ? [{ callId: event.callId, agentId: event.agentId }] : [],
          );
          expect(made).toEqual(expected);
          layOver(team, changes);
          compareWithScan(team, now, legs, GROUPS);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function compareWithScan(team: TeamState, now: number, legs: Set<LegId>, groups: readonly GroupId[]): void {
  const { indices } = team;
  const { settled } = indices;
  const calls = [...team.calls.values()];
  const agents = [...team.agents.values()];
  for (const call of calls) for (const leg of call.legs) legs.add(leg.id);
  for (const legId of legs) {
    const owner = calls.find((call) => call.legs.some((leg) => leg.id === legId));
    expect(indices.callOfLeg(legId)).toBe(owner?.id);
  }
  for (const groupId of groups) {
    const places = calls
      .filter((call) => call.groupId === groupId)
      .map((call) => ({ call, id: call.id, rank: 0, since: call.createdAt }))
      .sort(comparePlaces);
    expect(settled.line(groupId).map(({ id }) => id)).toEqual(
      places.filter(({ call }) => call.phase.kind === 'waiting').map(({ id }) => id),
    );
    const unanswered = places.filter(({ call }) => isInLine(call));
    expect(lineFigures(team, groupId)).toEqual({
      waiting: unanswered.length,
      longestWaitSince: unanswered[0]?.since ?? null,
    });
    const free = agents
      .filter((each) => isFree(team, each) && isSignedInTo(each, groupId) && !isResting(each, groupId, now))
      .map(({ id, activity }) => ({ id, rank: 0, since: activity.since }))
      .sort(comparePlaces);
    expect(settled.free(groupId)).toEqual(free);
  }
  for (const each of agents) {
    const own = calls.filter((call) => call.agentIds.includes(each.id)).map(({ id }) => id);
    expect([...settled.callsOf(each.id)].sort()).toEqual(own.sort());
    const endpointId = endpointOf(team, each);
    if (endpointId) expect([...indices.mayUse(endpointId)]).toContain(each.id);
  }
  // Never too late.
  expect(nextDeadline(team) ?? Infinity).toBeLessThanOrEqual(nextByScan(team, now));
}

const GROUPS = ['a', 'b', 'c'].map((id) => asId<GroupId>(id));
const NUMBERS = ['1', '2', '3', '4', '5'];
const PLAN = {
  groups: GROUPS.map((id) => group(id)),
  agents: NUMBERS.map((number) => agent(number)),
  members: NUMBERS.flatMap((number) => GROUPS.map((groupId) => member(number, groupId))),
};

const endpoint = (number: string): EndpointId => asId<EndpointId>(`ep-${number}`);
const page = (number: string, microphone: 'ready' | 'missing'): TeamEvent => ({
  type: 'page-seen',
  agentId: agentId(number),
  seen: { registered: true, microphone },
});

function present(number: string): TeamEvent[] {
  const link = { online: true, address: null, userAgent: null };
  return [
    { type: 'browser-chosen', agentId: agentId(number), endpointId: endpoint(number), clientId: 'page' },
    { type: 'endpoint-came-online', endpointId: endpoint(number), link },
    page(number, 'ready'),
  ];
}

/** What may happen to several groups at once, whether rules would let it or not. */
type Move =
  | { kind: 'arrive'; groupId: GroupId; earlier: number }
  | { kind: 'sign-in'; number: string; groups: readonly GroupId[] }
  | { kind: 'sign-out'; number: string }
  | { kind: 'freed'; number: string }
  | { kind: 'missed'; number: string; groupId: GroupId; ms: number }
  | { kind: 'withdrawn'; number: string }
  | { kind: 'online'; number: string; online: boolean }
  | { kind: 'seen'; number: string; microphone: 'ready' | 'missing' }
  | { kind: 'silent'; number: string }
  | { kind: 'switch'; up: boolean }
  | { kind: 'time'; ms: number };

const number = fc.constantFrom(...NUMBERS);
const groupId = fc.constantFrom(...GROUPS);
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('arrive' as const), groupId, earlier: fc.nat(50) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('sign-in' as const), number, groups: fc.subarray(GROUPS) }),
  },
  fc.record({ kind: fc.constant('sign-out' as const), number }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('freed' as const), number }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('missed' as const), number, groupId, ms: fc.nat(3_000) }),
  },
  fc.record({ kind: fc.constant('withdrawn' as const), number }),
  fc.record({ kind: fc.constant('online' as const), number, online: fc.constantFrom(true, true, false) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('seen' as const),
      number,
      microphone: fc.constantFrom('ready' as const, 'ready' as const, 'missing' as const),
    }),
  },
  fc.record({ kind: fc.constant('silent' as const), number }),
  fc.record({ kind: fc.constant('switch' as const), up: fc.constantFrom(true, true, false) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.nat(3_000) }) },
);

function eventsOf(each: Move, draft: Draft): TeamEvent[] {
  switch (each.kind) {
    case 'arrive':
      return arrivalOf(each.groupId, draft, each.earlier);
    case 'sign-in':
      return [
        {
          type: 'signed-in',
          agentId: agentId(each.number),
          groups: each.groups,
          device: { kind: 'browser' },
        },
      ];
    case 'sign-out':
      return [{ type: 'signed-out', agentId: agentId(each.number), groups: GROUPS, leftWork: true }];
    case 'freed':
      return [{ type: 'agent-freed', agentId: agentId(each.number) }];
    case 'missed':
      return [
        {
          type: 'offer-missed',
          agentId: agentId(each.number),
          groupId: each.groupId,
          retryAt: draft.now + each.ms,
        },
      ];
    case 'withdrawn':
      return withdrawalOf(agentId(each.number), draft);
    case 'online':
      if (!each.online) return [{ type: 'endpoint-went-offline', endpointId: endpoint(each.number) }];
      return present(each.number).slice(1, 2);
    case 'seen':
      return [page(each.number, each.microphone)];
    case 'silent':
      return [{ type: 'page-fell-silent', agentId: agentId(each.number) }];
    case 'switch':
      return [{ type: each.up ? 'switch-came-up' : 'switch-went-down' }];
    case 'time':
      return [];
    default:
      return each satisfies never;
  }
}

function arrivalOf(into: GroupId, { ids, now }: Draft, earlier: number): TeamEvent[] {
  const callId = ids.next<CallId>('call');
  return [
    {
      type: 'call-created',
      callId,
      call: {
        id: callId,
        teamId: configOf().teamId,
        direction: 'queue',
        createdAt: now - earlier,
        number: '',
        name: null,
        did: null,
        groupId: into,
        customerId: null,
        data: {},
        agentId: null,
        agentIds: [],
        roomId: ids.next<RoomId>('room'),
        phase: { kind: 'waiting', since: now },
      },
    },
  ];
}

function withdrawalOf(from: AgentId, { team }: Draft): TeamEvent[] {
  const offered = [...team.calls.values()].find(
    ({ phase }) => phase.kind === 'offered' && phase.agentId === from,
  );
  if (!offered) return [];
  return [
    { type: 'offer-withdrawn', callId: offered.id, agentId: from, cause: 'no-answer' },
    { type: 'agent-freed', agentId: from },
  ];
}

describe('places kept in order', () => {
  const place = fc.record({ id: fc.nat(20).map(String), rank: fc.nat(2), since: fc.nat(5) });

  it('are those of a list that is sorted anew', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), place)), (steps) => {
        const ranked = new Ranked<string>();
        let list: Array<{ id: string; rank: number; since: number }> = [];
        for (const [adds, each] of steps) {
          const there = list.find(({ id }) => id === each.id);
          if (there) {
            ranked.remove(there);
            list = list.filter(({ id }) => id !== each.id);
          }
          if (adds) {
            ranked.add(each);
            list.push(each);
          } else ranked.remove(each);
          expect(ranked.places).toEqual([...list].sort(comparePlaces));
        }
      }),
    );
  });
});

describe('times at which something is due', () => {
  it('are those of a list that is searched', () => {
    const set = fc.tuple(fc.nat(9), fc.oneof(fc.nat(50), fc.constant(Infinity)));
    fc.assert(
      fc.property(fc.array(set, { maxLength: 200 }), fc.nat(50), (steps, now) => {
        const times = new DueTimes<number>();
        const list = new Map<number, number>();
        for (const [key, at] of steps) {
          times.set(key, at);
          list.set(key, at);
          expect(times.next).toBe(Math.min(...list.values()));
          const due = [...list].filter((entry) => entry[1] <= now);
          expect(times.due(now).sort()).toEqual(due.map(([each]) => each).sort());
        }
      }),
    );
  });
});
