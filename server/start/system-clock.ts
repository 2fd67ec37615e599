import { AttentiveClock } from './attentive-clock.ts';

/** The machine's own time, for the whole process. */
export const systemClock = new AttentiveClock();
