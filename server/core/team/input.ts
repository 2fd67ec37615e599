import type { DeviceChoice, NextChoice } from '../model/agent.ts';
import type { Confirmation } from '../call/confirmation.ts';
import type { Cause } from '../model/call.ts';
import type { AgentId, CallId, CustomerId, EndpointId, GroupId, LegId, ReasonId } from '../kernel/ids.ts';
import type { DialRequest, EndCause, EndSide, LiveLeg } from '../ports/switch.ts';
import type { EndpointLink, PageLink } from '../model/team.ts';
import type { WrapUp, WrapUpChange } from '../model/wrap-up.ts';

/** What a person asks for. A refusal is a `DomainError`. */
export type Command =
  | {
      type: 'SignIn';
      agentId: AgentId;
      /** Absent: all of the agent's groups. */
      groups?: readonly GroupId[];
      device?: DeviceChoice;
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
  | WrapUpCommand
  /** The call has left the live state and its record is written: what remains is the agent's desk. */
  | {
      type: 'NoteWrapUp';
      agentId: AgentId;
      callId: CallId;
      wrapUp: WrapUp | null;
      finish: boolean;
    };

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
      customer: { id: CustomerId; name: string | null } | null;
    }
  | { type: 'LegRang'; legId: LegId; earlyMedia: boolean }
  | { type: 'LegAnswered'; legId: LegId }
  /** The far side holds with its own button, or has taken the call back. */
  | { type: 'LegHeld'; legId: LegId; held: boolean }
  | { type: 'LegEnded'; legId: LegId; cause: Cause; side: EndSide }
  | { type: 'LegLost'; legId: LegId; cause: EndCause }
  /** The switch could not do what the call needs; the call ends. */
  | { type: 'IntentFailed'; callId: CallId; cause: EndCause }
  /** The switch could not do it, and the call is as it was. */
  | { type: 'HoldFailed'; callId: CallId; agentId: AgentId }
  | Confirmation
  | { type: 'EndpointOnline'; endpointId: EndpointId; link: EndpointLink }
  | { type: 'EndpointMeasured'; endpointId: EndpointId; latencyMs: number }
  | { type: 'EndpointOffline'; endpointId: EndpointId }
  /** The endpoint is no more: a page's that has another one, or whose session is over. */
  | { type: 'EndpointRetired'; endpointId: EndpointId }
  | { type: 'BrowserChosen'; agentId: AgentId; endpointId: EndpointId; clientId: string }
  | {
      type: 'PageSeen';
      agentId: AgentId;
      clientId: string;
      /** When it was heard of, ms since the epoch: the fact may have waited. */
      at: number;
      phone: Pick<NonNullable<PageLink['seen']>, 'registered' | 'microphone'> | null;
    }
  | { type: 'PageGone'; agentId: AgentId; clientId: string }
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

export type Input = Command | Fact;
