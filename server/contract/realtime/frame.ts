import * as z from 'zod/mini';
import { MICROPHONE_STATES } from '../../vocabulary/microphone-states.ts';
import { Id, Timestamp } from '../wire.ts';
import { ProblemCode } from '../problem.ts';
import { TopicName } from './topics.ts';

// The socket is at /realtime; docs/realtime.md describes it. The client sends `hello` within five seconds, then `heartbeat`
// every five; the server answers each heartbeat with `pulse`. A client that is silent for twelve seconds gets no calls.

/** The softphone of a page, as the page tells it. */
export const PagePhone = z.object({
  registered: z.boolean(),
  microphone: z.enum(MICROPHONE_STATES),
});
export type PagePhone = z.infer<typeof PagePhone>;

/** How many topics one message may name. */
export const MOST_NAMED = 64;

const Sequence = z.number().check(z.int(), z.nonnegative());

/** Where a topic's stream was left. With the same epoch the rest follows, otherwise a snapshot. */
export const Position = z.object({ epoch: z.string().check(z.maxLength(64)), sequence: Sequence });
export type Position = z.infer<typeof Position>;

export const Subscription = z.object({ topic: TopicName, resume: z.optional(Position) });
export type Subscription = z.infer<typeof Subscription>;

const Subscriptions = z.array(Subscription).check(z.maxLength(MOST_NAMED));

export const ClientMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    version: z.number(),
    token: z.string().check(z.maxLength(4096)),
    /** One page load; the tab that carries the voice is the one that asked for the browser device last. */
    clientId: Id,
    topics: Subscriptions,
  }),
  /** A topic that is followed already begins anew from the position. */
  z.object({ type: z.literal('subscribe'), topics: Subscriptions }),
  z.object({ type: z.literal('unsubscribe'), topics: z.array(TopicName).check(z.maxLength(MOST_NAMED)) }),
  z.object({
    type: z.literal('heartbeat'),
    /** Echoed in `pulse`, so that the client measures the round trip. */
    sent: z.number(),
    /** Softphone of this page; null when another tab or a desk phone carries the voice. */
    phone: z.nullable(PagePhone),
  }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

/** Read of a hello before anything else: the rest of one of another version means nothing here. */
export const AnyHello = z.object({ type: z.literal('hello'), version: z.number() });

export const ServerMessage = z.discriminatedUnion('type', [
  /** The hello is accepted. Answers to its topics follow. */
  z.object({ type: z.literal('welcome'), version: z.number(), time: Timestamp }),
  /** The whole of a topic: `TOPICS[kind].state`. */
  z.object({
    type: z.literal('snapshot'),
    topic: TopicName,
    epoch: z.string(),
    sequence: Sequence,
    time: Timestamp,
    state: z.unknown(),
  }),
  /** Sequence is one higher than that of the message before in this topic and epoch. The patch is `TOPICS[kind].patch`. */
  z.object({
    type: z.literal('patch'),
    topic: TopicName,
    epoch: z.string(),
    sequence: Sequence,
    patch: z.unknown(),
  }),
  /** Resume was possible: the patches after the client's sequence follow. */
  z.object({ type: z.literal('resumed'), topic: TopicName, epoch: z.string(), sequence: Sequence }),
  /** The topic is not followed (any more): the page may not have it, or there is no such group. */
  z.object({ type: z.literal('closed'), topic: TopicName, code: ProblemCode, detail: z.string() }),
  /** Answer the leg now: somebody answered over REST while this page carries the voice. Idempotent. */
  z.object({ type: z.literal('answer-leg'), legId: Id, time: Timestamp }),
  /** Fetch another credential of the phone now: what it registers with has gone, and the credential says where else. */
  z.object({ type: z.literal('phone-moved'), time: Timestamp }),
  z.object({ type: z.literal('pulse'), sent: z.number(), time: Timestamp }),
  /** The last message before the server closes: with 4401 log in again, 4409 another page took over, 4429 slow down. */
  z.object({
    type: z.literal('error'),
    version: z.number(),
    code: z.union([ProblemCode, z.enum(['version-mismatch', 'taken-over', 'shutting-down'])]),
    detail: z.string(),
    time: Timestamp,
  }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;
