import * as fc from 'fast-check';
import { currentCall } from '../../server/core/model/agent.ts';
import { liveLegs } from '../../server/core/model/call.ts';
import type { Decision } from '../../server/core/model/draft.ts';
import { emptyTeam } from '../../server/core/model/team.ts';
import type { OwnedTeam } from '../../server/core/model/team.ts';
import { DomainError } from '../../server/core/kernel/domain-error.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, EndpointId, LegId } from '../../server/core/kernel/ids.ts';
import { nextDeadline } from '../../server/core/team/deadlines.ts';
import { decide } from '../../server/core/team/decide.ts';
import type { Input } from '../../server/core/team/input.ts';
import { layOver } from '../../server/core/team/reindex.ts';
import type { Group } from '../../server/core/model/set-up.ts';
import { LUNCH, SALES, agentId, configOf, group, member } from '../support/builders.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { START, arrival, folded, ready } from './given.ts';

export const AGENTS = ['1001', '1002', '1003'];

/** What may happen next; numbers choose among what is there at that moment. */
export type Step =
  | { kind: 'arrive' }
  | { kind: 'caller-leaves'; pick: number }
  | { kind: 'leg-answers'; pick: number }
  | { kind: 'leg-ends'; pick: number }
  | { kind: 'leg-lost'; pick: number }
  | { kind: 'confirm'; pick: number }
  | { kind: 'command'; agent: number; what: number }
  | { kind: 'offline'; agent: number }
  | { kind: 'online'; agent: number }
  /** Falls silent, is gone, or (more often) is heard of. */
  | { kind: 'page'; agent: number; what: number }
  | { kind: 'time'; ms: number };

const pick = fc.nat(20);
const agent = fc.nat(2);
export const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({ kind: 'arrive' }),
  fc.record({ kind: fc.constant('caller-leaves' as const), pick }),
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('leg-answers' as const), pick }) },
  fc.record({ kind: fc.constant('leg-ends' as const), pick }),
  fc.record({ kind: fc.constant('leg-lost' as const), pick }),
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('confirm' as const), pick }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      agent,
      what: fc.oneof(fc.nat(9), fc.integer({ min: 10, max: 17 })),
    }),
  },
  fc.record({ kind: fc.constant('offline' as const), agent }),
  fc.record({ kind: fc.constant('online' as const), agent }),
  fc.record({ kind: fc.constant('page' as const), agent, what: fc.nat(5) }),
  fc.record({ kind: fc.constant('time' as const), ms: fc.nat(40_000) }),
);

/** A team that lives through steps, with the confirmations that the switch still owes. */
export class World {
  readonly ids = new SequenceIds();
  now = START;
  readonly team: OwnedTeam;
  arrived: CallId[] = [];
  owed: Input[] = [];
  readonly #more: (count: number) => object;

  /** @param more of each call that arrives */
  constructor(
    rules: Partial<Group> = {},
    more: (count: number) => object = () => ({}),
    levels: readonly number[] = [],
  ) {
    this.#more = more;
    const plan = {
      groups: [group(SALES, { acwMode: 'after-answer', acwLimitMs: 10_000, retryMs: 5_000, ...rules })],
      members: AGENTS.map((number, index) => ({ ...member(number, SALES), level: levels[index] ?? 1 })),
    };
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
      this.looked();
      for (const intent of decision.intents) if (intent.done) this.owed.push(intent.done);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }

  /** Somebody talks already, and one more is free. */
  talk(): void {
    this.run({ kind: 'arrive' });
    this.run({ kind: 'leg-answers', pick: 0 });
    for (let owed = this.owed.shift(); owed; owed = this.owed.shift()) this.take(owed);
  }

  /** Looks at each decision before it is carried out. */
  check: (decision: Decision) => void = () => undefined;

  /** And at the team afterwards. */
  looked: () => void = () => undefined;

  run(each: Step): void {
    switch (each.kind) {
      case 'arrive': {
        const callId = this.ids.next<CallId>('call');
        this.arrived.push(callId);
        const more = this.#more(this.arrived.length);
        return this.take({ ...arrival(callId, this.ids.next<LegId>('leg')), ...more } as Input);
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
        // Now and then one is lost.
        const owed = this.owed.splice(0);
        if (each.pick < 2) owed.splice(each.pick, 1);
        for (const input of owed) this.take(input);
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
          link: { online: true, address: null, userAgent: null },
        });
      case 'page':
        return this.take(this.#page(agentId(AGENTS[each.agent] ?? '1001'), each.what));
      case 'time':
        return this.#pass(each.ms);
      default:
        return each satisfies never;
    }
  }

  /** Every deadline on the way is kept. */
  #pass(ms: number): void {
    const end = this.now + ms;
    while (this.now < end) {
      const due = nextDeadline(this.team) ?? Infinity;
      this.now = Math.min(end, Math.max(this.now + 1, due));
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

  #page(id: AgentId, what: number): Input {
    const page = { agentId: id, clientId: 'page' };
    if (what === 0) return { type: 'PageFellSilent', ...page };
    if (what === 1) return { type: 'PageGone', ...page };
    return { type: 'PageSeen', ...page, phone: { registered: true, microphone: 'ready' } };
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
    const command = commands[what] ?? this.#ofMany(number, what - commands.length);
    if (command) this.take(command);
  }

  /** Of somebody who talks, so that it is more than a refusal. */
  #ofMany(number: string, what: number): Input | undefined {
    const talking = [...this.team.agents.values()].filter(({ activity }) => activity.kind === 'talking');
    const agent = talking[number.charCodeAt(3) % Math.max(1, talking.length)];
    const callId = agent && currentCall(agent);
    if (!agent || !callId) return undefined;
    const { id } = agent;
    const free = AGENTS.map((each) => agentId(each)).find(
      (each) => this.team.agents.get(each)?.activity.kind === 'idle',
    );
    const target = { kind: 'agent', agentId: free ?? id } as const;
    const commands: Input[] = [
      { type: 'Consult', agentId: id, callId, target },
      {
        type: 'Consult',
        agentId: id,
        callId,
        target: { kind: 'number', number: '13800000002', known: true },
      },
      { type: 'Add', agentId: id, callId, target },
      { type: 'Transfer', agentId: id, callId, target: number === '1001' ? target : null },
      { type: 'Swap', agentId: id, callId },
      { type: 'Retrieve', agentId: id, callId },
      { type: 'Conference', agentId: id, callId },
      { type: 'Leave', agentId: id, callId },
    ];
    return commands[what];
  }
}
