import type { WrapUp } from '../../server/contract/desk.ts';
import type { LocalizedText } from '../../server/contract/wire.ts';
import { TelebarEvent, type EventStamp } from './telebar-event.ts';

/** What was noted down about the call by then. */
export interface WrapupNotes {
  /** Id of the team's reason; null: none was chosen. */
  reason: string | null;
  /** The reason's label in both languages. */
  label: LocalizedText | null;
  /** What came of the call, as the team calls and counts it; null: nobody has said. */
  result: NonNullable<WrapUp['result']> | null;
  notes: string;
}

export interface WrapupStartedDetail extends EventStamp, WrapupNotes {
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
