import type { CallEventDetail } from './call-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

export interface CallMutedDetail extends CallEventDetail {
  muted: boolean;
}

/** The agent's microphone was cut or opened. */
export class CallMutedEvent extends TelebarEvent<CallMutedDetail> {
  static readonly type = 'telebar-call-muted';

  constructor(detail: CallMutedDetail) {
    super(CallMutedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-call-muted': CallMutedEvent;
  }
}
