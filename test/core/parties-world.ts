import * as fc from 'fast-check';
import { expect } from 'vitest';
import { SALES, CARE, TEAM, agent, agentId, configOf, group, member } from '../support/builders.ts';
import type { Plan } from '../support/builders.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { DomainError } from '../../server/core/kernel/domain-error.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, EndpointId, LegId, SessionId } from '../../server/core/kernel/ids.ts';
import type { AgentState } from '../../server/core/model/agent.ts';
import { liveLegs } from '../../server/core/model/call.ts';
import type { CallState } from '../../server/core/model/call.ts';
import { emptyTeam } from '../../server/core/model/team.ts';
import type { OwnedTeam } from '../../server/core/model/team.ts';
import { decide } from '../../server/core/team/decide.ts';
import { nextDeadline } from '../../server/core/team/deadlines.ts';
import type { Input, Order } from '../../server/core/team/input.ts';
import { layOver } from '../../server/core/team/reindex.ts';
import type { Facts } from '../../server/core/ports/facts.ts';
import { FactTracker } from '../../server/live/projections/fact-tracker.ts';
import { START, arrival, folded, ready } from './given.ts';
import { COMMANDS, OF_AGENTS, OF_LEADERS, commandOf } from './parties-commands.ts';
import type { CommandName } from './parties-commands.ts';
import { ModelSwitch } from './model-switch.ts';

const NUMBERS = ['1001', '1002', '1003', '1004', '1008', '1009'];
/** Who works with a telephone outside, where a machine may answer: an agent, and one who may listen. */
const OUTSIDE = new Map([agentId('1004'), agentId('1009')].map((id) => [id, `137${id.slice(-4)}0000`]));
const PLAN = {
  team: { outsidePhones: 'own', outsideConfirm: 'queue-calls' },
  agents: NUMBERS.map((number) =>
    agent(number, { role: number === '1008' ? 'leader' : number === '1009' ? 'admin' : 'agent' }),
  ),
  groups: [
    group(SALES, {
      acwMode: 'after-answer',
      acwLimitMs: 10_000,
      retryMs: 5_000,
      transferOutside: true,
      lastAgent: 'talk-on',
      talkOnMs: 60_000,
    }),
    group(CARE, { number: '2002', retryMs: 5_000, transferReturn: 'queue' }),
  ],
  members: [
    ...NUMBERS.slice(0, 4).map((number) => member(number, SALES)),
    member('1003', CARE),
    member('1004', CARE),
  ],
  leaders: [{ teamId: TEAM, groupId: SALES, agentId: agentId('1008') }],
} satisfies Plan;

const isAnybody = (): boolean => true;
const isLeader = ({ id }: AgentState): boolean => id === agentId('1008') || id === agentId('1009');
const isBusy = (agent: AgentState): boolean =>
  ['talking', 'holding', 'ringing'].includes(agent.activity.kind);
const isIdle = ({ activity, pause }: AgentState): boolean => activity.kind === 'idle' && pause === null;

export type Step =
  | { kind: 'arrive' }
  | { kind: 'answer' | 'refuse' | 'hangup' | 'lose' | 'key'; pick: number }
  | { kind: 'reload'; who: number }
  | { kind: 'command'; who: number; whom: number; what: CommandName }
  | { kind: 'work' | 'late' | 'fails' | 'switch-away' | 'rights' }
  | { kind: 'time'; ms: number };

const pick = fc.nat(30);
const who = fc.nat(NUMBERS.length - 1);
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'arrive' }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('answer' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('key' as const), pick }) },
  fc.record({ kind: fc.constantFrom('refuse' as const, 'hangup' as const, 'lose' as const), pick }),
  fc.record({ kind: fc.constant('reload' as const), who }),
  {
    weight: 14,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      who,
      whom: who,
      what: fc.constantFrom(...COMMANDS),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'work' }) },
  fc.constantFrom<Step>({ kind: 'late' }, { kind: 'fails' }, { kind: 'switch-away' }, { kind: 'rights' }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.nat(12_000) }) },
);

/** Four agents and two who may listen to them, on a switch that does at once what it is asked for, or fails to. */
export class PartiesWorld {
  readonly ids = new SequenceIds();
  readonly team: OwnedTeam;
  readonly telephone = new ModelSwitch();
  readonly facts = new FactTracker();
  readonly rows = {
    spans: new Map<string, Facts['spans'][number]>(),
    parts: new Map<string, Facts['parts'][number]>(),
  };
  /** Commands that were carried out, by name: what never happens proves nothing. */
  readonly done = new Map<CommandName, number>();
  /** So often a person has answered at a telephone outside. */
  keyed = 0;
  now = START;
  /** Every call that there has been, as it was last. */
  readonly calls = new Map<CallId, CallState>();
  #owed: Input[] = [];
  #late = false;
  #mayLead = true;

  constructor() {
    const events = NUMBERS.flatMap((number) => ready(number)).map((event) => {
      if (event.type !== 'signed-in') return event;
      const number = OUTSIDE.get(event.agentId);
      const device = number === undefined ? event.device : ({ kind: 'outside', number } as const);
      return { ...event, device, groups: event.agentId < agentId('1008') ? event.groups : [] };
    });
    this.team = folded(emptyTeam(configOf(PLAN), START), events, START);
    this.#keep(this.facts.resume({ spans: [], parts: [] }, this.team, this.now));
  }

  run(each: Step): void {
    switch (each.kind) {
      case 'arrive':
        this.telephone.offer(this.#arrive());
        break;
      case 'answer':
        this.#leg(
          each.pick,
          ({ state }) => state === 'dialling',
          (legId) => {
            this.telephone.answered(legId);
            return { type: 'LegAnswered', legId };
          },
        );
        break;
      case 'key':
        this.#key(each.pick);
        break;
      case 'refuse':
        this.#gone(each.pick, 'dialling', 'busy');
        break;
      case 'hangup':
        this.#gone(each.pick, 'up', 'normal');
        break;
      case 'lose':
        this.#leg(
          each.pick,
          ({ state }) => state === 'up',
          (legId) => {
            this.telephone.gone(legId);
            return { type: 'LegLost', legId, cause: 'media-lost' };
          },
        );
        break;
      case 'reload':
        this.#reload(each.who);
        break;
      case 'command':
        this.#command(each);
        break;
      case 'work':
        this.#work();
        break;
      case 'late':
        this.#late = true;
        return;
      case 'fails':
        this.telephone.failing += 1;
        break;
      case 'switch-away':
        this.take({ type: 'SwitchDown' });
        this.#settle();
        this.take({
          type: 'Compared',
          legs: this.telephone.live(),
          believed: this.#believed(),
          dials: new Map(),
        });
        break;
      case 'rights':
        this.#mayLead = !this.#mayLead;
        this.take({
          type: 'SetUpChanged',
          config: configOf(this.#mayLead ? PLAN : { ...PLAN, leaders: [] }),
        });
        break;
      case 'time':
        this.pass(each.ms);
        break;
      default:
        each satisfies never;
    }
    // Now and then the switch is not done yet when the next thing happens.
    if (!this.#late) this.#settle();
    this.#late = false;
  }

  take(input: Input): boolean {
    let decision;
    try {
      decision = decide(this.team, input, this.now, this.ids);
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
    const facts = this.facts.of(decision.changes, this.team);
    this.#keep(facts);
    this.facts.take(facts);
    layOver(this.team, decision.changes);
    for (const [callId, { after }] of decision.changes.calls) if (after) this.calls.set(callId, after);
    this.#owed.push(
      ...this.telephone.do(
        decision.intents,
        (endpointId) => this.team.endpoints.get(endpointId)?.online ?? false,
      ),
    );
    return true;
  }

  /** Nothing is asked of the switch that is not done. */
  get isSettled(): boolean {
    return this.#owed.length === 0;
  }

  /** Everything that was asked of the switch is done. */
  settle(): void {
    this.#settle();
  }

  pass(ms: number): void {
    const end = this.now + ms;
    while (this.now < end) {
      this.#settle();
      this.now = Math.min(end, Math.max(this.now + 1, nextDeadline(this.team) ?? Infinity));
      this.take({ type: 'Tick' });
    }
  }

  /** Everybody hangs up, and time passes. */
  end(): void {
    for (let round = 0; round < 4; round++) {
      this.#settle();
      for (const { legId } of this.telephone.live()) {
        this.telephone.gone(legId);
        this.take({ type: 'LegEnded', legId, cause: 'normal', side: 'far' });
      }
    }
    this.pass(120_000);
  }

  #settle(): void {
    for (let turns = 0; this.#owed.length > 0; turns++) {
      expect(turns, 'the switch and the rules go on for ever').toBeLessThan(200);
      for (const fact of this.#owed.splice(0)) this.take(fact);
    }
  }

  #keep({ spans, parts }: Facts): void {
    for (const row of spans) this.rows.spans.set(`${row.agentId}/${row.startedAt}/${row.version}`, row);
    for (const row of parts) this.rows.parts.set(row.id, row);
  }

  #arrive(): LegId {
    const legId = this.ids.next<LegId>('leg');
    this.take(arrival(this.ids.next<CallId>('call'), legId));
    return legId;
  }

  #leg(choice: number, which: (leg: { state: string }) => boolean, input: (legId: LegId) => Input): void {
    const legs = this.telephone
      .live()
      .filter(({ legId }) => which(this.telephone.legs.get(legId) ?? { state: '' }));
    const leg = legs[choice % Math.max(1, legs.length)];
    if (leg) this.take(input(leg.legId));
  }

  #key(choice: number): void {
    const legs = [...this.team.calls.values()]
      .flatMap(liveLegs)
      .filter(({ keyAsked, state }) => keyAsked && state !== 'up');
    const leg = legs[choice % Math.max(1, legs.length)];
    if (!leg) return;
    this.take({ type: 'KeyPressed', legId: leg.id });
    this.keyed += 1;
  }

  #gone(choice: number, state: 'dialling' | 'up', cause: 'busy' | 'normal'): void {
    this.#leg(
      choice,
      (leg) => leg.state === state,
      (legId) => {
        this.telephone.gone(legId);
        return { type: 'LegEnded', legId, cause, side: 'far' };
      },
    );
  }

  #believed(): Set<LegId> {
    return new Set([...this.team.calls.values()].flatMap((call) => liveLegs(call).map(({ id }) => id)));
  }

  #reload(index: number): void {
    const endpointId = asId<EndpointId>(`ep-${NUMBERS[index]}`);
    for (const { legId } of this.telephone.live().filter((leg) => leg.endpointId === endpointId)) {
      this.telephone.gone(legId);
      this.take({ type: 'LegLost', legId, cause: 'signalling-lost' });
    }
    this.take({ type: 'EndpointOffline', endpointId });
    this.take({ type: 'EndpointOnline', endpointId, link: { online: true, address: null, userAgent: null } });
  }

  #command({ who: index, whom, what }: Extract<Step, { kind: 'command' }>): void {
    const me = this.#oneOf(index, OF_LEADERS.has(what) ? isLeader : OF_AGENTS.has(what) ? isAnybody : isBusy);
    const other = this.#oneOf(whom, OF_LEADERS.has(what) ? isBusy : isIdle);
    const command = commandOf(this, what, me, other);
    if (!command) return;
    const role = this.team.config.agents.get(me)?.role ?? 'agent';
    const sessionId = asId<SessionId>('session');
    const actor = { kind: 'agent', teamId: TEAM, agentId: me, sessionId, role, expiresAt: Infinity } as const;
    const order: Order = { ...command, actor };
    if (this.take(order)) this.done.set(what, (this.done.get(what) ?? 0) + 1);
  }

  /** Of those who are like that, or of all: most commands are for somebody who can do it. */
  #oneOf(choice: number, isMeant: (agent: AgentState) => boolean): AgentId {
    const meant = [...this.team.agents.values()].filter(isMeant);
    return meant[choice % Math.max(1, meant.length)]?.id ?? agentId(NUMBERS[choice % NUMBERS.length] ?? '');
  }

  /** Everybody is ready for the next call. */
  #work(): void {
    for (const { id } of this.team.agents.values()) {
      this.take({ type: 'SignIn', agentId: id, ignore: ['device-not-connected'], address: null });
      this.take({ type: 'EndAcw', agentId: id });
      this.take({ type: 'Resume', agentId: id });
    }
  }
}
