/** In every event's detail. */
export interface EventStamp {
  /** Version of the event's shape. */
  version: 1;
  /** Unique; the same event never comes twice, also after a reload of the page. */
  id: string;
  /** Grows by one with each event of this page. */
  sequence: number;
  /** Server time, ms since the epoch. */
  time: number;
}

/**
 * What all of Telebar's DOM events have in common: they bubble and are composed, so that a listener on `document` hears
 * them from wherever the bar is mounted. A `CustomEvent`, because frameworks look for `detail` there.
 */
export abstract class TelebarEvent<Detail extends EventStamp> extends CustomEvent<Detail> {
  constructor(type: string, detail: Detail, options: { cancelable?: boolean } = {}) {
    super(type, { detail, bubbles: true, composed: true, cancelable: options.cancelable ?? false });
  }
}
