import { ObservableValue } from '../store/observable.ts';

/** The strip of the viewport that the bar takes, so that the screen pop can stay beside it; null: none. */
export interface BarRoom {
  readonly edge: 'top' | 'bottom';
  readonly side: 'left' | 'right' | 'both';
  /** From the edge to the far side of the bar, px. */
  readonly height: number;
  readonly width: number;
}

/** One bar per page; it writes here what it takes. */
export const barRoom = new ObservableValue<BarRoom | null>(null);
