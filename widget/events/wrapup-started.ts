import { TelebarEvent, type EventStamp } from './telebar-event.ts';

export interface WrapupStartedDetail extends EventStamp {
  callId: string;
  /** Server time at which it ends by itself; null: never. */
  endsAt: number | null;
}

/** After-call work has begun. */
export class WrapupStartedEvent extends TelebarEvent<WrapupStartedDetail> {
  static readonly type = 'telebar-wrapup-started';

  constructor(detail: WrapupStartedDetail) {
    super(WrapupStartedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-wrapup-started': WrapupStartedEvent;
  }
}
