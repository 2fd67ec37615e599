import * as z from 'zod/mini';
import { ABSENCE_RULES, MOST_PRIORITY, MOST_SKILL, STRATEGIES } from '../vocabulary/queue-rules.ts';
import { Id, atMost } from './wire.ts';

// How a group's callers wait, and who gets them. Whatever is absent in a request is as it was, or as it is by default.

const milliseconds = (min: number, max: number) => z.number().check(z.int(), z.minimum(min), z.maximum(max));
const DAY = 86_400_000;
/** Of a call that waits: an hour in most lines, a day at most. */
const waiting = (min: number) => milliseconds(min, DAY);

/** 1 to 10; everybody has 1. */
export const SkillLevel = z.number().check(z.int(), z.minimum(1), z.maximum(MOST_SKILL));
/** 0 to 10. A call of priority 3 counts as if it had come three times the team's `priorityPointMs` earlier. */
export const Priority = z.number().check(z.int(), z.minimum(0), z.maximum(MOST_PRIORITY));

const SkillStep = z.object({
  /** Of waiting, from the arrival on. */
  afterMs: waiting(0),
  /** What an agent has to have from then on. */
  level: SkillLevel,
});

/** What is asked for falls step by step, and in the end anybody will do: nobody waits for an expert for ever. */
const SkillSteps = z.array(SkillStep).check(
  z.maxLength(MOST_SKILL),
  z.refine(
    (steps) =>
      steps.every(({ afterMs, level }, index) => {
        const before = steps[index - 1];
        return before ? afterMs > before.afterMs && level < before.level : afterMs === 0;
      }),
    'Must begin after 0 ms, and fall from step to step',
  ),
  z.refine((steps) => steps.length === 0 || steps.at(-1)?.level === 1, 'Must end at level 1'),
);

/** The agent who has talked with a customer last is preferred. */
const Sticky = z.object({
  /** How long ago that may be. */
  days: z.number().check(z.int(), z.minimum(1), z.maximum(365)),
  /** How long the caller waits for that agent before anybody will do. */
  waitMs: milliseconds(1_000, 600_000),
});

const OverflowTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('group'), groupId: Id }),
  /** Rung once; when that is in vain the caller waits on. */
  z.object({ kind: z.literal('agent'), agentId: Id }),
  /** Outside. Only of a group with `transferOutside`. */
  z.object({ kind: z.literal('number'), number: z.string().check(atMost(32), z.regex(/^\+?\d{2,31}$/)) }),
  z.object({ kind: z.literal('end') }),
]);

const Overflow = z.object({
  /** Of waiting in this group; null: only when the line is full, or as the rules for who is not there say. */
  afterMs: z.nullable(waiting(1_000)),
  to: OverflowTarget,
});

const Announcements = z.object({
  everyMs: milliseconds(10_000, 600_000),
  /** Whether the place in the line is told. */
  position: z.boolean(),
  /** Whether the estimated wait is told, in minutes, as soon as it is known. It never rises for one caller. */
  estimatedWait: z.boolean(),
});

/** The share of the calls that were answered in time, of those that were offered without short abandons. */
const ServiceLevel = z.object({
  /** Answered within. */
  withinMs: milliseconds(1_000, 3_600_000),
  /** The aim, in percent. */
  percent: z.number().check(z.int(), z.minimum(1), z.maximum(100)),
  /** Whoever has given up within this time is not counted; 0: everybody is. */
  shortAbandonMs: milliseconds(0, 60_000),
});

/** As they are shown. */
export const QUEUE_RULES = {
  strategy: z.enum(STRATEGIES),
  /** Of the strategy `skill-level`; none: everybody gets every call, the most skilled first. */
  skillSteps: SkillSteps,
  priority: Priority,
  /** null: no agent is preferred. */
  sticky: z.nullable(Sticky),
  /** Of waiting in all, over every group: then the call ends. null: no end. */
  maxWaitMs: z.nullable(waiting(1_000)),
  /** Callers who wait at most, ringing included. null: any number. */
  maxLength: z.nullable(z.number().check(z.int(), z.minimum(1), z.maximum(100_000))),
  /** null: nowhere. */
  overflow: z.nullable(Overflow),
  /** Nobody is signed in. Looked at when a caller comes, and when the last agent leaves. */
  whenNobody: z.enum(ABSENCE_RULES),
  /** Everybody who is signed in is paused. Looked at likewise. */
  whenPaused: z.enum(ABSENCE_RULES),
  /** Nobody is free. Looked at when a caller comes. */
  whenBusy: z.enum(ABSENCE_RULES),
  /** So many calls in a row that an agent has let ring pause the agent. null: never. */
  pauseAfterMissed: z.nullable(z.number().check(z.int(), z.minimum(1), z.maximum(20))),
  /** null: none. */
  announcements: z.nullable(Announcements),
  /** Name of a folder of sounds on the server: see docs/queues.md. null: a short tone is played. */
  sounds: z.nullable(z.string().check(atMost(64), z.regex(/^[a-z0-9][a-z0-9_-]*$/))),
  serviceLevel: ServiceLevel,
};

const { shape } = z.partial(z.object(QUEUE_RULES));
/** As they are given. */
export const QueueRulesInput = shape;
