import { ObservableValue } from '../live/observable.ts';
import type { Box } from './boxes.ts';

/** What of the viewport the bar takes, so that the screen pop can stay beside it. */
export interface BarRoom {
  readonly edge: 'top' | 'bottom';
  readonly box: Box;
  /** Notices for which there is no free place elsewhere: the pop leaves theirs to them. */
  readonly notices: Box | null;
}

/** One bar per page; it writes here what it takes. Null: none. */
export const barRoom = new ObservableValue<BarRoom | null>(null);

/** The place of the screen pop, as it is without notices; null: none is open over the page. */
export const popRoom = new ObservableValue<Box | null>(null);
