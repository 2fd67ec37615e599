import type { ForcedAction } from '../../vocabulary/forced-actions.ts';
import type { AgentStateWord } from '../../vocabulary/state-words.ts';
import type { AgentId, CallId, EndpointId, GroupId, ReasonId, TeamId } from '../kernel/ids.ts';
import type { WrapUp } from './wrap-up.ts';

/**
 * An agent has three separate things: presence (groups, pause, lock), activity, and the next state that was asked for.
 *
 * ```
 *                    reserve                answer
 *          ┌───────────────────▶ ringing ──────────────┐
 *          │  ◀── missed, withdrawn ──┘                ▼
 *  idle ───┤                                        talking ⇄ holding
 *    ▲     │  dial                  far side answers   ▲ │
 *    │     └───────────────────▶ dialling ─────────────┘ │ call ends
 *    │         ◀── not answered ──┘                      ▼
 *    └───────────────────────────────────────── acw ◀────┤ (as the group's mode says; straight to idle otherwise)
 *              time limit, button, pause                 │
 *    ◀───────────────────────────────────────────────────┘
 * ```
 */
export type Activity =
  /** `waitsSince`: the agent was free before already, and a call was only taken back since; absent: `since`. */
  | { readonly kind: 'idle'; readonly since: number; readonly waitsSince?: number }
  /** Reserved for this call: the agent's device rings. Nobody else may offer the agent anything. `freeSince`: until then free. */
  | { readonly kind: 'ringing'; readonly since: number; readonly callId: CallId; readonly freeSince?: number }
  | { readonly kind: 'dialling'; readonly since: number; readonly callId: CallId }
  | { readonly kind: 'talking'; readonly since: number; readonly callId: CallId }
  | { readonly kind: 'holding'; readonly since: number; readonly callId: CallId }
  /** A leader who listens to an agent in this call, or is being called for it. */
  | { readonly kind: 'monitoring'; readonly since: number; readonly callId: CallId }
  /** After-call work of `callId`; `endsAt` null: until the agent ends it. */
  | { readonly kind: 'acw'; readonly since: number; readonly callId: CallId; readonly endsAt: number | null };

export type NextChoice =
  | { readonly kind: 'idle' }
  | { readonly kind: 'pause'; readonly reasonId: ReasonId }
  | { readonly kind: 'sign-out' };

export type DeviceChoice =
  | { readonly kind: 'browser' }
  | { readonly kind: 'phone'; readonly endpointId: EndpointId }
  /** A telephone anywhere, which the switch dials. */
  | { readonly kind: 'outside'; readonly number: string };

export interface Forced {
  readonly action: ForcedAction;
  readonly by: AgentId;
  readonly at: number;
}

/** What is kept of an agent over restarts. The links of pages and devices are not part of it: they are found anew. */
export interface AgentState {
  readonly id: AgentId;
  readonly teamId: TeamId;
  /** Number of events so far; the journal's sequence. */
  readonly version: number;
  /** Signed in by hand. A member of no group can be signed in too, to dial. */
  readonly atWork: boolean;
  /** Signed in since, by group; static groups are always in it. */
  readonly groups: Readonly<Record<GroupId, number>>;
  readonly device: DeviceChoice;
  /** With which the agent was signed in last; absent: with none so far. */
  readonly outsideNumber?: string;
  /** `missed`: so many calls in a row that were not answered have paused the agent; absent: a person has. */
  readonly pause: { readonly reasonId: ReasonId; readonly since: number; readonly missed?: number } | null;
  readonly locked: boolean;
  readonly activity: Activity;
  /**
   * What was noted down last (see `wrap-up.ts`); kept until the next talk. The next call may ring in the very moment in which
   * the work ends, and pages are told both at once.
   */
  readonly wrapUp: (WrapUp & { readonly callId: CallId }) | null;
  /** What follows when the call or ACW ends; the last choice wins. */
  readonly next: NextChoice | null;
  /** By group: no call of it before this time, after one was not answered. */
  readonly retryAt: Readonly<Record<GroupId, number>>;
  /** Calls in a row that the agent has let ring until the time was over; absent: none. */
  readonly missed?: number;
  /** By group of the strategy round robin: when the agent had a turn there last. */
  readonly turns?: Readonly<Record<GroupId, number>>;
  /** Calls of queues taken on the last day on which there were any; `day`: days since 1970 by the team's clock. Absent: none yet. */
  readonly taken?: { readonly day: number; readonly count: number };
  /** What a leader has done last to the agent's state or call; absent or null: nothing yet. */
  readonly forced?: Forced | null;
  /** When the presence last changed (signed in or out, paused, resumed). */
  readonly presenceSince: number;
}

export type AgentEvent =
  | {
      type: 'signed-in';
      agentId: AgentId;
      groups: readonly GroupId[];
      device: DeviceChoice;
    }
  | { type: 'signed-out'; agentId: AgentId; groups: readonly GroupId[]; leftWork: boolean }
  /** Signed in to groups, and out of groups, because the set-up says so. */
  | { type: 'memberships-changed'; agentId: AgentId; joined: readonly GroupId[]; left: readonly GroupId[] }
  | { type: 'paused'; agentId: AgentId; reasonId: ReasonId; missed?: number }
  | { type: 'resumed'; agentId: AgentId }
  | { type: 'locked'; agentId: AgentId }
  | { type: 'unlocked'; agentId: AgentId }
  | { type: 'next-state-chosen'; agentId: AgentId; next: NextChoice | null }
  /** `turnOf`: it is the agent's turn in that group. */
  | { type: 'agent-reserved'; agentId: AgentId; callId: CallId; turnOf?: GroupId }
  | { type: 'agent-dialling'; agentId: AgentId; callId: CallId }
  /** `takenOn`: a call of a queue has been answered, on that day. */
  | { type: 'agent-talking'; agentId: AgentId; callId: CallId; takenOn?: number }
  | { type: 'agent-holding'; agentId: AgentId; callId: CallId }
  | { type: 'agent-monitoring'; agentId: AgentId; callId: CallId }
  | { type: 'agent-forced'; agentId: AgentId; action: ForcedAction; by: AgentId }
  /** `takenBack`: the offer was, and the agent is free as before. */
  | { type: 'agent-freed'; agentId: AgentId; takenBack?: true }
  | { type: 'acw-started'; agentId: AgentId; callId: CallId; endsAt: number | null }
  | { type: 'acw-ended'; agentId: AgentId }
  | { type: 'wrap-up-noted'; agentId: AgentId; callId: CallId; wrapUp: WrapUp | null }
  /** `letRing`: the agent did nothing; false: refused it; absent: neither. */
  | { type: 'offer-missed'; agentId: AgentId; groupId: GroupId; retryAt: number; letRing?: boolean };

/** The agent before any event. `staticGroups` are those that cannot be left. */
export function newAgent(
  id: AgentId,
  teamId: TeamId,
  staticGroups: readonly GroupId[],
  now: number,
): AgentState {
  return {
    id,
    teamId,
    version: 0,
    atWork: false,
    groups: Object.fromEntries(staticGroups.map((groupId) => [groupId, now])),
    device: { kind: 'browser' },
    pause: null,
    locked: false,
    activity: { kind: 'idle', since: now },
    wrapUp: null,
    next: null,
    retryAt: {},
    presenceSince: now,
  };
}

export function isSignedIn(agent: AgentState): boolean {
  return agent.atWork || Object.keys(agent.groups).length > 0;
}

export function isSignedInTo(agent: AgentState, groupId: GroupId): boolean {
  return agent.groups[groupId] !== undefined;
}

/** The call that the agent is in or is being offered; null in idle and ACW. */
export function currentCall(agent: AgentState): CallId | null {
  const { activity } = agent;
  return activity.kind === 'idle' || activity.kind === 'acw' ? null : activity.callId;
}

/** The one word that is shown. A call is shown as such also inside a pause. */
export function stateWord(agent: AgentState): AgentStateWord {
  if (agent.activity.kind !== 'idle') return agent.activity.kind;
  if (!isSignedIn(agent)) return 'signed-out';
  return agent.pause ? 'paused' : 'idle';
}

/** When the present word began. */
export function stateSince(agent: AgentState): number {
  if (agent.activity.kind !== 'idle') return agent.activity.since;
  return Math.max(agent.activity.since, agent.pause?.since ?? agent.presenceSince);
}
