import type { MonitorMode } from '../../vocabulary/monitor-modes.ts';
import type { AgentStateWord } from '../../vocabulary/state-words.ts';
import type { PageFact } from '../agent/page-facts.ts';
import type { DeviceChoice, NextChoice } from '../model/agent.ts';
import type { TeamConfig } from '../model/set-up.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Confirmation } from '../call/confirmation.ts';
import type { Target } from '../call/target.ts';
import type { Cause } from '../model/call.ts';
import type {
  AgentId,
  CallId,
  CustomerId,
  EndpointId,
  GroupId,
  LegId,
  PartyId,
  ReasonId,
} from '../kernel/ids.ts';
import type { Intent } from '../ports/effects.ts';
import type { DialRequest, EndCause, EndSide, LiveLeg } from '../ports/switch.ts';
import type { EndpointLink } from '../model/team.ts';
import type { WrapUp, WrapUpChange } from '../model/wrap-up.ts';

/** What a person asks for. A refusal is a `DomainError`. */
export type Command =
  | {
      type: 'SignIn';
      agentId: AgentId;
      /** Absent: all of the agent's groups. */
      groups?: readonly GroupId[];
      device?: DeviceWish;
      ignore: readonly ('device-not-connected' | 'device-address-differs')[];
      /** Where the agent's browser is; null: not asked through a browser. */
      address: string | null;
    }
  | { type: 'SignOut'; agentId: AgentId; groups?: readonly GroupId[] }
  | { type: 'Pause'; agentId: AgentId; reasonId: ReasonId }
  | { type: 'Resume'; agentId: AgentId }
  | { type: 'EndAcw'; agentId: AgentId }
  | { type: 'SetNextState'; agentId: AgentId; next: NextChoice | null }
  | { type: 'Lock'; agentId: AgentId }
  | { type: 'Unlock'; agentId: AgentId }
  | DialCommand
  | { type: 'Answer'; agentId: AgentId; callId: CallId }
  | { type: 'Reject'; agentId: AgentId; callId: CallId }
  | { type: 'Hangup'; agentId: AgentId; callId: CallId }
  | { type: 'HangupLeg'; agentId: AgentId; callId: CallId; legId: LegId }
  | { type: 'Hold'; agentId: AgentId; callId: CallId }
  | { type: 'ResumeCall'; agentId: AgentId; callId: CallId }
  | { type: 'Mute'; agentId: AgentId; callId: CallId; muted: boolean }
  | { type: 'SendDigits'; agentId: AgentId; callId: CallId; digits: string }
  | { type: 'SetData'; agentId: AgentId; callId: CallId; data: Readonly<Record<string, string>> }
  | {
      type: 'LinkCustomer';
      agentId: AgentId;
      callId: CallId;
      customerId: CustomerId | null;
      name: string | null;
    }
  | { type: 'Consult'; agentId: AgentId; callId: CallId; target: Target }
  | { type: 'Add'; agentId: AgentId; callId: CallId; target: Target }
  /** Without a target: to whoever is being asked. */
  | { type: 'Transfer'; agentId: AgentId; callId: CallId; target: Target | null }
  | { type: 'Swap'; agentId: AgentId; callId: CallId }
  | { type: 'Retrieve'; agentId: AgentId; callId: CallId }
  | { type: 'Conference'; agentId: AgentId; callId: CallId }
  | { type: 'Leave'; agentId: AgentId; callId: CallId }
  | { type: 'Kick'; agentId: AgentId; callId: CallId; partyId: PartyId }
  | { type: 'MuteParty'; agentId: AgentId; callId: CallId; partyId: PartyId; muted: boolean }
  | SupervisionCommand
  | WrapUpCommand
  /** The call has left the live state and its record is written: what remains is the agent's desk. */
  | {
      type: 'NoteWrapUp';
      agentId: AgentId;
      callId: CallId;
      wrapUp: WrapUp | null;
      finish: boolean;
    };

/** A number outside may be left out for the one that is known of the agent. `known`: the agent has had a call with it; absent: a device. */
export type DeviceWish =
  | Exclude<DeviceChoice, { kind: 'outside' }>
  | { readonly kind: 'outside'; readonly number?: string; readonly known?: boolean };

/** `agentId`: at whom; `supervisorId`: the leader. `basedOn`: the state that the leader has seen; null: whatever it is. */
export type SupervisionCommand =
  | { type: 'Monitor'; agentId: AgentId; supervisorId: AgentId; mode: MonitorMode }
  | { type: 'StopMonitoring'; agentId: AgentId; supervisorId: AgentId }
  | ForcedCommand
  | (Forced<'ForcePause'> & { reasonId: ReasonId });

type ForcedCommand =
  Forced<'TakeOver'> | Forced<'ForceHangup'> | Forced<'ForceIdle'> | Forced<'ForceSignOut'>;

interface Forced<Type extends string> {
  type: Type;
  agentId: AgentId;
  supervisorId: AgentId;
  basedOn: AgentStateWord | null;
}

export interface WrapUpCommand {
  type: 'WrapUp';
  agentId: AgentId;
  callId: CallId;
  change: WrapUpChange;
  /** Ends the after-call work of this call as well. */
  finish: boolean;
}

export interface DialCommand {
  type: 'Dial';
  agentId: AgentId;
  callId: CallId;
  to: { kind: 'number'; number: string } | { kind: 'agent'; agentId: AgentId };
  groupId: GroupId | null;
  /** One that the team may show; null: the group's own, or the team's first. */
  callerId: string | null;
  customer: { id: CustomerId; name: string | null } | null;
  data: Readonly<Record<string, string>>;
  /** Whether the agent has had a call with the number: groups may restrict dialling to those. */
  known: boolean;
  /** A desk phone that dials itself: its leg exists already and waits for an answer. */
  ownLeg: LegId | null;
}

export interface PlanStep {
  readonly op: Intent['op'];
  /** Null: of a room, or a tone. */
  readonly legId: LegId | null;
}

/** What has happened, whether we like it or not. Never refused. */
export type Fact =
  | {
      type: 'CallArrived';
      callId: CallId;
      legId: LegId;
      /** '' when withheld. */
      number: string;
      name: string | null;
      did: string;
      target: { kind: 'group'; groupId: GroupId } | { kind: 'agent'; agentId: AgentId };
      /** Points of the dialled number; absent: none. */
      priority?: number;
      /** Who has talked last with the number, and when; absent or null: nobody that is known. */
      lastAgent?: { readonly agentId: AgentId; readonly at: number } | null;
      customer: { id: CustomerId; name: string | null } | null;
    }
  | { type: 'LegRang'; legId: LegId; earlyMedia: boolean }
  | { type: 'LegAnswered'; legId: LegId }
  /** 1 has been keyed at a leg that was asked for it. */
  | { type: 'KeyPressed'; legId: LegId }
  /** The far side holds with its own button, or has taken the call back. */
  | { type: 'LegHeld'; legId: LegId; held: boolean }
  | { type: 'LegEnded'; legId: LegId; cause: Cause; side: EndSide }
  | { type: 'LegLost'; legId: LegId; cause: EndCause }
  /** The switch could not do what the call needs; the call ends. */
  | { type: 'IntentFailed'; callId: CallId; cause: EndCause }
  /** The switch has done some steps to the plan of that version and could not do these. */
  | {
      type: 'PlanFailed';
      callId: CallId;
      version: number;
      steps: readonly PlanStep[];
      /** The switch is away: what is needed is asked for again when it is back. */
      away: boolean;
    }
  | Confirmation
  | { type: 'EndpointOnline'; endpointId: EndpointId; link: EndpointLink }
  | { type: 'EndpointOffline'; endpointId: EndpointId }
  /** The endpoint is no more: a page's that has another one, or whose session is over. */
  | { type: 'EndpointRetired'; endpointId: EndpointId }
  | { type: 'BrowserChosen'; agentId: AgentId; endpointId: EndpointId; clientId: string }
  | PageFact
  /** What the administrator has set up is this now: learned again and again without harm, and at a start. */
  | { type: 'SetUpChanged'; config: TeamConfig }
  | { type: 'SwitchDown' }
  | {
      /** What the switch has alive, after a start or when it was away: from now on calls can be taken. */
      type: 'Compared';
      legs: readonly LiveLeg[];
      /** Legs that the records had alive before the switch was asked: only those can be missing. */
      believed: ReadonlySet<LegId>;
      /** Requests that an earlier server process has recorded, and perhaps not sent. */
      dials: ReadonlyMap<LegId, DialRequest>;
    }
  /** The server stops: every call ends. */
  | { type: 'CloseAll' }
  /** Time has passed: see `deadlines.ts`. `only`: for those alone. */
  | { type: 'Tick'; only?: { calls: readonly CallId[]; agents: readonly AgentId[] } };

/** A command, and who gives it; absent: the agent in person, at a telephone. */
export type Order = Command & { readonly actor?: Actor };

export type Input = Order | Fact;
