import type { Customer } from '../../server/contract/customer.ts';
import type { CallEventDetail } from './call-event-detail.ts';
import { TelebarEvent } from './telebar-event.ts';

export interface ScreenPopDetail extends CallEventDetail {
  /** Customers with the number of the call; empty when unknown or not found in time. */
  customers: readonly Customer[];
}

/** Somebody is on the line. Cancelable: `preventDefault()` keeps Telebar's own pop closed. */
export class ScreenPopEvent extends TelebarEvent<ScreenPopDetail> {
  static readonly type = 'telebar-screen-pop';

  constructor(detail: ScreenPopDetail) {
    super(ScreenPopEvent.type, detail, { cancelable: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-screen-pop': ScreenPopEvent;
  }
}
