import type { CallCause } from '../../server/contract/desk.ts';
import type { PartyEventDetail } from './party-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

export interface PartyLeftDetail extends PartyEventDetail {
  cause: CallCause | null;
}

/** Somebody has left the call, which goes on. */
export class PartyLeftEvent extends TelebarEvent<PartyLeftDetail> {
  static readonly type = 'telebar-party-left';

  constructor(detail: PartyLeftDetail) {
    super(PartyLeftEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-party-left': PartyLeftEvent;
  }
}
