import type { AgentId, CallId, LegId } from '../kernel/ids.ts';

/** What the switch has confirmed: states that are shown only when they are real. */
export type Confirmation =
  | { readonly type: 'LegUp'; readonly callId: CallId; readonly legId: LegId }
  | { readonly type: 'Joined'; readonly callId: CallId }
  /** The agent's new leg is where the lost one was. */
  | { readonly type: 'Rejoined'; readonly callId: CallId; readonly legId: LegId }
  | { readonly type: 'HoldConfirmed'; readonly callId: CallId; readonly agentId: AgentId }
  | { readonly type: 'ResumeConfirmed'; readonly callId: CallId; readonly agentId: AgentId }
  | {
      readonly type: 'MuteConfirmed';
      readonly callId: CallId;
      readonly legId: LegId;
      readonly muted: boolean;
    };
