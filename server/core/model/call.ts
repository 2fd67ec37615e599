import type {
  AgentId,
  CallId,
  CustomerId,
  EndpointId,
  GroupId,
  LegId,
  PlaybackId,
  RoomId,
  TeamId,
} from '../kernel/ids.ts';
import type { Intent } from '../ports/effects.ts';
import type { CallCause } from '../../vocabulary/causes.ts';
import type { CallDirection } from '../../vocabulary/directions.ts';
import type { LegRole } from '../../vocabulary/leg-roles.ts';
import type { WrapUp } from './wrap-up.ts';

/**
 * Where a call stands.
 *
 * ```
 *  queue   ──▶ waiting ──offer──▶ offered ──agent answers──▶ connecting ──joined──▶ talking ⇄ held
 *                 ▲                  │                                                │    │
 *                 └── missed, refused┘                                     agent's leg lost │
 *  direct  ──────────────────────▶ offered                                            ▼    │
 *                                                                             recovering ──┘ back (talking or held)
 *  outbound, internal ──▶ calling-agent ──own device answers──▶ calling-far ──far side answers──▶ connecting
 *                          (a desk phone that dials itself starts here ──▲)
 *
 *  every phase ──hang-up, refusal, loss, time limit──▶ ended
 * ```
 */
export type Phase =
  /** In the queue's line, with music. */
  | { readonly kind: 'waiting'; readonly since: number }
  /** Rings at an agent. */
  | {
      readonly kind: 'offered';
      readonly since: number;
      readonly agentId: AgentId;
      readonly legId: LegId;
      readonly ringEndsAt: number;
      readonly awayUntil: AwayUntil;
    }
  /** Everybody has answered, the switch is joining the legs. */
  | { readonly kind: 'connecting'; readonly since: number; readonly agentId: AgentId }
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
      readonly until: number;
      readonly awayUntil: AwayUntil;
    }
  | { readonly kind: 'talking'; readonly since: number }
  | { readonly kind: 'held'; readonly since: number; readonly by: AgentId }
  /** The agent's leg was lost: the other side hears music until the agent's device is back. `legId`: it is being called. */
  | {
      readonly kind: 'recovering';
      readonly since: number;
      readonly agentId: AgentId;
      readonly legId: LegId | null;
      readonly until: number;
      /** Not tried again before this time, unless the device registers anew. */
      readonly nextTryAt: number;
      readonly heldBy: AgentId | null;
      readonly muted: boolean;
    }
  | {
      readonly kind: 'ended';
      readonly since: number;
      readonly cause: Cause;
      readonly by: EndedBy;
    };

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
  readonly role: LegRole;
  readonly agentId: AgentId | null;
  /** The device, when the leg is an agent's. */
  readonly endpointId: EndpointId | null;
  readonly number: string;
  readonly name: string | null;
  readonly state: 'offered' | 'dialling' | 'ringing' | 'up' | 'gone';
  readonly since: number;
  readonly muted: boolean;
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
  readonly roomId: RoomId;
  readonly roomOpen: boolean;
  readonly answeredAt: number | null;
  /** Time in the queue before the agent answered (or the caller gave up), ms. */
  readonly waitedMs: number | null;
  readonly wrapUp: WrapUp | null;
  readonly phase: Phase;
  /** Who is about to hold, while the switch has not confirmed it; absent or null: nobody. */
  readonly holdBegunBy?: AgentId | null;
}

/** What a call is before its first event. */
export type NewCall = Omit<CallState, 'version' | 'legs' | 'roomOpen' | 'answeredAt' | 'waitedMs' | 'wrapUp'>;

export type CallEvent =
  | { type: 'call-created'; callId: CallId; call: NewCall }
  | {
      type: 'leg-added';
      callId: CallId;
      leg: Pick<Leg, 'id' | 'role' | 'agentId' | 'endpointId' | 'number' | 'name' | 'state'>;
    }
  | { type: 'leg-rang'; callId: CallId; legId: LegId }
  | { type: 'leg-came-up'; callId: CallId; legId: LegId }
  | { type: 'leg-gone'; callId: CallId; legId: LegId; cause: Cause }
  | { type: 'leg-muted'; callId: CallId; legId: LegId; muted: boolean }
  | { type: 'leg-held'; callId: CallId; legId: LegId }
  | { type: 'leg-resumed'; callId: CallId; legId: LegId }
  | { type: 'room-opened'; callId: CallId }
  | { type: 'call-offered'; callId: CallId; agentId: AgentId; legId: LegId; ringEndsAt: number }
  /** The page at which it rings, or from which it is dialled, is gone; it may be on its way back. */
  | { type: 'device-left'; callId: CallId; until: number }
  /** It rings at another device of the same agent now. */
  | { type: 'offer-moved'; callId: CallId; legId: LegId }
  /** The agent who dials is called at another device. */
  | { type: 'own-leg-moved'; callId: CallId; legId: LegId }
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
  | { type: 'joining'; callId: CallId; agentId: AgentId }
  | { type: 'call-connected'; callId: CallId }
  | { type: 'hold-begun'; callId: CallId; agentId: AgentId }
  /** The switch could not, or does not know of it any more. */
  | { type: 'hold-failed'; callId: CallId }
  | { type: 'call-held'; callId: CallId; agentId: AgentId }
  | { type: 'call-resumed'; callId: CallId }
  | { type: 'agent-leg-lost'; callId: CallId; agentId: AgentId; until: number }
  | { type: 'agent-called-back'; callId: CallId; legId: LegId }
  /** The device did not take the call; it is tried again when it comes back. */
  | { type: 'call-back-failed'; callId: CallId; nextTryAt: number }
  /** The switch was away: the device gets the whole time again. */
  | { type: 'recovery-extended'; callId: CallId; until: number }
  | { type: 'call-recovered'; callId: CallId }
  | { type: 'call-data-set'; callId: CallId; data: Readonly<Record<string, string>> }
  | { type: 'customer-linked'; callId: CallId; customerId: CustomerId | null; name: string | null }
  | { type: 'call-wrapped-up'; callId: CallId; wrapUp: WrapUp | null }
  | { type: 'call-ended'; callId: CallId; cause: Cause; by: EndedBy }
  /** What the switch is asked for after this decision is stored; digits that a caller keys in are not kept. */
  | { type: 'switch-asked'; callId: CallId; intents: readonly Intent[] };

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
