import * as z from 'zod/mini';
import { ACW_MODES } from '../vocabulary/acw-modes.ts';
import { CALL_CAUSES } from '../vocabulary/causes.ts';
import { DIALLING_MODES } from '../vocabulary/dialling-modes.ts';
import { CALL_DIRECTIONS } from '../vocabulary/directions.ts';
import { PARTY_PLACES } from '../vocabulary/party-places.ts';
import { PARTY_ROLES } from '../vocabulary/party-roles.ts';
import { RESULT_MARKS } from '../vocabulary/result-marks.ts';
import { POP_MODES } from '../vocabulary/pop-apps.ts';
import { LEG_ROLES } from '../vocabulary/leg-roles.ts';
import { AGENT_STATE_WORDS } from '../vocabulary/state-words.ts';
import { Id, LocalizedText, Timestamp } from './wire.ts';
import { Role, TeamSettings } from './session.ts';
import { Forced, Monitor, Person, Supervision } from './supervision.ts';

/** The agent's device as the switch sees it. */
export const Device = z.object({
  /** outside: a telephone anywhere, which the switch dials; `online` when it may be the agent's. */
  kind: z.enum(['browser', 'phone', 'outside']),
  endpointId: z.nullable(Id),
  /** Name of the desk phone, or the number outside; '' for the browser. */
  name: z.string(),
  online: z.boolean(),
  address: z.nullable(z.string()),
  userAgent: z.nullable(z.string()),
  latencyMs: z.nullable(z.number()),
});
export type Device = z.infer<typeof Device>;

export const AcwMode = z.enum(ACW_MODES);
export type AcwMode = z.infer<typeof AcwMode>;

export const Membership = z.object({
  groupId: Id,
  name: z.string(),
  number: z.string(),
  /** Always signed in; cannot leave. */
  static: z.boolean(),
  signedInSince: z.nullable(Timestamp),
  acwMode: AcwMode,
  /** ACW ends by itself after this many ms; null: never. */
  acwLimitMs: z.nullable(z.number()),
  /** What members may dial outside: anything, only numbers of their history, nothing. */
  dialling: z.enum(DIALLING_MODES),
  /** Whether the group's calls may be passed on to numbers outside. */
  transferOutside: z.boolean(),
});
export type Membership = z.infer<typeof Membership>;

/** The one word that is shown, derived from presence and activity. */
export const AgentStateWord = z.enum(AGENT_STATE_WORDS);
export type AgentStateWord = z.infer<typeof AgentStateWord>;

export const NextState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('pause'), reasonId: Id }),
  z.object({ kind: z.literal('sign-out') }),
]);
export type NextState = z.infer<typeof NextState>;

/** What an agent has noted down about a call. */
export const WrapUp = z.object({
  reasonId: z.nullable(Id),
  /** The reason's label as it was when it was chosen. */
  label: z.nullable(LocalizedText),
  notes: z.string(),
  /** What came of the call, as it was called and counted when it was chosen. */
  result: z.optional(
    z.nullable(z.object({ id: Id, label: LocalizedText, marks: z.array(z.enum(RESULT_MARKS)) })),
  ),
  /** Who wrote it down last, and when. */
  agentNumber: z.nullable(z.string()),
  at: Timestamp,
});
export type WrapUp = z.infer<typeof WrapUp>;

export const AgentView = z.object({
  id: Id,
  number: z.string(),
  username: z.string(),
  name: z.string(),
  role: Role,
  state: AgentStateWord,
  since: Timestamp,
  /** Set while paused, also when a call is going on inside the pause. */
  pause: z.nullable(
    z.object({
      reasonId: Id,
      /** Also of a reason that cannot be chosen any more. */
      label: z.optional(z.nullable(LocalizedText)),
      since: Timestamp,
      /** How long it should last at most, ms; null: nobody says. */
      limitMs: z.optional(z.nullable(z.number())),
      /** So many calls in a row that were not answered have paused the agent; absent: a person has. */
      missed: z.optional(z.number()),
    }),
  ),
  locked: z.boolean(),
  /** Set in ACW: the call it belongs to and when it ends by itself. */
  acw: z.nullable(z.object({ callId: Id, since: Timestamp, endsAt: z.nullable(Timestamp) })),
  /** What has been noted down about the call in progress or in ACW; it stays until the next talk. */
  wrapUp: z.nullable(z.extend(WrapUp, { callId: Id })),
  /** What follows when the call or ACW ends; the last choice wins. */
  next: z.nullable(NextState),
  device: Device,
  /**
   * The number outside that the agent can sign in with; `own`: the agent may name another one. `number` null: none is known yet. Null:
   * the team lets the agent have none.
   */
  outsidePhone: z.nullable(z.object({ number: z.nullable(z.string()), own: z.boolean() })),
  groups: z.array(Membership),
  /** What a leader has done last to the agent's state or call; null: nothing yet. */
  forced: z.nullable(Forced),
  /** Groups that the agent leads. */
  leads: z.array(z.object({ groupId: Id, name: z.string() })),
});
export type AgentView = z.infer<typeof AgentView>;

export const CallDirection = z.enum(CALL_DIRECTIONS);
export type CallDirection = z.infer<typeof CallDirection>;

/** Why a call or one of its legs ended. */
export const CallCause = z.enum(CALL_CAUSES);
export type CallCause = z.infer<typeof CallCause>;

/** In the line of a group, to ask whoever answers there. */
export const Asking = z.object({ group: z.object({ id: Id, name: z.string() }), since: Timestamp });
export type Asking = z.infer<typeof Asking>;

export const Party = z.object({
  /** The same over all legs that the party takes: an agent whose page is reloaded is called anew. */
  id: Id,
  legId: Id,
  role: z.enum(PARTY_ROLES),
  /** True for the leg of the agent who looks at it. */
  self: z.boolean(),
  number: z.string(),
  name: z.nullable(z.string()),
  state: z.enum(['dialling', 'ringing', 'talking', 'held', 'gone']),
  since: Timestamp,
  muted: z.boolean(),
  /** The other agent who has muted it, also one who has left since; null: it is not muted, or an agent has muted itself. */
  mutedBy: z.nullable(Person),
  /** It hears music, or holds with its own button. */
  held: z.boolean(),
  /** Set for an agent of the team: to such a one a call can be passed on. */
  agentId: z.nullable(Id),
  place: z.enum(PARTY_PLACES),
  /** An agent who waits in the line of a group; null: everybody else. */
  asking: z.nullable(Asking),
  /** Whether who looks at it may let it go: whom the agent has called in, and anybody who is no agent and whom nobody else asks aside. */
  mayKick: z.boolean(),
  /** Whether who looks at it may mute it, or end that: it talks, might be let go, and is no agent who has muted itself. */
  mayMute: z.boolean(),
  cause: z.nullable(CallCause),
});
export type Party = z.infer<typeof Party>;

/** The phase as this agent sees it. Diagram: docs/architecture.md. */
export const CallPhase = z.enum(['offered', 'dialling', 'ringing', 'talking', 'held', 'ended']);
export type CallPhase = z.infer<typeof CallPhase>;

/** One call as one agent sees it. */
export const CallView = z.object({
  id: Id,
  direction: CallDirection,
  /** offered: it rings here. dialling: our own device is called. ringing: the other side rings. */
  phase: CallPhase,
  createdAt: Timestamp,
  /** When the present phase began. */
  since: Timestamp,
  /** When this agent's talk began; null: it has not answered. Later holds and reloads change nothing. */
  answeredAt: z.nullable(Timestamp),
  endedAt: z.nullable(Timestamp),
  /** Offered only: when the ring time is over. */
  ringEndsAt: z.nullable(Timestamp),
  /** The other side: number ('' when withheld) and name, if known. */
  number: z.string(),
  name: z.nullable(z.string()),
  /** Number that the caller dialled. */
  did: z.nullable(z.string()),
  group: z.nullable(z.object({ id: Id, name: z.string() })),
  /** Who asks this agent aside, has called it in or passed the call on to it, or has not taken it when it comes back; null: nobody. */
  from: z.nullable(Person),
  /** Time in the queue before it was offered, ms. */
  waitedMs: z.nullable(z.number()),
  customerId: z.nullable(Id),
  /** Everybody who is in it, who was at its beginning, and the last twenty of those who have left; `parts` of its record has all. */
  parties: z.array(Party),
  /** The agent's own leg, as in the SIP header X-Telebar-Leg; null before it exists. */
  legId: z.nullable(Id),
  muted: z.boolean(),
  /** The agent waits in the line of this group, to ask whoever answers there. */
  asking: z.nullable(Asking),
  endedBy: z.nullable(z.enum([...LEG_ROLES, 'system'])),
  cause: z.nullable(CallCause),
  data: z.record(z.string(), z.string()),
  wrapUp: z.nullable(WrapUp),
  /** What pops for it, and not before which moment; absent: what the page says, as soon as it rings. */
  pop: z.optional(z.object({ mode: z.enum(POP_MODES), urlTemplate: z.string(), onAnswer: z.boolean() })),
});
export type CallView = z.infer<typeof CallView>;

/** Everything an agent's page shows; the body of the realtime snapshot. */
export const DeskSnapshot = z.object({
  serverTime: Timestamp,
  team: TeamSettings,
  agent: AgentView,
  /** The agent's live calls, and those that ended in the last ten seconds. */
  calls: z.array(CallView),
  /** Of a leader: whom the leader is listening to; null: nobody. */
  supervision: z.nullable(Supervision),
  /** The leaders in the agent's call of whom the agent may know. */
  monitored: z.array(Monitor),
});
export type DeskSnapshot = z.infer<typeof DeskSnapshot>;
