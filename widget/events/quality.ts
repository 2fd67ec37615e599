import type { CallQuality } from '../softphone/call-quality.ts';
import { TelebarEvent, type EventStamp } from './telebar-event.ts';

export interface QualityDetail extends EventStamp, CallQuality {
  callId: string;
}

/** Media figures of the call in progress, about every two seconds. */
export class QualityEvent extends TelebarEvent<QualityDetail> {
  static readonly type = 'telebar-quality';

  constructor(detail: QualityDetail) {
    super(QualityEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-quality': QualityEvent;
  }
}
