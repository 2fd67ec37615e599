import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currentCall } from '../../server/core/model/agent.ts';
import type { CallState } from '../../server/core/model/call.ts';
import { isBeforeTalk, liveLegs } from '../../server/core/model/call.ts';
import type { Intent } from '../../server/core/ports/effects.ts';
import { standing } from '../../server/core/model/parties.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId, LegId } from '../../server/core/kernel/ids.ts';
import type { EndCause } from '../../server/core/ports/switch.ts';
import { nextDeadline } from '../../server/core/team/deadlines.ts';
import type { Input } from '../../server/core/team/input.ts';
import { agentId } from '../support/builders.ts';
import { CALL, Given, arrival, ready } from './given.ts';

const ANNA = agentId('1001');
const BEN = agentId('1002');
const LINK = { online: true, address: null, userAgent: null };

/** A team whose switch does at once what it is asked, with devices that come and go. */
class World {
  readonly given = new Given({}, [...ready('1001'), ...ready('1002')]);
  readonly online = new Set<EndpointId>([endpoint('1001'), endpoint('1002')]);
  readonly alive = new Map<LegId, EndpointId | null>();
  readonly missed: string[] = [];
  /** Whether phones that are told to answer by themselves do, and requests are confirmed. */
  obeys = true;
  page = endpoint('1001');

  get call(): CallState {
    const [call] = this.given.state.calls.values();
    if (!call) throw new Error('the call is forgotten');
    return call;
  }

  take(input: Input): void {
    const { events, intents } = this.given.when(input);
    for (const { type } of events)
      if (type === 'offer-missed' || type === 'offer-withdrawn') this.missed.push(type);
    for (const intent of intents) this.#carryOut(intent);
  }

  /** Time passes, and what is due is done. */
  pass(ms: number): void {
    const until = this.given.now + ms;
    for (;;) {
      const due = nextDeadline(this.given.state);
      if (due === null || due > until) break;
      this.given.now = Math.max(due, this.given.now);
      this.take({ type: 'Tick' });
    }
    this.given.now = until;
  }

  comesOnline(endpointId: EndpointId): void {
    this.online.add(endpointId);
    this.take({ type: 'EndpointOnline', endpointId, link: LINK });
  }

  answers(legId: LegId): void {
    this.take({ type: 'LegAnswered', legId });
  }

  /** The leg that the agent has now. */
  leg(agent = ANNA): LegId {
    const leg = liveLegs(this.call).findLast((each) => each.agentId === agent);
    if (!leg) throw new Error('the agent has no leg');
    return leg.id;
  }

  far(): LegId {
    const leg = liveLegs(this.call).find((each) => each.agentId !== ANNA);
    if (!leg) throw new Error('nobody is called');
    return leg.id;
  }

  #carryOut(intent: Intent): void {
    if (intent.op === 'hangup' || intent.op === 'reject') this.alive.delete(intent.legId);
    if (intent.op === 'dial') this.#dial(intent);
    if (intent.done && this.obeys) this.take(intent.done);
  }

  #dial({ request }: Extract<Intent, { op: 'dial' }>): void {
    const { legId, target, autoAnswer } = request;
    const endpointId = target.kind === 'endpoint' ? target.endpointId : null;
    if (endpointId !== null && !this.online.has(endpointId)) {
      this.take({ type: 'LegEnded', legId, cause: 'unreachable', side: 'switch' });
      return;
    }
    this.alive.set(legId, endpointId);
    if (endpointId === null || !this.obeys) return;
    this.take({ type: 'LegRang', legId, earlyMedia: false });
    if (autoAnswer) this.answers(legId);
  }
}

function endpoint(number: string): EndpointId {
  return asId<EndpointId>(`ep-${number}`);
}

function dial(to: 'outside' | 'colleague'): Input {
  return {
    type: 'Dial',
    agentId: ANNA,
    callId: CALL,
    to: to === 'outside' ? { kind: 'number', number: '+8613800138000' } : { kind: 'agent', agentId: BEN },
    groupId: null,
    callerId: null,
    customer: null,
    data: {},
    known: true,
    ownLeg: null,
  };
}

function talking(): World {
  const world = offered();
  world.answers(world.leg());
  return world;
}

function offered(): World {
  const world = new World();
  // Ben takes no calls of the queue: what Anna loses would go to him unseen.
  world.take({ type: 'SignOut', agentId: BEN });
  world.take(arrival());
  return world;
}

function dialled(to: 'outside' | 'colleague'): World {
  const world = new World();
  world.take(dial(to));
  return world;
}

/** Every state of a call in which an agent has a device in it. */
const STATES: Record<string, () => World> = {
  'is being offered': () => {
    const world = new World();
    world.take({ type: 'SignOut', agentId: BEN });
    world.obeys = false;
    world.take(arrival());
    world.obeys = true;
    return world;
  },
  rings: offered,
  'is being joined': () => {
    const world = offered();
    world.obeys = false;
    world.answers(world.leg());
    world.obeys = true;
    return world;
  },
  'is talked in': talking,
  'is on hold': () => {
    const world = talking();
    world.take({ type: 'Hold', agentId: ANNA, callId: CALL });
    return world;
  },
  'is muted': () => {
    const world = talking();
    world.take({ type: 'Mute', agentId: ANNA, callId: CALL, muted: true });
    return world;
  },
  'is being called back': () => {
    const world = talking();
    world.obeys = false;
    world.take({ type: 'LegLost', legId: world.leg(), cause: 'media-lost' });
    world.obeys = true;
    return world;
  },
  'calls who dials': () => {
    const world = new World();
    world.obeys = false;
    world.take(dial('outside'));
    world.obeys = true;
    return world;
  },
  'calls the number': () => dialled('outside'),
  'rings at the number': () => {
    const world = dialled('outside');
    world.take({ type: 'LegRang', legId: world.far(), earlyMedia: false });
    return world;
  },
  'plays the tones of the network': () => {
    const world = dialled('outside');
    world.take({ type: 'LegRang', legId: world.far(), earlyMedia: true });
    return world;
  },
  'rings at the colleague': () => dialled('colleague'),
};

type Sign = 'leg lost' | 'socket closed' | 'realtime closed' | 'next page' | 'next page registered';
const SIGNS: readonly Sign[] = [
  'leg lost',
  'socket closed',
  'realtime closed',
  'next page',
  'next page registered',
];

const NEXT = endpoint('next');

function show(
  world: World,
  sign: Sign,
  leg: LegId,
  cause: Extract<EndCause, 'media-lost' | 'signalling-lost'>,
): void {
  switch (sign) {
    case 'leg lost':
      // One that was given up meanwhile has told its end.
      if (!world.alive.delete(leg)) return;
      return world.take({ type: 'LegLost', legId: leg, cause });
    case 'socket closed':
      world.online.delete(world.page);
      // What was called there meanwhile is lost with it.
      for (const [later, device] of world.alive) {
        if (device !== world.page || later === leg) continue;
        world.alive.delete(later);
        world.take({ type: 'LegLost', legId: later, cause: 'signalling-lost' });
      }
      return world.take({ type: 'EndpointOffline', endpointId: world.page });
    case 'realtime closed':
      return world.take({ type: 'PageGone', agentId: ANNA, clientId: 'page' });
    case 'next page':
      return world.take({ type: 'BrowserChosen', agentId: ANNA, endpointId: NEXT, clientId: 'next' });
    case 'next page registered':
      return world.comesOnline(NEXT);
    default:
      sign satisfies never;
  }
}

/** The agent's part of the call is on this device, and nothing of it was lost on the way. */
function goesOn(world: World, before: CallState, device: EndpointId): void {
  const { call } = world;
  expect(call.phase.kind).not.toBe('ended');
  expect(world.missed).toEqual([]);
  expect(currentCall(world.given.state.agents.get(ANNA)!)).toBe(CALL);
  const legs = liveLegs(call).filter((leg) => leg.agentId === ANNA);
  expect(legs.map((leg) => leg.endpointId)).toEqual([device]);
  expect(world.alive.get(legs[0]!.id)).toBe(device);
  const talked = ['connecting', 'talking', 'held', 'recovering'].includes(before.phase.kind);
  if (talked) expect(standing(call)).toBe(standing(before) === 'held' ? 'held' : 'talking');
  if (before.phase.kind === 'offered') {
    expect(call.phase).toMatchObject({ kind: 'offered', ringEndsAt: before.phase.ringEndsAt });
  }
  expect(legs[0]!.muted).toBe(before.legs.findLast((leg) => leg.agentId === ANNA)?.muted);
  // Nobody else has lost anything.
  const others = before.legs.filter((leg) => leg.agentId !== ANNA && leg.state !== 'gone');
  for (const { id } of others) expect(liveLegs(call).some((leg) => leg.id === id)).toBe(true);
}

const gap = fc.integer({ min: 0, max: 700 });
const cause = fc.constantFrom('media-lost' as const, 'signalling-lost' as const);

describe.each(Object.entries(STATES))('while the call %s', (_state, begin) => {
  it('a page that is loaded anew takes the call along, in whatever order it is seen to leave and to come', () => {
    const order = fc
      .shuffledSubarray([...SIGNS], { minLength: SIGNS.length })
      // A page registers with what it was given before.
      .filter((signs) => signs.indexOf('next page') < signs.indexOf('next page registered'));
    const property = fc.property(
      order,
      fc.array(gap, { minLength: 5, maxLength: 5 }),
      cause,
      (signs, gaps, why) => {
        const world = begin();
        const before = world.call;
        const leg = world.leg();
        signs.forEach((sign, index) => {
          world.pass(gaps[index] ?? 0);
          show(world, sign, leg, why);
        });
        world.pass(3_000);
        goesOn(world, before, NEXT);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('a page whose leg alone is lost is called again', () => {
    fc.assert(
      fc.property(gap, cause, (wait, why) => {
        const world = begin();
        const before = world.call;
        world.pass(wait);
        show(world, 'leg lost', world.leg(), why);
        world.pass(2_000);
        goesOn(world, before, world.page);
      }),
    );
  });

  it('a page whose socket breaks and that registers anew is called again at once', () => {
    const order = fc.shuffledSubarray(['leg lost', 'socket closed'] as const, { minLength: 2 });
    fc.assert(
      fc.property(order, gap, gap, cause, (signs, first, second, why) => {
        const world = begin();
        const before = world.call;
        const leg = world.leg();
        for (const sign of signs) {
          show(world, sign, leg, why);
          world.pass(first);
        }
        world.pass(second);
        world.comesOnline(world.page);
        goesOn(world, before, world.page);
      }),
    );
  });

  it('a page that never comes back ends its part, and nothing of it stays', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(SIGNS.slice(0, 3), { minLength: 3 }),
        gap,
        cause,
        (signs, wait, why) => {
          const world = begin();
          const leg = world.leg();
          for (const sign of signs) {
            show(world, sign, leg, why);
            world.pass(wait);
          }
          world.pass(25_000);
          const calls = [...world.given.state.calls.values()];
          expect(calls.flatMap(liveLegs).filter((each) => each.agentId === ANNA)).toEqual([]);
          expect(currentCall(world.given.state.agents.get(ANNA)!)).toBeNull();
        },
      ),
    );
  });
});

describe.each(Object.entries(STATES).filter(([, begin]) => isBeforeTalk(begin().call.phase)))(
  'while the call %s',
  (_state, begin) => {
    it('a device that loses every leg is not called again without time passing', () => {
      const world = begin();
      const before = world.call.legs.length;
      for (let turn = 0; turn < 5; turn++) {
        const [leg] = [...world.alive].find(([, device]) => device === world.page) ?? [];
        if (leg) show(world, 'leg lost', leg, 'media-lost');
        world.pass(1);
      }
      expect(world.call.legs.length).toBe(before);
    });
  },
);

describe('the start of the world', () => {
  it('has each state as it is called', () => {
    const phases = Object.values(STATES).map((begin) => standing(begin().call));
    expect(phases).toEqual([
      'offered',
      'offered',
      'connecting',
      'talking',
      'held',
      'talking',
      'recovering',
      'calling-agent',
      'calling-far',
      'calling-far',
      'calling-far',
      'calling-far',
    ]);
  });
});
