import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currentCall } from '../../server/core/model/agent.ts';
import { liveLegs } from '../../server/core/model/call.ts';
import { DomainError } from '../../server/core/kernel/domain-error.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, EndpointId, LegId } from '../../server/core/kernel/ids.ts';
import { nextDeadline } from '../../server/core/team/deadlines.ts';
import { decide } from '../../server/core/team/decide.ts';
import type { Input } from '../../server/core/team/input.ts';
import { layOver } from '../../server/core/model/changes.ts';
import type { Decision } from '../../server/core/model/draft.ts';
import { evolveTeam } from '../../server/core/model/team-fold.ts';
import { emptyTeam } from '../../server/core/model/team.ts';
import type { OwnedTeam, TeamState } from '../../server/core/model/team.ts';
import { LUNCH, SALES, agentId, configOf, group } from '../support/builders.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { START, arrival, copyOf, folded, ready } from './given.ts';

const AGENTS = ['1001', '1002', '1003'];

/** What may happen next; numbers choose among what is there at that moment. */
type Step =
  | { kind: 'arrive' }
  | { kind: 'caller-leaves'; pick: number }
  | { kind: 'leg-answers'; pick: number }
  | { kind: 'leg-ends'; pick: number }
  | { kind: 'leg-lost'; pick: number }
  | { kind: 'confirm'; pick: number }
  | { kind: 'command'; agent: number; what: number }
  | { kind: 'offline'; agent: number }
  | { kind: 'online'; agent: number }
  | { kind: 'time'; ms: number };

const pick = fc.nat(20);
const agent = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({ kind: 'arrive' }),
  fc.record({ kind: fc.constant('caller-leaves' as const), pick }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('leg-answers' as const), pick }) },
  fc.record({ kind: fc.constant('leg-ends' as const), pick }),
  fc.record({ kind: fc.constant('leg-lost' as const), pick }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('confirm' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('command' as const), agent, what: fc.nat(9) }) },
  fc.record({ kind: fc.constant('offline' as const), agent }),
  fc.record({ kind: fc.constant('online' as const), agent }),
  fc.record({ kind: fc.constant('time' as const), ms: fc.nat(40_000) }),
);

/** A team that lives through steps, with the confirmations that the switch still owes. */
class World {
  readonly ids = new SequenceIds();
  now = START;
  readonly team: OwnedTeam;
  arrived: CallId[] = [];
  owed: Input[] = [];

  constructor() {
    const plan = { groups: [group(SALES, { acwMode: 'after-answer', acwLimitMs: 10_000, retryMs: 5_000 })] };
    this.team = folded(
      emptyTeam(configOf(plan), START),
      AGENTS.flatMap((number) => ready(number)),
      START,
    );
  }

  take(input: Input): void {
    try {
      const decision = decide(this.team, input, this.now, this.ids);
      this.check(decision);
      layOver(this.team, decision.changes);
      for (const intent of decision.intents) if (intent.done) this.owed.push(intent.done);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }

  /** Looks at each decision before it is carried out. */
  check: (decision: Decision) => void = () => undefined;

  run(each: Step): void {
    switch (each.kind) {
      case 'arrive': {
        const callId = this.ids.next<CallId>('call');
        this.arrived.push(callId);
        return this.take(arrival(callId, this.ids.next<LegId>('leg')));
      }
      case 'caller-leaves':
        return this.#leg(each.pick, 'customer', (legId) => ({
          type: 'LegEnded',
          legId,
          cause: 'normal',
          side: 'far',
        }));
      case 'leg-answers':
        return this.#leg(each.pick, 'agent', (legId) => ({ type: 'LegAnswered', legId }));
      case 'leg-ends':
        return this.#leg(each.pick, 'agent', (legId) => ({
          type: 'LegEnded',
          legId,
          cause: 'busy',
          side: 'far',
        }));
      case 'leg-lost':
        return this.#leg(each.pick, 'agent', (legId) => ({ type: 'LegLost', legId, cause: 'media-lost' }));
      case 'confirm': {
        const [input] = this.owed.splice(each.pick % Math.max(1, this.owed.length), 1);
        if (input) this.take(input);
        return;
      }
      case 'command':
        return this.#command(AGENTS[each.agent] ?? '1001', each.what);
      case 'offline':
        return this.take({ type: 'EndpointOffline', endpointId: this.#endpoint(each.agent) });
      case 'online':
        return this.take({
          type: 'EndpointOnline',
          endpointId: this.#endpoint(each.agent),
          link: { online: true, address: null, userAgent: null, latencyMs: null },
        });
      case 'time':
        return this.#pass(each.ms);
      default:
        return each satisfies never;
    }
  }

  /** Time passes in heartbeats, and every deadline on the way is kept. */
  #pass(ms: number): void {
    const end = this.now + ms;
    while (this.now < end) {
      const due = nextDeadline(this.team, this.now) ?? Infinity;
      this.now = Math.min(end, Math.max(this.now + 1, Math.min(due, this.now + 5_000)));
      for (const number of AGENTS) {
        this.take({
          type: 'PageSeen',
          agentId: agentId(number),
          clientId: 'page',
          phone: { registered: true, microphone: 'ready' },
        });
      }
      this.take({ type: 'Tick' });
    }
  }

  #leg(choice: number, role: 'customer' | 'agent', input: (legId: LegId) => Input): void {
    const legs = [...this.team.calls.values()]
      .flatMap((call) => liveLegs(call))
      .filter((leg) => leg.role === role);
    const leg = legs[choice % Math.max(1, legs.length)];
    if (leg) this.take(input(leg.id));
  }

  #endpoint(index: number): EndpointId {
    return asId<EndpointId>(`ep-${AGENTS[index]}`);
  }

  #command(number: string, what: number): void {
    const id = agentId(number);
    const state = this.team.agents.get(id);
    const callId = (state && currentCall(state)) ?? asId<CallId>('none');
    const commands: Input[] = [
      { type: 'Pause', agentId: id, reasonId: LUNCH },
      { type: 'Resume', agentId: id },
      { type: 'SignOut', agentId: id },
      { type: 'SignIn', agentId: id, ignore: ['device-not-connected'], address: null },
      { type: 'Hangup', agentId: id, callId },
      { type: 'Reject', agentId: id, callId },
      { type: 'Hold', agentId: id, callId },
      { type: 'ResumeCall', agentId: id, callId },
      { type: 'EndAcw', agentId: id },
      {
        type: 'Dial',
        agentId: id,
        callId: this.ids.next<CallId>('call'),
        to: { kind: 'agent', agentId: agentId(number === '1001' ? '1002' : '1001') },
        groupId: null,
        callerId: null,
        customer: null,
        data: {},
        known: true,
        ownLeg: null,
      },
    ];
    const command = commands[what];
    if (command) this.take(command);
  }
}

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
        expect(attached.map((each) => each.id)).toEqual([call.phase.agentId]);
        expect(ringing.has(call.phase.agentId)).toBe(false);
        ringing.set(call.phase.agentId, call.id);
        break;
      default:
        expect(attached.length).toBeGreaterThan(0);
    }
    const live = new Set(liveLegs(call).map((leg) => leg.agentId ?? leg.id));
    // A conversation has each agent once, however often the device was called.
    if (call.phase.kind === 'talking') expect(live.size).toBeGreaterThanOrEqual(2);
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
          const laid = copyOf(world.team);
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
function entries(team: TeamState): unknown {
  const { agents, calls, pages, endpoints, switchUp, undecided } = team;
  return { maps: [agents, calls, pages, endpoints].map((map) => [...map]), switchUp, undecided };
}
