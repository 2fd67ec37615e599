import type {
  AgentId,
  CallId,
  CustomerId,
  EndpointId,
  GroupId,
  LegId,
  PartyId,
  PlaybackId,
  RoomId,
  TeamId,
} from '../kernel/ids.ts';
import type { Intent, Saying } from '../ports/effects.ts';
import type { CallCause } from '../../vocabulary/causes.ts';
import type { CallDirection } from '../../vocabulary/directions.ts';
import type { LegRole } from '../../vocabulary/leg-roles.ts';
import type { Asked, CalledParty, Monitoring, Party, Place } from './party.ts';
import type { WrapUp } from './wrap-up.ts';

/**
 * Where a call stands.
 *
 * ```
 *  queue   ──▶ waiting ──offer──▶ offered ──agent answers──▶ connecting ──joined──▶ conversation
 *                 ▲                  │                                     ▲             ▲
 *                 └── missed, refused┘                                     │             │
 *  direct  ──────────────────────▶ offered                                 │             │ the far side answers while
 *                                                                          │             │ the page of who dialled is away
 *  outbound, internal ──▶ calling-agent ──own device answers──▶ calling-far ─────────────┘
 *                          (a desk phone that dials itself starts here ──▲)
 *
 *  every phase ──hang-up, refusal, loss, time limit──▶ ended
 * ```
 */
export type Phase =
  /** In the queue's line, with music. */
  | { readonly kind: 'waiting'; readonly since: number }
  /** Rings at an agent. */
  | ({
      readonly kind: 'offered';
      readonly since: number;
      /** At whom else: whoever answers first has it. Absent: at nobody. */
      readonly also?: readonly Offer[];
    } & Offer)
  /** Everybody has answered, the switch is joining the legs. */
  | {
      readonly kind: 'connecting';
      readonly since: number;
      readonly agentId: AgentId;
      readonly asked?: Asked;
    }
  /** The agent's own device is called and answers by itself. */
  | {
      readonly kind: 'calling-agent';
      readonly since: number;
      readonly agentId: AgentId;
      readonly legId: LegId;
      readonly to: Destination;
      readonly until: number;
      readonly awayUntil: AwayUntil;
    }
  /** The far side is called: a number outside, or another agent. `ringback`: the tone that we play to the agent. */
  | {
      readonly kind: 'calling-far';
      readonly since: number;
      readonly agentId: AgentId;
      readonly legId: LegId;
      readonly farAgentId: AgentId | null;
      readonly ringing: boolean;
      readonly ringback: PlaybackId | null;
      /** The switch could not play it. */
      readonly withoutTone?: true;
      readonly until: number;
      readonly awayUntil: AwayUntil;
    }
  /** Somebody talks to somebody, holds, or is waited for: the parties say who. `since`: that changed last. */
  | { readonly kind: 'conversation'; readonly since: number }
  | {
      readonly kind: 'ended';
      readonly since: number;
      readonly cause: Cause;
      readonly by: EndedBy;
    };

/** It rings at that agent. */
export interface Offer {
  readonly agentId: AgentId;
  readonly legId: LegId;
  readonly ringEndsAt: number;
  readonly awayUntil: AwayUntil;
}

/** The page of an agent's leg is gone (reloaded?): so long its return is waited for, ms since the epoch; null: it is here. */
type AwayUntil = number | null;

/** `EndCause` of the port, and what only call control knows. */
export type Cause = CallCause;

/** Who ended a call: an agent (which one), the customer, or neither. */
export type EndedBy =
  | { readonly kind: 'agent'; readonly agentId: AgentId }
  | { readonly kind: 'customer' }
  | { readonly kind: 'system' };

export type Destination =
  | { readonly kind: 'number'; readonly number: string; readonly callerId: string }
  | { readonly kind: 'agent'; readonly agentId: AgentId };

/**
 * One party's connection.
 * `offered` (waits for our answer) or `dialling` ──▶ `ringing` ──▶ `up` ──▶ `gone`; from any of them to `gone`.
 */
export interface Leg {
  readonly id: LegId;
  /** Whose it is. */
  readonly partyId: PartyId;
  readonly role: LegRole;
  readonly agentId: AgentId | null;
  /** The device, when the leg is an agent's. */
  readonly endpointId: EndpointId | null;
  readonly number: string;
  readonly name: string | null;
  readonly state: 'offered' | 'dialling' | 'ringing' | 'up' | 'gone';
  readonly since: number;
  readonly muted: boolean;
  /** Which other agent has muted it; null or absent: nobody else. */
  readonly mutedBy?: AgentId | null;
  /** What was asked of the switch and is not confirmed yet; null or absent: nothing. `by`: by which other agent. */
  readonly muteWish?: { readonly muted: boolean; readonly asked: Asked; readonly by?: AgentId | null } | null;
  /** The switch could give it none. */
  readonly withoutMusic?: true;
  /** It has been answered where there may be a machine, and is asked to key 1 by that tone; absent: nothing is asked. */
  readonly keyAsked?: PlaybackId;
  /** The far side holds with its own button since then; null (or absent in what older versions have stored): it does not. */
  readonly heldSince?: number | null;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly cause: Cause | null;
}

export interface CallState {
  readonly id: CallId;
  readonly teamId: TeamId;
  /** Number of events so far; the journal's sequence. */
  readonly version: number;
  readonly direction: CallDirection;
  readonly createdAt: number;
  /** The side outside, or the called agent of an internal call; '' when withheld. */
  readonly number: string;
  readonly name: string | null;
  readonly did: string | null;
  readonly groupId: GroupId | null;
  readonly customerId: CustomerId | null;
  readonly data: Readonly<Record<string, string>>;
  /** Who had it last. */
  readonly agentId: AgentId | null;
  /** Everybody who was offered it or had it. */
  readonly agentIds: readonly AgentId[];
  readonly legs: readonly Leg[];
  /** Everybody who is or was in it, offers apart that were not taken. */
  readonly parties: readonly Party[];
  readonly roomId: RoomId;
  /** So much earlier it counts in a line for its priority, ms; absent: none. */
  readonly aheadMs?: number;
  /** The level of skill that it asks for still; absent: any will do. */
  readonly level?: number;
  /** Whom it waits for before anybody will do; absent or null: nobody. */
  readonly wanted?: { readonly agentId: AgentId; readonly until: number } | null;
  /** In the line of its group since then; absent: since it waits at all. */
  readonly enteredAt?: number;
  /** Groups that it has left because it waited there too long, or nobody was there. */
  readonly passed?: readonly GroupId[];
  /** What its group has for calls that wait too long was done, or was in vain. */
  readonly overflowed?: boolean;
  /** What the caller was told last while waiting; `playbackId` null: it has been stopped. Absent: nothing yet. */
  readonly told?: {
    readonly at: number;
    readonly playbackId: PlaybackId | null;
    readonly saying: Saying;
    /** The shortest wait that was named so far, ms; null: none. */
    readonly waitMs: number | null;
  };
  /** Passed on to a group, in whose line it waits since then, before those who have not talked to anybody; absent: never. */
  readonly requeuedAt?: number | null;
  /** An agent of the call asks for whoever of a group is free first, while the others hear music; absent or null: nobody does. */
  readonly asking?: Asking | null;
  /** The customer, who has been answered, hears music since then, whoever's hold or consult it is; absent or null: does not. */
  readonly waitsSince?: number | null;
  /** Nobody of the team is in it any more, or will be: those outside may talk until then; absent or null: an agent is in it. */
  readonly aloneUntil?: number | null;
  readonly answeredAt: number | null;
  /** Time in the queue before the agent answered (or the caller gave up), ms. */
  readonly waitedMs: number | null;
  readonly wrapUp: WrapUp | null;
  readonly phase: Phase;
}

export interface Asking {
  readonly by: AgentId;
  readonly groupId: GroupId;
  readonly since: number;
}

/** What a call is before its first event. */
export type NewCall = Omit<CallState, 'version' | 'legs' | 'parties' | 'answeredAt' | 'waitedMs' | 'wrapUp'>;

export type CallEvent =
  | { type: 'call-created'; callId: CallId; call: NewCall }
  | {
      type: 'leg-added';
      callId: CallId;
      leg: Pick<Leg, 'id' | 'role' | 'agentId' | 'endpointId' | 'number' | 'name' | 'state'>;
      party?: CalledParty;
    }
  | { type: 'party-rang'; callId: CallId; partyId: PartyId; ringback: PlaybackId | null; early: boolean }
  | { type: 'party-moved'; callId: CallId; partyId: PartyId; place: Place }
  | { type: 'party-left'; callId: CallId; partyId: PartyId; cause: Cause }
  /** The call is that agent's from now on, or will be when it is answered there. */
  | { type: 'call-handed'; callId: CallId; agentId: AgentId; returnsTo: AgentId }
  /** A leader hears another agent, or is heard by others. */
  | { type: 'monitor-changed'; callId: CallId; partyId: PartyId; monitor: Monitoring }
  /** The leader hears the agent. */
  | { type: 'monitor-reached'; callId: CallId; partyId: PartyId }
  /** The leader has the call in place of the agent, who is about to leave it. */
  | { type: 'call-taken-over'; callId: CallId; partyId: PartyId; agentId: AgentId; from: AgentId }
  /** An agent waits in the line of a group, to ask whoever answers there. */
  | { type: 'group-asked'; callId: CallId; agentId: AgentId; groupId: GroupId }
  /** Somebody of the group has answered, or is not needed any more. */
  | { type: 'asking-ended'; callId: CallId }
  /** It was passed on to a group, and waits in its line. */
  | { type: 'call-requeued'; callId: CallId; groupId: GroupId; agentId: AgentId; level?: number }
  /** Those outside are left to themselves until then; null: an agent is still there. `partyId`: who gets the call in the agent's place; null: those who are there. */
  | {
      type: 'left-alone';
      callId: CallId;
      partyId: PartyId | null;
      returnsTo: AgentId | null;
      until: number | null;
    }
  | { type: 'leg-rang'; callId: CallId; legId: LegId }
  /** It has been answered, and counts as such when 1 has been keyed, until then at most. */
  | { type: 'key-asked'; callId: CallId; legId: LegId; playbackId: PlaybackId; until: number }
  | { type: 'leg-came-up'; callId: CallId; legId: LegId }
  | { type: 'leg-gone'; callId: CallId; legId: LegId; cause: Cause }
  /** `by`: the agent who mutes somebody else; null or absent: its own wish. */
  | { type: 'mute-asked'; callId: CallId; legId: LegId; muted: boolean; by?: AgentId | null }
  | { type: 'mute-failed'; callId: CallId; legId: LegId }
  | { type: 'leg-muted'; callId: CallId; legId: LegId; muted: boolean }
  | { type: 'music-failed'; callId: CallId; legId: LegId }
  | { type: 'leg-held'; callId: CallId; legId: LegId }
  | { type: 'leg-resumed'; callId: CallId; legId: LegId }
  | { type: 'call-offered'; callId: CallId; agentId: AgentId; legId: LegId; ringEndsAt: number }
  /** The page at which it rings, or from which it is dialled, is gone; it may be on its way back. `agentId`: of several at whom it rings. */
  | { type: 'device-left'; callId: CallId; until: number; agentId?: AgentId }
  /** It rings at another device of the same agent now. */
  | { type: 'offer-moved'; callId: CallId; legId: LegId; agentId?: AgentId }
  /** The agent who dials is called at another device. */
  | { type: 'own-leg-moved'; callId: CallId; legId: LegId }
  /** It waits in another group's line, as long as it has waited: its group is closed, or it overflows. */
  | { type: 'call-rerouted'; callId: CallId; groupId: GroupId; level?: number; overflow?: true }
  /** What its group does with calls that wait too long is about to be done, or is in vain. */
  | { type: 'overflow-tried'; callId: CallId }
  /** It has left the line for a number outside: so long those two may talk. */
  | { type: 'call-left-line'; callId: CallId; until: number }
  /** The caller is told how the line stands. */
  | {
      type: 'call-announced';
      callId: CallId;
      playbackId: PlaybackId;
      saying: Saying;
      waitMs: number | null;
    }
  /** It has waited for somebody with more skill long enough. */
  | { type: 'requirement-relaxed'; callId: CallId; level: number }
  /** It does not wait for one agent any more. */
  | { type: 'preference-ended'; callId: CallId }
  /** Back into its place in the line. */
  | { type: 'offer-withdrawn'; callId: CallId; agentId: AgentId; cause: Cause }
  | {
      type: 'far-side-called';
      callId: CallId;
      legId: LegId;
      farAgentId: AgentId | null;
      until: number;
    }
  | { type: 'far-side-rang'; callId: CallId; ringback: PlaybackId | null }
  | { type: 'tone-failed'; callId: CallId }
  | { type: 'joining'; callId: CallId; agentId: AgentId }
  | { type: 'call-connected'; callId: CallId }
  | { type: 'hold-begun'; callId: CallId; agentId: AgentId }
  | { type: 'resume-begun'; callId: CallId; agentId: AgentId }
  /** The switch could not, or does not know of it any more. */
  | { type: 'hold-failed'; callId: CallId; agentId: AgentId }
  | { type: 'call-held'; callId: CallId; agentId: AgentId }
  | { type: 'call-resumed'; callId: CallId; agentId: AgentId }
  | { type: 'agent-leg-lost'; callId: CallId; agentId: AgentId; until: number }
  | { type: 'agent-called-back'; callId: CallId; agentId: AgentId; legId: LegId }
  /** The device did not take the call; it is tried again when it comes back. */
  | { type: 'call-back-failed'; callId: CallId; agentId: AgentId; nextTryAt: number }
  /** The switch was away: the device gets the whole time again. */
  | { type: 'recovery-extended'; callId: CallId; agentId: AgentId; until: number }
  | { type: 'call-recovered'; callId: CallId; agentId: AgentId }
  | { type: 'call-data-set'; callId: CallId; data: Readonly<Record<string, string>> }
  | { type: 'customer-linked'; callId: CallId; customerId: CustomerId | null; name: string | null }
  | { type: 'call-wrapped-up'; callId: CallId; wrapUp: WrapUp | null }
  | { type: 'call-ended'; callId: CallId; cause: Cause; by: EndedBy }
  /** What the switch is asked for after this decision is stored; digits that a caller keys in are not kept. */
  | { type: 'switch-asked'; callId: CallId; intents: readonly Intent[] };

/** Whether it waits in a line, or has come from one: it goes back there when an offer is not taken. */
export function isOfLine({ direction, requeuedAt }: CallState): boolean {
  return direction === 'queue' || typeof requeuedAt === 'number';
}

/** Whether the caller has not been answered yet: waiting, or ringing at somebody. */
export function isInLine(call: CallState): boolean {
  const { phase } = call;
  return isOfLine(call) && (phase.kind === 'waiting' || phase.kind === 'offered');
}

export function isEnded(call: CallState): boolean {
  return call.phase.kind === 'ended';
}

/** Phases in which a device rings or dials and nobody talks yet. */
export function isBeforeTalk(
  phase: Phase,
): phase is Extract<Phase, { kind: 'offered' | 'calling-agent' | 'calling-far' }> {
  return phase.kind === 'offered' || phase.kind === 'calling-agent' || phase.kind === 'calling-far';
}

export function legOf(call: CallState, legId: LegId): Leg | undefined {
  return call.legs.find((leg) => leg.id === legId);
}

/** The far side of the leg holds with its own button. */
export function isHeldThere(leg: Leg): boolean {
  return leg.state !== 'gone' && typeof leg.heldSince === 'number';
}

/** The agent's present leg: the last one that is not gone. */
export function agentLeg(call: CallState, agentId: AgentId): Leg | undefined {
  return call.legs.findLast((leg) => leg.agentId === agentId && leg.state !== 'gone');
}

export function liveLegs(call: CallState): readonly Leg[] {
  return call.legs.filter((leg) => leg.state !== 'gone');
}
