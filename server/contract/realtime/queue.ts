import * as z from 'zod/mini';
import { Timestamp } from '../wire.ts';

/** The line of a group, and those who are signed in to it: each of them is counted in one of the figures after the first two. */
export const QueueFigures = z.object({
  /** Callers whom nobody has answered yet, ringing included. */
  waiting: z.number(),
  /** When the one who waits longest came; null: nobody waits. */
  longestWaitSince: z.nullable(Timestamp),
  /** Idle, with a phone that can be rung. */
  free: z.number(),
  /** Ringing, dialling, talking, holding or listening to another agent. */
  onCall: z.number(),
  acw: z.number(),
  paused: z.number(),
  /** Idle, but locked or without a phone that can be rung. */
  unreachable: z.number(),
  /** How many calls were answered in time, by the group's definition. */
  serviceLevel: z.object({
    /** Answered within, ms. */
    withinMs: z.number(),
    /** The aim, in percent. */
    percent: z.number(),
    /** Whoever has given up sooner is not counted, ms. */
    shortAbandonMs: z.number(),
    /** When the first call of the day (by the team's clock) was counted since the server began; null: none yet. */
    since: z.nullable(Timestamp),
    answered: z.number(),
    answeredInTime: z.number(),
    /** Short ones included. */
    abandoned: z.number(),
    shortAbandoned: z.number(),
    /** `answeredInTime / (answered + abandoned - shortAbandoned)`, 0 to 1; null: nothing to divide by. */
    share: z.nullable(z.number()),
  }),
});
export type QueueFigures = z.infer<typeof QueueFigures>;

/** The figures that are different now. */
export const QueuePatch = z.partial(QueueFigures);
