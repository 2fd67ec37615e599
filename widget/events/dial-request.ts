import type { DialSource } from '../live/shell.ts';
import { TelebarEvent, type EventStamp } from './telebar-event.ts';

export interface DialRequestDetail extends EventStamp {
  number: string;
  source: DialSource;
}

/** Somebody wants to dial. Cancelable: `preventDefault()` stops the dialling. */
export class DialRequestEvent extends TelebarEvent<DialRequestDetail> {
  static readonly type = 'telebar-dial-request';

  constructor(detail: DialRequestDetail) {
    super(DialRequestEvent.type, detail, { cancelable: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-dial-request': DialRequestEvent;
  }
}
