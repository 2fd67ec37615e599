import type { AgentView } from '../../server/contract/desk.ts';
import { TelebarEvent, type EventStamp } from './telebar-event.ts';

export interface AgentStateDetail extends EventStamp {
  /** Null when this page knew nothing before. */
  from: AgentView['state'] | null;
  to: AgentView['state'];
  /** Id of the reason while paused. */
  reason: string | null;
}

/** The one word for the agent's state is another, or the reason of the pause is. */
export class AgentStateEvent extends TelebarEvent<AgentStateDetail> {
  static readonly type = 'telebar-agent-state';

  constructor(detail: AgentStateDetail) {
    super(AgentStateEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-agent-state': AgentStateEvent;
  }
}
