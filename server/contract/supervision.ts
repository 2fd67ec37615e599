import * as z from 'zod/mini';
import { FORCED_ACTIONS } from '../vocabulary/forced-actions.ts';
import { MONITOR_MODES } from '../vocabulary/monitor-modes.ts';
import { AGENT_STATE_WORDS } from '../vocabulary/state-words.ts';
import { Id, Timestamp } from './wire.ts';

export const MonitorMode = z.enum(MONITOR_MODES);
export type MonitorMode = z.infer<typeof MonitorMode>;

/** An agent of the team. */
export const Person = z.object({ id: Id, number: z.string(), name: z.string() });

/** What a leader is listening to; part of the leader's own desk. */
export const Supervision = z.object({
  agent: Person,
  callId: Id,
  mode: MonitorMode,
  /** When the listening began. A change of the mode does not begin it anew. */
  since: Timestamp,
  /** False while the leader's telephone is being called, or called back. */
  connected: z.boolean(),
});
export type Supervision = z.infer<typeof Supervision>;

/** A leader in a call of this agent. Who only listens is told to the agent if the team has it so. */
export const Monitor = z.extend(Person, { mode: MonitorMode, since: Timestamp });
export type Monitor = z.infer<typeof Monitor>;

/** What a leader has done last to the agent's state or call: it is new when its time is another. */
export const Forced = z.object({ action: z.enum(FORCED_ACTIONS), by: Person, at: Timestamp });
export type Forced = z.infer<typeof Forced>;

/**
 * POST /agents/:id/hangup, /agents/:id/idle, /agents/:id/sign-out, /agents/:id/take-over. `basedOn`: the state word of the agent that the leader saw. When the agent has
 * another one by now, nothing is done: `state-changed` names it. Absent: whatever the state is.
 */
export const ForcedRequest = z.object({ basedOn: z.optional(z.enum(AGENT_STATE_WORDS)) });
export type ForcedRequest = z.infer<typeof ForcedRequest>;

/** POST /agents/:id/pause */
export const ForcedPauseRequest = z.extend(ForcedRequest, { reasonId: Id });
export type ForcedPauseRequest = z.infer<typeof ForcedPauseRequest>;

/** Answer to listen, whisper, barge and stop-monitoring: what the leader's desk shows from then on. */
export const SupervisionAnswer = z.object({ supervision: z.nullable(Supervision) });
export type SupervisionAnswer = z.infer<typeof SupervisionAnswer>;

// Without a body: POST /agents/:id/listen, /agents/:id/whisper, /agents/:id/barge, /agents/:id/stop-monitoring. `:id` is an agent's id or number everywhere.
// hangup, pause, idle and sign-out answer with the agent's `RosterRow`, take-over with the `CallView` of the leader.
