import type { AgentStateWord } from '../../vocabulary/state-words.ts';
import type { CallDirection } from '../../vocabulary/directions.ts';
import type { PartyRole } from '../../vocabulary/party-roles.ts';
import type { Label } from '../../vocabulary/locales.ts';
import type { PartOutcome } from '../../vocabulary/part-outcomes.ts';
import type { AgentId, CallId, GroupId, LegId, ReasonId, TeamId } from '../kernel/ids.ts';

/**
 * For so long an agent was in one state. An agent's spans follow each other without a gap from signing in to signing out. Names are
 * those of the time at which it began: what is renamed later changes no report.
 */
export interface AgentSpanRow {
  agentId: AgentId;
  startedAt: number;
  /** Of the agent when it began: several may begin in one millisecond. */
  version: number;
  teamId: TeamId;
  agentNumber: string;
  agentName: string;
  state: Exclude<AgentStateWord, 'signed-out'>;
  /** Of a pause. */
  reasonId: ReasonId | null;
  reasonLabel: Label | null;
  /** Whether that pause is working time; null: it is no pause, or nobody has said. */
  reasonPaid: boolean | null;
  /** The call of a state that is about one, after-call work included, and the call's group. */
  callId: CallId | null;
  groupId: GroupId | null;
  groupName: string | null;
  /** Null: it goes on. */
  endedAt: number | null;
  /** Its end was not seen: this is when a later server found it over. */
  estimated: boolean;
}

/**
 * One party's part in a call: the customer's, that of each number outside that was called in, and one for each time that the call rang
 * at an agent or was dialled by one. Durations in ms. Names as in `AgentSpanRow`.
 */
export interface CallPartRow {
  /** The party's first leg. */
  id: LegId;
  callId: CallId;
  teamId: TeamId;
  direction: CallDirection;
  /** As what the party came into the call; a leader who has taken it over is an agent. */
  role: PartyRole;
  /** Who has called it in; null: it was there from the beginning, or the queue has found it. */
  broughtBy: AgentId | null;
  agentId: AgentId | null;
  agentNumber: string | null;
  agentName: string | null;
  groupId: GroupId | null;
  groupName: string | null;
  /** Of a queue call's customer: when it came to the line. */
  startedAt: number;
  /** When the conversation began. */
  answeredAt: number | null;
  /** The after-call work included; null: its figures still change. */
  endedAt: number | null;
  /** A customer's time in the line until an agent answered, ringing included; null: none, or still waiting. */
  queueMs: number | null;
  /** How long it rang at this party. A queue's ringing is in the agents' parts. */
  ringMs: number;
  talkMs: number;
  holdMs: number;
  wrapUpMs: number;
  /** Null: it waits or rings. */
  outcome: PartOutcome | null;
  /** Why it ended without a conversation, or the call; as the call says it. */
  cause: string | null;
  estimated: boolean;
}

/** What reports are made of. A row is written as often as it changes, and is whole each time. */
export interface Facts {
  readonly spans: readonly AgentSpanRow[];
  readonly parts: readonly CallPartRow[];
}

export interface FactStore {
  /** Inserts or replaces; each is named once, however many they are. */
  save(facts: Facts): Promise<void>;
  /** Takes out what was refused, and kept perhaps, by a commit whose outcome was never heard. */
  retract(facts: Facts): Promise<void>;
  /** What a new server goes on with: all that has no end, and spans that end after `now`, when the clock was set back. */
  open(teamId: TeamId, now: number): Promise<Facts>;
}
