import * as z from 'zod/mini';
import { RIGHTS } from '../vocabulary/rights.ts';
import { REACHES } from '../vocabulary/roles.ts';
import { SkillLevel } from './queue-rules.ts';
import { NewPassword } from './login.ts';
import { Extension, Member } from './set-up.ts';
import { DialString, Id, atMost, lineOfText, listQuery, pageOf } from './wire.ts';

// Who works in a team. As in the rest of the set-up, each change names the version that was read in `If-Match`.

const Username = z.string().check(z.trim(), z.minLength(1), atMost(64), z.regex(/^\S+$/));
/** For signing in from a telephone (*64). */
const Pin = z.string().check(atMost(12), z.regex(/^\d{4,12}$/));
/** Empty: none is known. */
const Email = z
  .string()
  .check(z.trim(), atMost(254), z.regex(/^([^\s@<>",;]+@[^\s@<>",;]+)?$/, 'Must be an address, or empty'));

/** What an agent is in one group. */
const Membership = z.extend(z.omit(Member, { agentId: true }), { groupId: Id });
const MembershipInput = z.extend(Membership, { level: z._default(SkillLevel, 1) });

export const AgentSetUp = z.object({
  id: Id,
  number: z.string(),
  username: z.string(),
  name: z.string(),
  email: z.string(),
  /** `agent`, `leader`, `quality`, `admin`, or the id of a role of the team's own. */
  role: Id,
  /** Whether the agent may log in and work. */
  active: z.boolean(),
  /** Whether somebody else has made the password: a login has to put another one in its place. */
  passwordMustChange: z.boolean(),
  /** Whether the agent may sign in from a telephone (*64). */
  hasPin: z.boolean(),
  /** A telephone anywhere with which the agent may sign in, as it is dialled; null: none. */
  outsideNumber: z.nullable(z.string()),
  groups: z.array(Membership),
  /** Groups that the agent leads. */
  leads: z.array(Id),
  version: z.number(),
});
export type AgentSetUp = z.infer<typeof AgentSetUp>;

/** GET /set-up/agents. `role`, `active`, `groupId`: only those. */
export const AgentListQuery = z.extend(listQuery('number', 'name', 'username', 'role'), {
  role: z.optional(Id),
  active: z.optional(z.enum(['true', 'false'])),
  groupId: z.optional(Id),
});
export type AgentListQuery = z.infer<typeof AgentListQuery>;
export const AgentPage = pageOf(AgentSetUp);

/** GET /set-up/groups/:id/members, GET /set-up/groups/:id/leaders */
export const BelongingQuery = listQuery('number', 'name');
export type BelongingQuery = z.infer<typeof BelongingQuery>;
const Person = z.pick(AgentSetUp, { id: true, number: true, name: true, active: true });
export const MemberPage = pageOf(z.extend(Person, z.pick(Member, { static: true, level: true }).shape));
export type MemberPage = z.infer<typeof MemberPage>;
export const LeaderPage = pageOf(Person);
export type LeaderPage = z.infer<typeof LeaderPage>;

/** PUT /set-up/groups/:id/members/:agentId */
export const MemberRequest = z.omit(MembershipInput, { groupId: true });
export type MemberRequest = z.infer<typeof MemberRequest>;

/** POST /set-up/agents */
export const AgentSetUpInput = z.object({
  number: Extension,
  username: Username,
  name: lineOfText(100, 1),
  email: z.optional(Email),
  role: Id,
  password: NewPassword,
  passwordMustChange: z.optional(z.boolean()),
  pin: z.optional(z.nullable(Pin)),
  outsideNumber: z.optional(z.nullable(DialString)),
  groups: z.optional(z.array(MembershipInput).check(z.maxLength(500))),
  leads: z.optional(z.array(Id).check(z.maxLength(500))),
});
export type AgentSetUpInput = z.infer<typeof AgentSetUpInput>;

/** PATCH /set-up/agents/:id. An agent who is made inactive is signed out, after the present call if there is one. */
export const AgentSetUpPatch = z.extend(z.partial(AgentSetUpInput), { active: z.optional(z.boolean()) });
export type AgentSetUpPatch = z.infer<typeof AgentSetUpPatch>;

/** POST /set-up/agents/:id/password: made by the server and told this once; the next login has to put another one in its place. */
export const TemporaryPassword = z.object({ username: z.string(), password: z.string() });
export type TemporaryPassword = z.infer<typeof TemporaryPassword>;

/** What leads to something, or hangs on it. */
export const Use = z.object({
  /** A number that leads there; a group whose callers overflow there; a group without another leader; a person with that role; a reason below it. */
  kind: z.enum(['number', 'overflow', 'only-leader', 'role', 'reason']),
  id: Id,
  name: z.string(),
});
export type Use = z.infer<typeof Use>;

/** GET /set-up/agents/:id/effects, and the same of groups, desk phones, roles, reasons and the team: whom a change or a removal would meet now. */
export const Effects = z.object({
  /** Agents who are signed in: the agent, those of the group, who works with the phone, who has the role, who pauses with the reason. The first twenty. */
  signedIn: z.array(z.pick(AgentSetUp, { id: true, number: true, name: true })),
  signedInCount: z.number(),
  /** Callers in the group's line. */
  waitingCalls: z.number(),
  /** Calls that have been answered or dialled, and go on. */
  openCalls: z.number(),
  /** What a removal has to move. */
  uses: z.array(Use),
});
export type Effects = z.infer<typeof Effects>;

/** DELETE /set-up/agents/:id. Where what leads to the agent goes: to another agent, or to `nobody`. Absent: refused when there is such. */
export const RemoveAgentQuery = z.object({ moveTo: z.optional(Id) });
export type RemoveAgentQuery = z.infer<typeof RemoveAgentQuery>;

/** A desk phone. */
export const PhoneSetUp = z.object({
  id: Id,
  name: z.string(),
  /** SIP user name. */
  username: z.string(),
  version: z.number(),
});
export type PhoneSetUp = z.infer<typeof PhoneSetUp>;

/** GET /set-up/phones */
export const PhoneListQuery = listQuery('name', 'username');
export type PhoneListQuery = z.infer<typeof PhoneListQuery>;
export const PhonePage = pageOf(PhoneSetUp);

/** POST /set-up/phones, PATCH /set-up/phones/:id */
export const PhoneInput = z.object({ name: lineOfText(100, 1) });
export type PhoneInput = z.infer<typeof PhoneInput>;

/** What is entered at the telephone. The password is told this once. */
export const PhoneCredential = z.extend(PhoneSetUp, {
  credential: z.object({
    username: z.string(),
    password: z.string(),
    realm: z.string(),
    /** Of the registrar, at the address of this server; null: another system is the registrar. */
    port: z.nullable(z.number()),
    /** The same as lines of text, for the telephone's page or for a note. */
    text: z.string(),
  }),
});
export type PhoneCredential = z.infer<typeof PhoneCredential>;

/** GET /set-up/roles: those that every team has, and its own. */
export const RoleSetUp = z.object({
  /** Of those that every team has: `agent`, `leader`, `quality`, `admin`. */
  id: Id,
  name: z.string(),
  /** On whom the rights are used: on oneself, also on the groups that one leads, on the whole team. */
  reach: z.enum(REACHES),
  rights: z.array(z.enum(RIGHTS)),
  /** Cannot be changed. */
  builtIn: z.boolean(),
  version: z.number(),
});
export type RoleSetUp = z.infer<typeof RoleSetUp>;
export const RolePage = pageOf(RoleSetUp);

/** POST /set-up/roles. Nobody gives rights away that they do not have; `change-set-up` needs the reach `team`. */
export const RoleInput = z.object({
  name: lineOfText(100, 1),
  reach: z.enum(REACHES),
  rights: z.array(z.enum(RIGHTS)).check(z.maxLength(RIGHTS.length)),
});
export type RoleInput = z.infer<typeof RoleInput>;

/** PATCH /set-up/roles/:id. Who has the role has its rights from the next request on. */
export const RolePatch = z.partial(RoleInput);
export type RolePatch = z.infer<typeof RolePatch>;

/** DELETE /set-up/roles/:id. The role, another one, of who has this one. Absent: refused when somebody has it. */
export const RemoveRoleQuery = z.object({ moveTo: z.optional(Id) });
export type RemoveRoleQuery = z.infer<typeof RemoveRoleQuery>;
