import * as z from 'zod/mini';
import { DigitRow } from './digit-row.ts';
import { DialString, Id, boundedRecord, lineOfText, freeText } from './wire.ts';
import { AgentView, CallView, NextState } from './desk.ts';

/** POST /agent/sign-in. Without groups: all of the agent's groups. `ignore` answers a conflict that was shown. */
export const SignInRequest = z.object({
  groups: z.optional(z.array(Id).check(z.maxLength(200))),
  device: z.optional(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('browser') }),
      z.object({ kind: z.literal('phone'), endpointId: Id }),
      /** A telephone anywhere, which the switch dials. Without a number: the one that is known of the agent. */
      z.object({ kind: z.literal('outside'), number: z.optional(DialString) }),
    ]),
  ),
  ignore: z.optional(
    z.array(z.enum(['device-not-connected', 'device-address-differs'])).check(z.maxLength(2)),
  ),
});
export type SignInRequest = z.infer<typeof SignInRequest>;

/** POST /agent/sign-out */
export const SignOutRequest = z.object({ groups: z.optional(z.array(Id).check(z.maxLength(200))) });
export type SignOutRequest = z.infer<typeof SignOutRequest>;

/** POST /agent/pause (POST /agent/resume, /agent/end-acw and /agent/lock have no body) */
export const PauseRequest = z.object({ reasonId: Id });
export type PauseRequest = z.infer<typeof PauseRequest>;

/** PUT /agent/next-state; null clears it */
export const NextStateRequest = z.object({ next: z.nullable(NextState) });
export type NextStateRequest = z.infer<typeof NextStateRequest>;

/** A call has at most fifty keys and 16 KiB in all, however many requests brought them. */
const CallData = boundedRecord(lineOfText(64, 1), freeText(1000), 50);

/** POST /calls: the agent's device is called first, then the number (an agent's number, or one outside). */
export const DialRequest = z.object({
  number: DialString,
  groupId: z.optional(Id),
  /** Must be one that the team may show; the group's own otherwise. */
  callerId: z.optional(z.string().check(z.maxLength(40))),
  customerId: z.optional(Id),
  data: z.optional(CallData),
});
export type DialRequest = z.infer<typeof DialRequest>;

/**
 * Whom a command calls in: an agent or a group by number or id, a number as it is dialled, or somebody of the team's phone book.
 * A group: a consult waits in its line, a blind transfer gives the call to it.
 */
export const CallTarget = z.union([
  z.strictObject({ agent: Id }),
  z.strictObject({ number: DialString }),
  z.strictObject({ group: Id }),
  z.strictObject({ contact: Id }),
]);
export type CallTarget = z.infer<typeof CallTarget>;

/** POST /calls/:id/consult and /calls/:id/add */
export const CallInRequest = z.object({ target: CallTarget });
export type CallInRequest = z.infer<typeof CallInRequest>;

/** POST /calls/:id/transfer. Without `to`: to whoever is being asked, answered or ringing. */
export const TransferRequest = z.union([
  z.strictObject({}),
  z.strictObject({ to: CallTarget, type: z.literal('blind') }),
]);
export type TransferRequest = z.infer<typeof TransferRequest>;

/**
 * POST /calls/:id/digits: at most 1000 keys and pauses (`,` is two seconds), sent in order, also behind those of an earlier request that
 * are still to come. Answered when the first of them are sent. Holding or ending the call stops the rest.
 */
export const DigitsRequest = z.object({ digits: DigitRow });
export type DigitsRequest = z.infer<typeof DigitsRequest>;

/** PATCH /calls/:id/data: merged into what is there; an empty string removes a key. */
export const CallDataRequest = z.object({ data: CallData });
export type CallDataRequest = z.infer<typeof CallDataRequest>;

/**
 * POST /calls/:id/wrap-up, also during the call and long after it. What is absent stays as it was; null and '' take it
 * back. `finish` ends the after-call work of this call as well, when it is still going on. An agent who only missed the call
 * notes down what is to be said of that until another one has taken it; from then on it is `no-such-call`.
 */
export const WrapUpRequest = z.object({
  reasonId: z.optional(z.nullable(Id)),
  /** One of the team's `callResults`. */
  resultId: z.optional(z.nullable(Id)),
  notes: z.optional(freeText(2000)),
  finish: z.optional(z.boolean()),
});
export type WrapUpRequest = z.infer<typeof WrapUpRequest>;

/** 200 of POST /calls/:id/wrap-up: the call, and what it has made of the agent. */
export const WrapUpAnswer = z.object({ call: CallView, agent: AgentView });
export type WrapUpAnswer = z.infer<typeof WrapUpAnswer>;

// Without a body: POST /calls/:id/answer, reject, hangup, hold, resume, mute, unmute; POST /calls/:id/legs/:legId/hangup.
// Every command answers 200 with the state that the switch has confirmed: AgentView for /agent/*, CallView for
// /calls/* (wrap-up: both).
