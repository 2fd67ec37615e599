import * as z from 'zod/mini';
import { AgentStateWord } from '../desk.ts';
import { Id, Timestamp } from '../wire.ts';

/** An agent as every agent of the team may see it: what is not said is not so. */
export const Colleague = z.object({
  id: Id,
  number: z.string(),
  name: z.string(),
  /** Who listens to somebody is said to be talking: that is no business of the others. */
  state: AgentStateWord,
  /** When that state began. */
  since: Timestamp,
  /** Can be called in person now. A pause or a lock keeps the queues away, not people. */
  free: z.optional(z.literal(true)),
  /** Groups of which the agent is a member. */
  groups: z.optional(z.array(Id)),
});
export type Colleague = z.infer<typeof Colleague>;

const NamedGroup = z.object({ id: Id, number: z.string(), name: z.string() });

/** Whom an agent can call in, in the order of numbers. */
export const Colleagues = z.object({ agents: z.array(Colleague), groups: z.array(NamedGroup) });
export type Colleagues = z.infer<typeof Colleagues>;

/** `rows` replace those of the same id, or are new; `gone` are no longer in it; `groups` replace all. */
export const ColleaguesPatch = z.object({
  rows: z.array(Colleague),
  gone: z.optional(z.array(Id)),
  groups: z.optional(z.array(NamedGroup)),
});
export type ColleaguesPatch = z.infer<typeof ColleaguesPatch>;
