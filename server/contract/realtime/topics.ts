import * as z from 'zod/mini';
import type { Topic, TopicKind } from '../../vocabulary/topics.ts';
import { DeskSnapshot } from '../desk.ts';
import { Colleagues, ColleaguesPatch } from './colleagues.ts';
import { Change } from './desk.ts';
import { QueueFigures, QueuePatch } from './queue.ts';
import { Roster, RosterPatch } from './roster.ts';
import { atMost } from '../wire.ts';

/** Name of a topic on the wire. */
export const TopicName = z
  .string()
  .check(atMost(80), z.regex(/^(desk|(roster|queue):[\w.:-]+|roster|colleagues)$/));

/** What a topic's snapshot and its patches carry. */
export const TOPICS = {
  desk: { state: DeskSnapshot, patch: z.array(Change) },
  roster: { state: Roster, patch: RosterPatch },
  colleagues: { state: Colleagues, patch: ColleaguesPatch },
  queue: { state: QueueFigures, patch: QueuePatch },
} as const satisfies Record<TopicKind, { state: z.core.$ZodType; patch: z.core.$ZodType }>;

export type TopicState<K extends TopicKind> = z.infer<(typeof TOPICS)[K]['state']>;
export type TopicPatch<K extends TopicKind> = z.infer<(typeof TOPICS)[K]['patch']>;

export type KindOf<T extends Topic> = T extends 'desk'
  ? 'desk'
  : T extends 'colleagues'
    ? 'colleagues'
    : T extends `queue:${string}`
      ? 'queue'
      : 'roster';
