import * as z from 'zod/mini';
import { CALL_SIDES } from '../vocabulary/directions.ts';
import { PART_OUTCOMES } from '../vocabulary/part-outcomes.ts';
import { PARTY_ROLES } from '../vocabulary/party-roles.ts';
import { LEG_ROLES } from '../vocabulary/leg-roles.ts';
import { Id, PageQuery, Timestamp, pageOf } from './wire.ts';
import { CallCause, CallDirection, WrapUp } from './desk.ts';

/**
 * GET /calls, newest first: the agent's own history; a leader may name an agent of a group that they lead, an administrator any. With a customer: all of
 * the team's calls with that customer, whoever had them, for everybody who may read the customer's card.
 */
export const CallRecordQuery = z.extend(PageQuery, {
  side: z.optional(z.enum(CALL_SIDES)),
  agentNumber: z.optional(z.string().check(z.maxLength(40))),
  customerId: z.optional(Id),
});
export type CallRecordQuery = z.infer<typeof CallRecordQuery>;

export const LegRecord = z.object({
  id: Id,
  role: z.enum(LEG_ROLES),
  number: z.string(),
  name: z.nullable(z.string()),
  startedAt: Timestamp,
  answeredAt: z.nullable(Timestamp),
  endedAt: z.nullable(Timestamp),
  cause: z.nullable(CallCause),
});
export type LegRecord = z.infer<typeof LegRecord>;

export const CallRecord = z.object({
  id: Id,
  direction: CallDirection,
  /** The other side, as it can be dialled again. */
  number: z.string(),
  name: z.nullable(z.string()),
  did: z.nullable(z.string()),
  groupName: z.nullable(z.string()),
  /** Who had it last, by today's name. */
  agentNumber: z.nullable(z.string()),
  agentName: z.nullable(z.string()),
  customerId: z.nullable(Id),
  startedAt: Timestamp,
  answeredAt: z.nullable(Timestamp),
  endedAt: z.nullable(Timestamp),
  waitedMs: z.nullable(z.number()),
  talkMs: z.number(),
  cause: z.nullable(CallCause),
  data: z.record(z.string(), z.string()),
  wrapUp: z.nullable(WrapUp),
});
export type CallRecord = z.infer<typeof CallRecord>;
export const CallRecordPage = pageOf(CallRecord);

/** One party's part in the call, over all the legs that it took. Durations in ms. */
const PartRecord = z.object({
  id: Id,
  /** As what it came into the call; a leader who has taken it over is an agent. */
  role: z.enum(PARTY_ROLES),
  number: z.string(),
  name: z.nullable(z.string()),
  /** The agent who has called it in; null: it was there from the beginning, the queue has found it, or it listens. */
  broughtBy: z.nullable(z.object({ number: z.string(), name: z.string() })),
  startedAt: Timestamp,
  answeredAt: z.nullable(Timestamp),
  /** When it was in the call no more, after-call work not counted; null: it is. */
  endedAt: z.nullable(Timestamp),
  ringMs: z.number(),
  talkMs: z.number(),
  holdMs: z.number(),
  wrapUpMs: z.number(),
  outcome: z.nullable(z.enum(PART_OUTCOMES)),
  /** Why it left. */
  cause: z.nullable(CallCause),
});

/** GET /calls/:id. `parts`: the ladder of those who were in it, in the order in which they came. */
export const CallRecordDetail = z.extend(CallRecord, {
  legs: z.array(LegRecord),
  parts: z.array(PartRecord),
});
export type CallRecordDetail = z.infer<typeof CallRecordDetail>;
