import * as z from 'zod/mini';
import { AgentStateWord, CallDirection } from '../desk.ts';
import { Id, Timestamp } from '../wire.ts';

/** An agent in a list of many: what is not said is not so. */
export const RosterRow = z.object({
  id: Id,
  number: z.string(),
  name: z.string(),
  state: AgentStateWord,
  /** When that state began. */
  since: Timestamp,
  /** Why the agent is paused, also when a call is going on inside the pause. */
  pause: z.optional(Id),
  locked: z.optional(z.literal(true)),
  /** The phone is there: registered, and for a browser with a page that is awake. */
  online: z.optional(z.literal(true)),
  /** The call in progress. */
  call: z.optional(z.object({ id: Id, direction: CallDirection, groupId: z.optional(Id) })),
  /** In the roster of a group: signed in to it since. */
  joined: z.optional(Timestamp),
});
export type RosterRow = z.infer<typeof RosterRow>;

/** In the order of agents' numbers. */
export const Roster = z.array(RosterRow);
export type Roster = z.infer<typeof Roster>;

/** `rows` replace those of the same id, or are new; `gone` are no longer in it. */
export const RosterPatch = z.object({ rows: z.array(RosterRow), gone: z.optional(z.array(Id)) });
export type RosterPatch = z.infer<typeof RosterPatch>;
