import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallView } from '../../server/contract/desk.ts';
import type { CallState } from '../../server/core/model/call.ts';
import { planOf } from '../../server/core/model/plan.ts';
import { partyOf, presentParties, supervisorsIn } from '../../server/core/model/parties.ts';
import type { AgentState } from '../../server/core/model/agent.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, PartyId } from '../../server/core/kernel/ids.ts';
import { LUNCH, SALES, TEAM, agent as agentRow, agentId, group, member } from '../support/builders.ts';
import { AppBed } from '../support/app-bed.ts';
import type { Desk } from '../support/app-bed.ts';
import type { FakeCall } from '../support/fake-far-end.ts';
import type { Operation } from '../support/fake-orders.ts';
import { settle } from '../support/manual-clock.ts';

const NUMBERS = ['1001', '1002', '1003'];
const PLAN = {
  team: { monitorNotice: 'tone' as const },
  agents: [
    ...NUMBERS.map((number) => agentRow(number, { role: 'leader' })),
    agentRow('1008', { role: 'admin' }),
  ],
  members: NUMBERS.map((number) => member(number, SALES)),
  groups: [group(SALES, { transferOutside: true, lastAgent: 'talk-on', transferReturn: 'queue' })],
  leaders: NUMBERS.map((number) => ({ teamId: TEAM, groupId: SALES, agentId: agentId(number) })),
};

const FALLIBLE = ['music', 'place', 'openRoom', 'play', 'answer', 'dial'] as const satisfies Operation[];
const GATED = ['music', 'place', 'play', 'dial'] as const satisfies Operation[];
const COMMANDS = [
  'answer',
  'reject',
  'hangup',
  'hold',
  'resume',
  'mute',
  'unmute',
  'dial',
  'colleague',
  'consult',
  'outside',
  'add',
  'blind',
  'swap',
  'retrieve',
  'conference',
  'transfer',
  'leave',
  'kick',
  'mute-party',
  'unmute-party',
  'ask-group',
  'give-group',
  'give-outside',
  'listen',
  'whisper',
  'barge',
  'take-over',
  'stop-monitoring',
  'force-hangup',
  'force-pause',
] as const;

type Step =
  | { kind: 'calls-in' }
  /** Whatever rings anywhere is answered. */
  | { kind: 'all-answer' }
  | { kind: 'command'; agent: number; what: (typeof COMMANDS)[number] }
  | { kind: 'far'; pick: number; what: 'answer' | 'ring' | 'early' | 'hangup' | 'vanish' | 'hold' | 'resume' }
  | { kind: 'reload'; agent: number }
  | { kind: 'fails'; op: (typeof FALLIBLE)[number] }
  | { kind: 'stops'; op: (typeof GATED)[number] }
  | { kind: 'goes-on' }
  | { kind: 'crash' }
  | { kind: 'time'; ms: number };

const agent = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({ kind: 'calls-in' }),
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'all-answer' }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      agent,
      what: fc.constantFrom(...COMMANDS),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('far' as const),
      pick: fc.nat(5),
      what: fc.constantFrom('answer', 'ring', 'early', 'hangup', 'vanish', 'hold', 'resume'),
    }),
  },
  fc.record({ kind: fc.constant('reload' as const), agent }),
  fc.record({ kind: fc.constant('fails' as const), op: fc.constantFrom(...FALLIBLE) }),
  fc.record({ kind: fc.constant('stops' as const), op: fc.constantFrom(...GATED) }),
  fc.constant<Step>({ kind: 'goes-on' }),
  fc.constant<Step>({ kind: 'crash' }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.nat(8_000) }) },
);

/** Three agents, a leader who is administrator and may listen to each of them, their callers, and a switch that fails, stops half-way and dies. */
class World {
  readonly bed: AppBed;
  readonly desks: Desk[];
  #gates: Array<() => void> = [];

  private constructor(bed: AppBed, desks: Desk[]) {
    this.bed = bed;
    this.desks = desks;
  }

  static async begin(): Promise<World> {
    const bed = await AppBed.start(PLAN);
    const desks = [];
    for (const number of ['1001', '1002', '1003', '1008']) desks.push(await bed.agent(number));
    for (const { who } of desks)
      Object.assign(who, { role: who.agentId === agentId('1008') ? 'admin' : 'leader' });
    return new World(bed, desks);
  }

  get calls(): CallState[] {
    const stored = this.bed.store.tables.calls.map(({ call }) => call.state as CallState);
    return stored.filter(({ phase }) => phase.kind !== 'ended');
  }

  async run(each: Step): Promise<void> {
    const { telephone, clock } = this.bed;
    switch (each.kind) {
      case 'calls-in':
        telephone.trunk.callIn('13900000001', '400100');
        break;
      case 'all-answer':
        for (const far of this.#alive()) if (far.request) far.answer();
        break;
      case 'command':
        void this.#command(each.agent, each.what).catch(() => undefined);
        break;
      case 'far':
        this.#far(each.pick, each.what);
        break;
      case 'reload': {
        const phone = this.desks[each.agent]?.phone;
        phone?.leave('voice');
        phone?.register();
        break;
      }
      case 'fails':
        telephone.failNext(each.op, 'unsupported');
        break;
      case 'stops':
        this.#gates.push(telephone.gate(each.op));
        break;
      case 'goes-on':
        this.#goOn();
        break;
      case 'crash':
        telephone.crash();
        telephone.recover();
        for (const { phone } of this.desks) phone.register();
        break;
      case 'time':
        await clock.advance(each.ms);
        break;
      default:
        each satisfies never;
    }
    await settle();
  }

  /** All effects are done. */
  async end(): Promise<void> {
    this.#goOn();
    await settle();
    await this.bed.clock.advance(100);
  }

  #goOn(): void {
    for (const release of this.#gates) release();
    this.#gates = [];
  }

  async #command(index: number, what: (typeof COMMANDS)[number]): Promise<void> {
    const desk = this.desks[index];
    if (!desk) return;
    const { calls } = this.bed.centre;
    if (what === 'dial') return void (await calls.dial(desk.who, { number: '13800000001' }));
    if (what === 'colleague')
      return void (await calls.dial(desk.who, { number: index === 0 ? '1002' : '1001' }));
    if (await this.#supervise(desk, what)) return;
    const view: CallView = await desk.call();
    const id = asId<CallId>(view.id);
    if (await this.#party(desk, id, what, index)) return;
    if (what === 'mute' || what === 'unmute') await calls.mute(desk.who, id, what === 'mute');
    else if (
      what === 'answer' ||
      what === 'reject' ||
      what === 'hangup' ||
      what === 'hold' ||
      what === 'resume'
    )
      await calls[what](desk.who, id);
  }

  /** Whether it was one for more than two parties. */
  async #party(desk: Desk, id: CallId, what: (typeof COMMANDS)[number], index: number): Promise<boolean> {
    const { parties } = this.bed.centre;
    const colleague = { agent: index === 0 ? '1002' : '1001' };
    switch (what) {
      case 'consult':
        await parties.consult(desk.who, id, colleague);
        return true;
      case 'outside':
        await parties.consult(desk.who, id, { number: '13800000002' });
        return true;
      case 'add':
        await parties.add(desk.who, id, { agent: '1003' });
        return true;
      case 'blind':
        await parties.transfer(desk.who, id, { to: colleague, type: 'blind' });
        return true;
      case 'ask-group':
        await parties.consult(desk.who, id, { group: SALES });
        return true;
      case 'give-group':
        await parties.transfer(desk.who, id, { to: { group: SALES }, type: 'blind' });
        return true;
      case 'give-outside':
        await parties.transfer(desk.who, id, { to: { number: '13800000002' }, type: 'blind' });
        return true;
      case 'transfer':
        await parties.transfer(desk.who, id, {});
        return true;
      case 'swap':
      case 'retrieve':
      case 'conference':
      case 'leave':
        await parties[what](desk.who, id);
        return true;
      case 'kick': {
        const other = (await desk.call()).parties.find(({ role }) => role === 'consulted');
        if (other) await parties.kick(desk.who, id, asId<PartyId>(other.id));
        return true;
      }
      case 'mute-party':
      case 'unmute-party': {
        const others = (await desk.call()).parties.filter(({ mayMute }) => mayMute);
        const party = others[this.bed.clock.now() % Math.max(1, others.length)];
        const muted = what === 'mute-party';
        if (party) await parties.mute(desk.who, id, asId<PartyId>(party.id), muted);
        return true;
      }
      default:
        return false;
    }
  }

  /** The administrator at somebody, or a leader of sales at a colleague. */
  async #supervise({ who }: Desk, what: (typeof COMMANDS)[number]): Promise<boolean> {
    const { supervision } = this.bed.centre;
    const at = who.agentId === agentId('1001') ? '1002' : '1001';
    switch (what) {
      case 'listen':
      case 'whisper':
      case 'barge':
        await supervision.monitor(who, at, what);
        return true;
      case 'take-over':
        await supervision.takeOver(who, at, {});
        return true;
      case 'stop-monitoring':
        await supervision.stop(who, at);
        return true;
      case 'force-hangup':
        await supervision.force(who, at, 'hangup', {});
        return true;
      case 'force-pause':
        await supervision.pause(who, at, LUNCH, {});
        return true;
      default:
        return false;
    }
  }

  #alive(): FakeCall[] {
    const { trunk, legsById } = this.bed.telephone;
    const all = [...this.desks.flatMap(({ phone }) => phone.calls), ...trunk.calls];
    return all.filter(({ legId, state }) => state !== 'over' && legsById.has(legId));
  }

  #far(pick: number, what: Extract<Step, { kind: 'far' }>['what']): void {
    const { legsById } = this.bed.telephone;
    const alive = this.#alive();
    const far: FakeCall | undefined = alive[pick % Math.max(1, alive.length)];
    if (!far) return;
    if (what === 'ring' || what === 'early') {
      if (far.request && legsById.get(far.legId)?.state !== 'answered') far.ring(what === 'early');
    } else if (what !== 'answer' || far.request) far[what]();
  }
}

async function expectPlans({ bed, calls }: World): Promise<void> {
  const { telephone } = bed;
  const rooms = new Set<string>();
  for (const call of calls) {
    const plan = planOf(call);
    for (const roomId of plan.rooms) rooms.add(roomId);
    for (const [legId, { roomId, voice, music, ringback, notice }] of plan.legs) {
      const leg = telephone.legsById.get(legId);
      const heard = { roomId: leg?.roomId, music: leg?.music, voice: roomId ? leg?.voice : voice };
      expect(heard, `${call.phase.kind} ${legId}`).toEqual({ roomId, music, voice });
      const tones = telephone.sound.playing.flatMap(({ playbackId, target }) =>
        'leg' in target && target.leg === legId ? [playbackId] : [],
      );
      expect(tones.toSorted()).toEqual([ringback, notice].filter((each) => each !== null).toSorted());
    }
  }
  expect(new Set(await telephone.rooms())).toEqual(rooms);
}

/** Everybody who works at a call is a party of it, in one call at most; a conversation is one. */
function expectParties({ bed, calls }: World): void {
  for (const call of calls) {
    if (call.phase.kind !== 'conversation') continue;
    const present = presentParties(call);
    for (const { monitor, agentId: leader } of supervisorsIn(call)) {
      expect(leader && activityOf(bed, leader)).toMatchObject({ kind: 'monitoring', callId: call.id });
      expect(present.map((party) => party.agentId)).toContain(monitor?.agentId);
    }
    const agents = present.flatMap(({ agentId }) => agentId ?? []);
    expect(new Set(agents).size).toBe(agents.length);
    expect(present.length).toBeGreaterThan(1);
    if (call.asking) expect(agents).toContain(call.asking.by);
    if (!call.aloneUntil) expect(agents.length).toBeGreaterThan(0);
    for (const id of agents) expect(activityOf(bed, id)).toMatchObject({ callId: call.id });
  }
  for (const { agentId, state } of bed.store.tables.presences) {
    const { activity } = state as AgentState;
    if (activity.kind === 'idle' || activity.kind === 'acw') continue;
    const call = calls.find(({ id }) => id === activity.callId);
    expect(call && partyOf(call, agentId), `${agentId} ${activity.kind}`).toBeDefined();
  }
}

function activityOf(bed: AppBed, agentId: AgentId): unknown {
  const row = bed.store.tables.presences.find((each) => each.agentId === agentId);
  return (row?.state as AgentState | undefined)?.activity;
}

/** When everybody has hung up and time has passed, nothing is left. */
async function expectEnd({ bed, desks }: World): Promise<void> {
  for (let round = 0; round < 3; round++) {
    for (const leg of [...bed.telephone.legsById.values()]) leg.far.hangup();
    await settle();
  }
  await bed.clock.advance(120_000);
  expect(bed.telephone.legsById.size).toBe(0);
  expect(await bed.telephone.rooms()).toEqual([]);
  for (const desk of desks) expect(['idle', 'paused', 'signed-out', 'acw']).toContain(await desk.state());
}

describe('when all effects are done', () => {
  it(
    'the switch has what the plan of each call says, whatever happened before',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
          const world = await World.begin();
          for (const each of steps) await world.run(each);
          await world.end();
          await expectPlans(world);
          expectParties(world);
          await expectEnd(world);
          expect(world.bed.errors.filter(({ message }) => message !== 'the switch is down')).toEqual([]);
        }),
        { numRuns: Number(process.env['TELEBAR_TEST_RUNS'] ?? 60) },
      );
    },
  );
});
