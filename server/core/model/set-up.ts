import type { HookEvent } from '../../vocabulary/hook-events.ts';
import { asId } from '../kernel/ids.ts';
import type {
  AgentId,
  EndpointId,
  FieldId,
  GroupId,
  LinkId,
  ReasonId,
  RoleId,
  TeamId,
} from '../kernel/ids.ts';
import type { AcwMode } from '../../vocabulary/acw-modes.ts';
import type { LastAgentRule, TransferReturn } from '../../vocabulary/call-rules.ts';
import type { DiallingMode } from '../../vocabulary/dialling-modes.ts';
import type { FieldType } from '../../vocabulary/field-types.ts';
import type { OutsideConfirm, OutsidePhones } from '../../vocabulary/outside-phones.ts';
import type { MonitorNotice } from '../../vocabulary/monitor-notices.ts';
import type { Label, Locale } from '../../vocabulary/locales.ts';
import type { ReasonColour } from '../../vocabulary/reason-colours.ts';
import type { ResultMark } from '../../vocabulary/result-marks.ts';
import type { ReasonKind } from '../../vocabulary/reason-kinds.ts';
import type { Power } from '../kernel/actor.ts';
import type { Right } from '../../vocabulary/rights.ts';
import { ROLES, type Reach, type Role } from '../../vocabulary/roles.ts';
import type { AppBinding } from './app-binding.ts';
import { QUEUE_RULES } from './queue-rules.ts';
import { reasonTree } from './reason-tree.ts';
import type { QueueRules } from './queue-rules.ts';

type DeskPhoneProfile = Pick<DeskPhone, 'endpointId' | 'username' | 'name'>;

/** Who can sign in. */
export interface AgentProfile {
  id: AgentId;
  number: string;
  username: string;
  name: string;
  role: Role;
  /** A telephone anywhere that is the agent's, as it is dialled; absent or null: none is known. */
  outsideNumber?: string | null;
  /** Of a role of the team's own; absent: what everybody with `role` may. */
  power?: Power;
}

/** A role that a team has made of single rights. */
export interface OwnRole {
  id: RoleId;
  teamId: TeamId;
  name: string;
  reach: Reach;
  rights: Right[];
}

/** As a row names it: a role that every team has, or the id of one of its own. */
export type RoleKey = Role | RoleId;

/** The word that is nearest to a role of the team's own, by its reach. */
const NEAREST: Readonly<Record<Reach, Role>> = { own: 'agent', groups: 'leader', team: 'quality' };

/** Who has a role that is there no more can log in, and nothing else. */
export function roleOf(
  key: RoleKey,
  own: ReadonlyMap<string, OwnRole>,
): Pick<AgentProfile, 'role' | 'power'> {
  const known = ROLES.find((role) => role === key);
  if (known) return { role: known };
  const { reach = 'own', rights = ['use-desk' as const] } = own.get(key) ?? {};
  return { role: NEAREST[reach], power: { reach, rights: new Set(rights) } };
}

export interface Team {
  id: TeamId;
  slug: string;
  name: string;
  locale: Locale;
  /** IANA name; by its clock reports tell days apart. */
  timeZone: string;
  /** Caller ids that agents may show; the first is the default. */
  callerIds: string[];
  /** What agents are told of who listens to them. */
  monitorNotice: MonitorNotice;
  /** Whether agents may have a number outside as their telephone: each call of theirs costs one. */
  outsidePhones: OutsidePhones;
  outsideConfirm: OutsideConfirm;
  /** What a point of priority is worth, in ms of waiting. */
  priorityPointMs: number;
  /** One higher with each change of the team's set-up. */
  setUpVersion: number;
}

/** `value`: by which cards have it, whatever it is called now. */
export type FieldOption = Label & { value: string };

/** A field that a team has put on its customer cards. */
export interface CustomerField {
  id: FieldId;
  teamId: TeamId;
  /** Under which cards have its value; no other field of the team ever has it. */
  key: string;
  label: Label;
  type: FieldType;
  required: boolean;
  /** Agents only see it. */
  readOnly: boolean;
  options: FieldOption[];
  position: number;
  /** ms since the epoch; null: cards show it. */
  deletedAt: number | null;
}

export interface Reason {
  id: ReasonId;
  teamId: TeamId;
  kind: ReasonKind;
  label: Label;
  /** Below which it stands; null: below none. */
  parentId: ReasonId | null;
  colour: ReasonColour | null;
  /** Whether a pause with it is working time. */
  paid: boolean;
  /** How long a pause with it should last at most, ms; null: nobody says. */
  limitMs: number | null;
  /** As what a result counts. */
  marks: ResultMark[];
  /** Among those beside it. */
  position: number;
  /** ms since the epoch; null: it can be chosen. */
  deletedAt: number | null;
}

/** As a reason is until somebody says otherwise. */
export const NEW_REASON: Pick<Reason, 'parentId' | 'colour' | 'paid' | 'limitMs' | 'marks'> = {
  parentId: null,
  colour: null,
  paid: false,
  limitMs: null,
  marks: [],
};

/** An address that agents open during a call, with what is known of it filled in. */
export interface WorkLink {
  id: LinkId;
  teamId: TeamId;
  label: Label;
  /** Template: places in braces. */
  url: string;
  /** Whose members and leaders have it; empty: everybody. */
  groupIds: GroupId[];
  position: number;
}

/** Where a dialled number leads. Numbers are unique over all teams: the number finds the team. */
export interface Route {
  number: string;
  teamId: TeamId;
  target: { kind: 'group'; groupId: GroupId } | { kind: 'agent'; agentId: AgentId };
  /** Points, added to those of the group to which it leads. */
  priority: number;
}

/** A desk phone. */
export interface DeskPhone {
  endpointId: EndpointId;
  teamId: TeamId;
  /** SIP user name, unique over all teams. */
  username: string;
  name: string;
  ha1: string;
  ha1Sha256: string | null;
}

export interface Group extends QueueRules {
  id: GroupId;
  teamId: TeamId;
  name: string;
  number: string;
  /** How long one agent is rung, ms. */
  ringMs: number;
  /** Pause before an agent who did not answer is offered a call of this group again, ms. */
  retryMs: number;
  acwMode: AcwMode;
  acwLimitMs: number | null;
  dialling: DiallingMode;
  callerId: string | null;
  /** When nobody takes a call that was passed on. */
  transferReturn: TransferReturn;
  lastAgent: LastAgentRule;
  /** Whether agents may pass calls on to numbers outside. */
  transferOutside: boolean;
  /** So long those outside may talk without an agent, ms. */
  talkOnMs: number;
  /** ms since the epoch; null: it is open. */
  closedAt: number | null;
  /** Where whoever waited went when it was closed; null: they were sent away. */
  successorId: GroupId | null;
}

/** As a group is until somebody says otherwise. */
export const GROUP_RULES = {
  transferReturn: 'return',
  lastAgent: 'end',
  transferOutside: false,
  talkOnMs: 1_800_000,
  ...QUEUE_RULES,
} as const satisfies Partial<Group>;

export interface Member {
  teamId: TeamId;
  groupId: GroupId;
  agentId: AgentId;
  static: boolean;
  /** What the agent can do of the group's work: 1 to 10. */
  level: number;
}

/** `static`: always signed in. */
export type Membership = Readonly<Pick<Member, 'static' | 'level'>>;

/** Who looks after a group: sees its calls. A leader need not be a member, who takes calls. */
export interface Leader {
  teamId: TeamId;
  groupId: GroupId;
  agentId: AgentId;
}

/**
 * What an administrator has set up, indexed for call control. It may change while calls are under way, and name less than
 * they do: who and what is no more stands beside, for its names, and a row that is missing altogether is nothing worse.
 */
export interface TeamConfig {
  readonly teamId: TeamId;
  /** Those who may work. */
  readonly agents: ReadonlyMap<AgentId, AgentProfile>;
  readonly formerAgents: ReadonlyMap<AgentId, AgentProfile>;
  /** Those that take calls. */
  readonly groups: ReadonlyMap<GroupId, Group>;
  readonly closedGroups: ReadonlyMap<GroupId, Group>;
  /** By agent: the groups that the agent may sign in to. */
  readonly memberships: ReadonlyMap<AgentId, ReadonlyMap<GroupId, Membership>>;
  /** By leader: the groups whose agents and calls the leader looks after. */
  readonly leads: ReadonlyMap<AgentId, ReadonlySet<GroupId>>;
  readonly phones: ReadonlyMap<EndpointId, DeskPhoneProfile>;
  readonly monitorNotice: MonitorNotice;
  readonly outsidePhones: OutsidePhones;
  readonly outsideConfirm: OutsideConfirm;
  /** IANA name; by its clock days are told apart. */
  readonly timeZone: string;
  readonly priorityPointMs: number;
  /** Caller ids that agents may show; the first is the default. */
  readonly callerIds: readonly string[];
  /** Those that can be chosen: no others stand below them. */
  readonly pauseReasons: ReadonlyMap<ReasonId, Label>;
  /** Reasons of pauses that cannot be chosen, or not any more. */
  readonly formerPauses: ReadonlyMap<ReasonId, Label>;
  readonly pauseRules: ReadonlyMap<ReasonId, Pick<Reason, 'paid' | 'limitMs'>>;
  readonly wrapUpReasons: ReadonlyMap<ReasonId, Label>;
  /** What pops for which calls, in their order. */
  readonly bindings: readonly AppBinding[];
  readonly callResults: ReadonlyMap<ReasonId, Pick<Reason, 'label' | 'marks'>>;
  /** What programs outside want to hear of. */
  readonly heard: ReadonlySet<HookEvent>;
}

export function teamConfig(rows: {
  team: Team;
  agents: ReadonlyArray<AgentProfile & { active: boolean }>;
  groups: readonly Group[];
  members: readonly Member[];
  leaders: readonly Leader[];
  phones: readonly DeskPhone[];
  reasons: readonly Reason[];
  heard?: readonly HookEvent[];
  bindings?: readonly AppBinding[];
}): TeamConfig {
  const agents = byId(rows.agents.filter(({ active }) => active));
  const groups = byId(rows.groups.filter(({ closedAt }) => closedAt === null));
  const isThere = (of: { agentId: AgentId; groupId: GroupId }) =>
    agents.has(of.agentId) && groups.has(of.groupId);
  const kept = rows.reasons.filter(({ deletedAt }) => deletedAt === null);
  const choosable = reasonTree(kept).flatMap(({ row, heading }) => (heading ? [] : [row]));
  return {
    teamId: rows.team.id,
    agents,
    formerAgents: byId(rows.agents.filter(({ active }) => !active)),
    groups,
    closedGroups: byId(rows.groups.filter(({ closedAt }) => closedAt !== null)),
    ...organisation({ members: rows.members.filter(isThere), leaders: rows.leaders.filter(isThere) }),
    phones: new Map(rows.phones.map((phone) => [phone.endpointId, phone])),
    callerIds: rows.team.callerIds,
    monitorNotice: rows.team.monitorNotice,
    outsidePhones: rows.team.outsidePhones,
    outsideConfirm: rows.team.outsideConfirm,
    timeZone: rows.team.timeZone,
    priorityPointMs: rows.team.priorityPointMs,
    pauseReasons: labelsOf(choosable, 'pause'),
    formerPauses: labelsOf(
      rows.reasons.filter((reason) => !choosable.includes(reason)),
      'pause',
    ),
    pauseRules: new Map(rows.reasons.map((reason) => [reason.id, reason])),
    wrapUpReasons: labelsOf(choosable, 'wrap-up'),
    callResults: new Map(
      choosable.filter(({ kind }) => kind === 'result').map((reason) => [reason.id, reason]),
    ),
    heard: new Set(rows.heard),
    bindings: (rows.bindings ?? []).toSorted((a, b) => a.position - b.position),
  };
}

function labelsOf(reasons: readonly Reason[], kind: ReasonKind): Map<ReasonId, Label> {
  return new Map(reasons.filter((each) => each.kind === kind).map(({ id, label }) => [id, label]));
}

function byId<Id, Row extends { id: Id }>(rows: readonly Row[]): Map<Row['id'], Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** What the agent can do of the group's work: 1, unless it is said. */
export function levelOf({ memberships }: TeamConfig, agentId: AgentId, groupId: GroupId): number {
  return memberships.get(agentId)?.get(groupId)?.level ?? 1;
}

/** Whether members of the group may dial a number. `known`: they have had a call with it. */
export function mayDial({ dialling }: Group, known: boolean): boolean {
  return dialling === 'free' || (dialling === 'history' && known);
}

/** The agent, working or not any more. */
export function profileOf(config: TeamConfig, agentId: AgentId): AgentProfile | undefined {
  return config.agents.get(agentId) ?? config.formerAgents.get(agentId);
}

/** The reason of a pause that calls have caused which nobody answered: no person can choose it. */
export const NO_ANSWER = asId<ReasonId>('no-answer');
const NO_ANSWER_LABEL: Label = { en: 'Calls not answered', 'zh-CN': '未接听来电' };

/** What a pause is called, whether it can be chosen still or not. */
export function pauseLabel(config: TeamConfig, reasonId: ReasonId): Label | null {
  if (reasonId === NO_ANSWER) return NO_ANSWER_LABEL;
  return config.pauseReasons.get(reasonId) ?? config.formerPauses.get(reasonId) ?? null;
}

/** The group, open or closed. */
export function groupOf(config: TeamConfig, groupId: GroupId): Group | undefined {
  return config.groups.get(groupId) ?? config.closedGroups.get(groupId);
}

/** Who is in which group, and who leads which. */
export function organisation(rows: {
  members: readonly Member[];
  leaders: readonly Leader[];
}): Pick<TeamConfig, 'memberships' | 'leads'> {
  const memberships = new Map<AgentId, Map<GroupId, Membership>>();
  for (const member of rows.members) {
    const groups = memberships.get(member.agentId) ?? new Map<GroupId, Membership>();
    groups.set(member.groupId, { static: member.static, level: member.level });
    memberships.set(member.agentId, groups);
  }
  const leads = new Map<AgentId, Set<GroupId>>();
  for (const { agentId, groupId } of rows.leaders) {
    leads.set(agentId, (leads.get(agentId) ?? new Set()).add(groupId));
  }
  return { memberships, leads };
}

export function agentByNumber(config: TeamConfig, number: string): AgentProfile | undefined {
  for (const agent of config.agents.values()) if (agent.number === number) return agent;
  return undefined;
}

/** As requests name an agent. @param key id or number */
export function agentByKey(config: TeamConfig, key: string): AgentProfile | undefined {
  return config.agents.get(asId<AgentId>(key)) ?? agentByNumber(config, key);
}

export function staticGroups(config: TeamConfig, agentId: AgentId): GroupId[] {
  const groups = config.memberships.get(agentId);
  return groups ? [...groups].filter(([, member]) => member.static).map(([groupId]) => groupId) : [];
}
