import type { DeskState } from '../live/desk.ts';
import { TelebarEvent, type EventStamp } from './telebar-event.ts';

export interface ConnectionDetail extends EventStamp {
  from: DeskState['connection'];
  to: DeskState['connection'];
}

/** The link to the server is another. */
export class ConnectionEvent extends TelebarEvent<ConnectionDetail> {
  static readonly type = 'telebar-connection';

  constructor(detail: ConnectionDetail) {
    super(ConnectionEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-connection': ConnectionEvent;
  }
}
