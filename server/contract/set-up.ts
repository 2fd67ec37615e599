import * as z from 'zod/mini';
import { ACW_MODES } from '../vocabulary/acw-modes.ts';
import { LAST_AGENT_RULES, TRANSFER_RETURNS } from '../vocabulary/call-rules.ts';
import { DIALLING_MODES } from '../vocabulary/dialling-modes.ts';
import { MONITOR_NOTICES } from '../vocabulary/monitor-notices.ts';
import { OUTSIDE_CONFIRMS, OUTSIDE_PHONES } from '../vocabulary/outside-phones.ts';
import { REASON_COLOURS } from '../vocabulary/reason-colours.ts';
import { REASON_KINDS } from '../vocabulary/reason-kinds.ts';
import { RESULT_MARKS } from '../vocabulary/result-marks.ts';
import { Priority, QUEUE_RULES, QueueRulesInput, SkillLevel } from './queue-rules.ts';
import { Id, Locale, LocalizedText, Timestamp, atMost, lineOfText, listQuery, pageOf } from './wire.ts';

// What administrators set up. Each change names the version that was read in `If-Match`; somebody who was faster is a
// `version-conflict` with the row as it is now.

export const Extension = z.string().check(atMost(16), z.regex(/^\d{2,16}$/));
const Label = z.object({ en: lineOfText(100, 1), 'zh-CN': lineOfText(100, 1) });
const Milliseconds = (min: number, max: number) => z.number().check(z.int(), z.minimum(min), z.maximum(max));

export const TeamSetUp = z.object({
  name: z.string(),
  /** Short name for the login. */
  slug: z.string(),
  /** The language of whoever has chosen none. */
  locale: Locale,
  /** IANA name; by its clock days begin: in reports, and for who has taken the fewest calls today. */
  timeZone: z.string(),
  /**
   * Whether agents see who listens to them, and are told of it by a quiet tone every 15 s as well. Who whispers or barges in is
   * heard, and shown to them always.
   */
  monitorNotice: z.enum(MONITOR_NOTICES),
  /** What one point of priority is worth, in ms of waiting: so long a call without it is overtaken at most, for each point. */
  priorityPointMs: z.number(),
  /**
   * Whose number outside can be the agent's telephone, which the switch dials through the trunk at the team's cost: nobody's (`off`);
   * that which an administrator has entered (`assigned`); also one of the agent's own choice, as far as the groups dial it (`own`).
   */
  outsidePhones: z.enum(OUTSIDE_PHONES),
  /** At which calls who answers there has to key 1 first: a voicemail that answers is no agent. */
  outsideConfirm: z.enum(OUTSIDE_CONFIRMS),
  /** One higher with each change of anything in the set-up. */
  version: z.number(),
});
export type TeamSetUp = z.infer<typeof TeamSetUp>;

/** PATCH /set-up/team */
export const TeamSetUpPatch = z.object({
  name: z.optional(lineOfText(100, 1)),
  locale: z.optional(Locale),
  timeZone: z.optional(z.string().check(atMost(64))),
  monitorNotice: z.optional(z.enum(MONITOR_NOTICES)),
  priorityPointMs: z.optional(Milliseconds(1_000, 3_600_000)),
  outsidePhones: z.optional(z.enum(OUTSIDE_PHONES)),
  outsideConfirm: z.optional(z.enum(OUTSIDE_CONFIRMS)),
});
export type TeamSetUpPatch = z.infer<typeof TeamSetUpPatch>;

export const Member = z.object({
  agentId: Id,
  /** Always signed in, and cannot sign out. */
  static: z.boolean(),
  /** What the agent can do of the group's work. */
  level: SkillLevel,
});
const MemberInput = z.extend(Member, { level: z._default(SkillLevel, 1) });

const GroupFields = z.object({
  name: lineOfText(100, 1),
  number: Extension,
  /** How long one agent is rung, ms. */
  ringMs: Milliseconds(3_000, 120_000),
  /** Pause before an agent who did not answer is offered a call of this group again, ms. */
  retryMs: Milliseconds(0, 600_000),
  acwMode: z.enum(ACW_MODES),
  /** ms; null: after-call work lasts until the agent ends it. */
  acwLimitMs: z.nullable(Milliseconds(1_000, 3_600_000)),
  dialling: z.enum(DIALLING_MODES),
  callerId: z.nullable(z.string().check(atMost(32), z.regex(/^\+?\d{2,31}$/))),
  /** When nobody takes a call that was passed on: it returns to who has passed it on, waits in the group's line, or ends. */
  transferReturn: z.optional(z.enum(TRANSFER_RETURNS)),
  /** When the last agent leaves: the call ends, or those outside talk on for `talkOnMs`. */
  lastAgent: z.optional(z.enum(LAST_AGENT_RULES)),
  /** Whether agents may pass calls on to numbers outside, where the two talk for `talkOnMs` at most. */
  transferOutside: z.optional(z.boolean()),
  /** ms; half an hour by default. */
  talkOnMs: z.optional(Milliseconds(60_000, 14_400_000)),
  ...QueueRulesInput,
  members: z.array(MemberInput).check(z.maxLength(5_000)),
  /** Who sees the group's calls; a leader need not be a member. */
  leaders: z.array(Id).check(z.maxLength(500)),
});

/** POST /set-up/groups */
export const GroupSetUpInput = GroupFields;
export type GroupSetUpInput = z.infer<typeof GroupSetUpInput>;

/** PATCH /set-up/groups/:id. Members and leaders replace those of before. */
export const GroupSetUpPatch = z.partial(GroupFields);
export type GroupSetUpPatch = z.infer<typeof GroupSetUpPatch>;

export const GroupSetUp = z.object({
  id: Id,
  name: z.string(),
  number: z.string(),
  ringMs: z.number(),
  retryMs: z.number(),
  acwMode: z.enum(ACW_MODES),
  acwLimitMs: z.nullable(z.number()),
  dialling: z.enum(DIALLING_MODES),
  callerId: z.nullable(z.string()),
  transferReturn: z.enum(TRANSFER_RETURNS),
  lastAgent: z.enum(LAST_AGENT_RULES),
  transferOutside: z.boolean(),
  talkOnMs: z.number(),
  ...QUEUE_RULES,
  members: z.array(Member),
  leaders: z.array(Id),
  /** null: it is open. */
  closedAt: z.nullable(Timestamp),
  version: z.number(),
});
export type GroupSetUp = z.infer<typeof GroupSetUp>;

/** GET /set-up/groups: those that are open. Who is in them is asked group by group. */
export const GroupListQuery = listQuery('number', 'name');
export type GroupListQuery = z.infer<typeof GroupListQuery>;
export const GroupInList = z.extend(z.omit(GroupSetUp, { members: true, leaders: true }), {
  memberCount: z.number(),
  leaderCount: z.number(),
});
export type GroupInList = z.infer<typeof GroupInList>;
export const GroupPage = pageOf(GroupInList);

/**
 * POST /set-up/groups/:id/close. Who waits, and the numbers that lead there, go to the successor; without one they are sent away
 * and lead nowhere. Calls that are under way finish.
 */
export const CloseGroupRequest = z.object({ successorId: z.nullable(Id) });
export type CloseGroupRequest = z.infer<typeof CloseGroupRequest>;

const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('group'), groupId: Id }),
  z.object({ kind: z.literal('agent'), agentId: Id }),
]);

/** A number that callers dial, and where it leads. */
export const NumberSetUp = z.object({
  number: z.string(),
  target: Target,
  /** Added to that of the group to which the number leads. */
  priority: Priority,
  version: z.number(),
});
export type NumberSetUp = z.infer<typeof NumberSetUp>;

/** GET /set-up/numbers. `groupId`, `agentId`: those that lead there. */
export const NumberListQuery = z.extend(listQuery('number'), {
  groupId: z.optional(Id),
  agentId: z.optional(Id),
});
export type NumberListQuery = z.infer<typeof NumberListQuery>;
export const NumberPage = pageOf(NumberSetUp);

/** PUT /set-up/numbers/:number. Who waits stays where they are. Without `If-Match` the number is new. */
export const AssignNumberRequest = z.object({
  target: Target,
  /** Absent: as it was; 0 of a new number. */
  priority: z.optional(Priority),
});
export type AssignNumberRequest = z.infer<typeof AssignNumberRequest>;
export const NumberPath = z.object({ number: z.string().check(atMost(32), z.regex(/^\+?\d{2,31}$/)) });

export const ReasonSetUp = z.object({
  id: Id,
  kind: z.enum(REASON_KINDS),
  label: LocalizedText,
  /** The reason below which it stands; null: none. Those below which others stand are headings: they cannot be chosen. */
  parentId: z.nullable(Id),
  /** Labels of those above it, the highest first. */
  above: z.array(LocalizedText),
  colour: z.nullable(z.enum(REASON_COLOURS)),
  /** Whether a pause with it is working time. */
  paid: z.boolean(),
  /** How long a pause with it should last at most, ms; null: nobody says. */
  limitMs: z.nullable(z.number()),
  /** As what a result counts. */
  marks: z.array(z.enum(RESULT_MARKS)),
  /** Among those beside it. */
  position: z.number(),
  version: z.number(),
});
export type ReasonSetUp = z.infer<typeof ReasonSetUp>;

/** GET /set-up/reasons */
export const ReasonListQuery = z.extend(listQuery('position', 'label'), {
  kind: z.optional(z.enum(REASON_KINDS)),
});
export type ReasonListQuery = z.infer<typeof ReasonListQuery>;
export const ReasonPage = pageOf(ReasonSetUp);

/** POST /set-up/reasons */
export const ReasonSetUpInput = z.object({
  kind: z.enum(REASON_KINDS),
  label: Label,
  /** One of the same kind; at most four levels. */
  parentId: z.optional(z.nullable(Id)),
  colour: z.optional(z.nullable(z.enum(REASON_COLOURS))),
  paid: z.optional(z.boolean()),
  limitMs: z.optional(z.nullable(Milliseconds(60_000, 86_400_000))),
  marks: z.optional(z.array(z.enum(RESULT_MARKS)).check(z.maxLength(RESULT_MARKS.length))),
  position: z.number().check(z.int(), z.minimum(0), z.maximum(10_000)),
});
export type ReasonSetUpInput = z.infer<typeof ReasonSetUpInput>;

/** PATCH /set-up/reasons/:id */
export const ReasonSetUpPatch = z.partial(z.omit(ReasonSetUpInput, { kind: true }));
export type ReasonSetUpPatch = z.infer<typeof ReasonSetUpPatch>;
