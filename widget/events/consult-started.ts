import type { PartyEventDetail } from './party-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

/** Somebody is asked aside; the others hear music. */
export class ConsultStartedEvent extends TelebarEvent<PartyEventDetail> {
  static readonly type = 'telebar-consult-started';

  constructor(detail: PartyEventDetail) {
    super(ConsultStartedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-consult-started': ConsultStartedEvent;
  }
}
