import { TelebarEvent, type EventStamp } from './telebar-event.ts';
import type { WrapupNotes } from './wrapup-started.ts';

export interface WrapupDoneDetail extends EventStamp, WrapupNotes {
  callId: string;
}

/** After-call work is over. */
export class WrapupDoneEvent extends TelebarEvent<WrapupDoneDetail> {
  static readonly type = 'telebar-wrapup-done';

  constructor(detail: WrapupDoneDetail) {
    super(WrapupDoneEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-wrapup-done': WrapupDoneEvent;
  }
}
