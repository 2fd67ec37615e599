import { DomainError } from '../../server/core/kernel/domain-error.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, EndpointId, LegId } from '../../server/core/kernel/ids.ts';
import { decide } from '../../server/core/team/decide.ts';
import { indexed, layOver } from '../../server/core/team/reindex.ts';
import type { Decision } from '../../server/core/model/draft.ts';
import type { Input } from '../../server/core/team/input.ts';
import { evolveTeam } from '../../server/core/model/team-fold.ts';
import { emptyTeam } from '../../server/core/model/team.ts';
import type { OwnedTeam, TeamEvent, TeamMaps, Unindexed } from '../../server/core/model/team.ts';
import { SALES, agentId, configOf } from '../support/builders.ts';
import type { Plan } from '../support/builders.ts';
import { SequenceIds } from '../support/sequence-ids.ts';

export const START = 1_000_000;
export const CALL = asId<CallId>('call');
export const CUSTOMER = asId<LegId>('customer');
/** The switch has done everything that was asked of it for the call. */
export const REACHED: Input = { type: 'PlanReached', callId: CALL, version: Infinity };

/** Given these events at the start of time, when this happens, then … */
export class Given {
  readonly ids = new SequenceIds();
  now = START;
  readonly state: OwnedTeam;

  constructor(plan: Plan = {}, events: readonly TeamEvent[] = []) {
    this.state = folded(emptyTeam(configOf(plan), START), events, START);
  }

  /** Decides and goes on from there. */
  when(input: Input, after = 0): Decision {
    this.now += after;
    const decision = decide(this.state, input, this.now, this.ids);
    layOver(this.state, decision.changes);
    return decision;
  }

  /** The code with which a command is refused. */
  refused(input: Input): string {
    try {
      decide(this.state, input, this.now, this.ids);
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      throw error;
    }
    throw new Error('was not refused');
  }
}

/** The events folded into a full copy; what a decision has changed must come to the same. */
export function folded(team: Unindexed, events: readonly TeamEvent[], at: number): OwnedTeam {
  const copy = copyOf(team);
  for (const event of events) evolveTeam(copy, event, at);
  return indexed(copy, at);
}

export function copyOf({ config, switchUp, undecided, ...team }: Unindexed): TeamMaps {
  return {
    config,
    switchUp,
    undecided,
    agents: new Map(team.agents),
    calls: new Map(team.calls),
    pages: new Map(team.pages),
    endpoints: new Map(team.endpoints),
  };
}

/** An agent with a fresh page and a registered phone, signed in to sales. */
export function ready(number: string): TeamEvent[] {
  const endpointId = asId<EndpointId>(`ep-${number}`);
  const id = agentId(number);
  return [
    { type: 'browser-chosen', agentId: id, endpointId, clientId: 'page' },
    {
      type: 'endpoint-came-online',
      endpointId,
      link: { online: true, address: null, userAgent: null },
    },
    { type: 'page-seen', agentId: id, seen: { registered: true, microphone: 'ready' } },
    { type: 'signed-in', agentId: id, groups: [SALES], device: { kind: 'browser' } },
  ];
}

/** A caller for the queue of sales. */
export function arrival(callId: CallId = CALL, legId: LegId = CUSTOMER): Input {
  return {
    type: 'CallArrived',
    callId,
    legId,
    number: '13900000001',
    name: null,
    did: '400100',
    target: { kind: 'group', groupId: SALES },
    customer: null,
  };
}

/** Names of the events, without the record of what the switch was asked for. */
export function types(decision: Decision): string[] {
  return decision.events.map((event) => event.type).filter((type) => type !== 'switch-asked');
}

export function operations(decision: Decision): string[] {
  return decision.intents.map((intent) => intent.op);
}
