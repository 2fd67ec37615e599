import { TelebarEvent, type EventStamp } from './telebar-event.ts';

/** The bar is on the page. */
export class ReadyEvent extends TelebarEvent<EventStamp> {
  static readonly type = 'telebar-ready';

  constructor(detail: EventStamp) {
    super(ReadyEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-ready': ReadyEvent;
  }
}
