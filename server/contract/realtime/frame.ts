import * as z from 'zod/mini';
import { MICROPHONE_STATES } from '../../vocabulary/microphone-states.ts';
import { Id, Timestamp } from '../wire.ts';
import { DeskSnapshot } from '../desk.ts';
import { Change } from './desk.ts';
import { ProblemCode } from '../problem.ts';

// The socket is at /realtime. The client sends `hello` within five seconds, then `heartbeat` every five; the server
// answers each heartbeat with `pulse`. A client that is silent for twelve seconds gets no calls.

/** The softphone of a page, as the page tells it. */
export const PagePhone = z.object({
  registered: z.boolean(),
  microphone: z.enum(MICROPHONE_STATES),
});
export type PagePhone = z.infer<typeof PagePhone>;

export const ClientMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    version: z.number(),
    token: z.string().check(z.maxLength(4096)),
    /** One page load; the tab that carries the voice is the one that asked for the browser device last. */
    clientId: Id,
    /** Where a broken connection stopped. With the same epoch the rest follows, otherwise a snapshot. */
    resume: z.optional(z.object({ epoch: z.string().check(z.maxLength(64)), sequence: z.number() })),
  }),
  z.object({
    type: z.literal('heartbeat'),
    /** Echoed in `pulse`, so that the client measures the round trip. */
    sent: z.number(),
    /** Softphone of this page; null when another tab or a desk phone carries the voice. */
    phone: z.nullable(PagePhone),
  }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

export const ServerMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    version: z.number(),
    epoch: z.string(),
    sequence: z.number(),
    time: Timestamp,
    state: DeskSnapshot,
  }),
  /** Sequence is one higher than that of the message before. */
  z.object({
    type: z.literal('patch'),
    version: z.number(),
    sequence: z.number(),
    time: Timestamp,
    changes: z.array(Change),
  }),
  /** Resume was possible: the patches after the client's sequence follow. */
  z.object({ type: z.literal('resumed'), version: z.number(), sequence: z.number(), time: Timestamp }),
  /** Answer the leg now: somebody answered over REST while this page carries the voice. Idempotent. */
  z.object({ type: z.literal('answer-leg'), version: z.number(), legId: Id, time: Timestamp }),
  /** Fetch another credential of the phone now: what it registers with has gone, and the credential says where else. */
  z.object({ type: z.literal('phone-moved'), version: z.number(), time: Timestamp }),
  z.object({ type: z.literal('pulse'), version: z.number(), sent: z.number(), time: Timestamp }),
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
