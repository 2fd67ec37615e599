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
  | { readonly kind: 'idle'; readonly since: number }
  /** Reserved for this call: the agent's device rings. Nobody else may offer the agent anything. */
  | { readonly kind: 'ringing'; readonly since: number; readonly callId: CallId }
  | { readonly kind: 'dialling'; readonly since: number; readonly callId: CallId }
  | { readonly kind: 'talking'; readonly since: number; readonly callId: CallId }
  | { readonly kind: 'holding'; readonly since: number; readonly callId: CallId }
  /** After-call work of `callId`; `endsAt` null: until the agent ends it. */
  | { readonly kind: 'acw'; readonly since: number; readonly callId: CallId; readonly endsAt: number | null };

export type NextChoice =
  | { readonly kind: 'idle' }
  | { readonly kind: 'pause'; readonly reasonId: ReasonId }
  | { readonly kind: 'sign-out' };

export type DeviceChoice =
  { readonly kind: 'browser' } | { readonly kind: 'phone'; readonly endpointId: EndpointId };

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
  readonly pause: { readonly reasonId: ReasonId; readonly since: number } | null;
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
  | { type: 'paused'; agentId: AgentId; reasonId: ReasonId }
  | { type: 'resumed'; agentId: AgentId }
  | { type: 'locked'; agentId: AgentId }
  | { type: 'unlocked'; agentId: AgentId }
  | { type: 'next-state-chosen'; agentId: AgentId; next: NextChoice | null }
  | { type: 'agent-reserved'; agentId: AgentId; callId: CallId }
  | { type: 'agent-dialling'; agentId: AgentId; callId: CallId }
  | { type: 'agent-talking'; agentId: AgentId; callId: CallId }
  | { type: 'agent-holding'; agentId: AgentId; callId: CallId }
  | { type: 'agent-freed'; agentId: AgentId }
  | { type: 'acw-started'; agentId: AgentId; callId: CallId; endsAt: number | null }
  | { type: 'acw-ended'; agentId: AgentId }
  | { type: 'wrap-up-noted'; agentId: AgentId; callId: CallId; wrapUp: WrapUp | null }
  | { type: 'offer-missed'; agentId: AgentId; groupId: GroupId; retryAt: number };

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
