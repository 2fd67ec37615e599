import type { PartyEventDetail } from './party-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

/** Somebody has come into the call. */
export class PartyJoinedEvent extends TelebarEvent<PartyEventDetail> {
  static readonly type = 'telebar-party-joined';

  constructor(detail: PartyEventDetail) {
    super(PartyJoinedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-party-joined': PartyJoinedEvent;
  }
}
