import * as z from 'zod/mini';
import { CALL_DIRECTIONS } from '../vocabulary/directions.ts';
import { PART_OUTCOMES } from '../vocabulary/part-outcomes.ts';
import { PARTY_ROLES } from '../vocabulary/party-roles.ts';
import { AGENT_STATE_WORDS } from '../vocabulary/state-words.ts';
import { Id, LocalizedText, PageQuery, Timestamp, pageOf } from './wire.ts';

const time = z.coerce.number().check(z.int(), z.nonnegative());

/** What reports are made of, newest first: rows that lie in `[from, to)`, ms since the epoch; without them from the first to the last. */
export const FactQuery = z.extend(PageQuery, {
  from: z._default(time, 0),
  to: z._default(time, Number.MAX_SAFE_INTEGER),
  /** Of one agent; without it of all whom one may see. */
  agentNumber: z.optional(z.string().check(z.maxLength(40))),
});
export type FactQuery = z.infer<typeof FactQuery>;

/** For so long an agent was in one state. Names are those of that time. */
const AgentSpan = z.object({
  agentId: Id,
  agentNumber: z.string(),
  agentName: z.string(),
  state: z.enum(AGENT_STATE_WORDS),
  reasonId: z.nullable(Id),
  reasonLabel: z.nullable(LocalizedText),
  /** Whether that pause is working time; null: it is no pause, or nobody has said. */
  reasonPaid: z.nullable(z.boolean()),
  callId: z.nullable(Id),
  groupId: z.nullable(Id),
  groupName: z.nullable(z.string()),
  startedAt: Timestamp,
  /** Null: it goes on. */
  endedAt: z.nullable(Timestamp),
  /** Nobody saw its end: it is when a later server has found it over. */
  estimated: z.boolean(),
});
/** GET /reports/agent-spans: also those that begin before `from` and end after it. */
export const AgentSpanPage = z.extend(pageOf(AgentSpan), { timeZone: z.string() });
export type AgentSpanPage = z.infer<typeof AgentSpanPage>;

/** One party's part in a call; durations in ms. */
const CallPart = z.object({
  id: Id,
  callId: Id,
  direction: z.enum(CALL_DIRECTIONS),
  /** As what the party came into the call. */
  role: z.enum(PARTY_ROLES),
  /** The agent who has called it in; null: it was there from the beginning, or the queue has found it. */
  broughtBy: z.nullable(Id),
  agentId: z.nullable(Id),
  agentNumber: z.nullable(z.string()),
  agentName: z.nullable(z.string()),
  groupId: z.nullable(Id),
  groupName: z.nullable(z.string()),
  startedAt: Timestamp,
  answeredAt: z.nullable(Timestamp),
  /** Null: its figures still change. */
  endedAt: z.nullable(Timestamp),
  /** A customer's time in the line, ringing included. */
  queueMs: z.nullable(z.number()),
  ringMs: z.number(),
  talkMs: z.number(),
  holdMs: z.number(),
  wrapUpMs: z.number(),
  /** Null: it waits or rings. */
  outcome: z.nullable(z.enum(PART_OUTCOMES)),
  cause: z.nullable(z.string()),
  estimated: z.boolean(),
});
/** GET /reports/call-parts: those that begin in the time. */
export const CallPartPage = z.extend(pageOf(CallPart), { timeZone: z.string() });
export type CallPartPage = z.infer<typeof CallPartPage>;
