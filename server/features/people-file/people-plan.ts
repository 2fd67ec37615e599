import { AgentSetUpInput } from '../../contract/people.ts';
import { agentIdOf, type Power, type Requester } from '../../core/kernel/actor.ts';
import type { AgentId, GroupId } from '../../core/kernel/ids.ts';
import { includesPower, powerOf } from '../../core/model/rights.ts';
import { roleOf, type RoleKey } from '../../core/model/set-up.ts';
import type { PeopleColumn, RowFault } from '../../vocabulary/people-faults.ts';
import { NEW_AGENT } from '../set-up/set-up-store.ts';
import type { AgentRow, GroupRow, LeaderRow, MemberRow, RoleRow } from '../set-up/set-up-store.ts';
import type { CsvLine } from './csv-text.ts';
import { activeOf, type PeopleSheet } from './people-sheet.ts';
import { roleNamed } from './role-words.ts';

/** The people of a team as they are. */
export interface PeopleNow {
  /** Not those who are deleted. */
  readonly agents: readonly AgentRow[];
  /** Those that are open. */
  readonly groups: readonly GroupRow[];
  readonly members: readonly MemberRow[];
  readonly leaders: readonly LeaderRow[];
  readonly roles: readonly RoleRow[];
}

export interface Fault {
  readonly code: RowFault;
  readonly column: PeopleColumn | null;
  readonly value: string;
}

type Membership = Pick<MemberRow, 'groupId' | 'static' | 'level'>;

/** An agent with what belongs to it. */
export interface PersonState {
  readonly row: AgentRow;
  readonly groups: readonly Membership[];
  readonly leads: readonly GroupId[];
}

/** What becomes of one line. */
export interface PlannedPerson {
  readonly line: number;
  readonly number: string;
  readonly before: PersonState | null;
  /** The id and the password of somebody new are still to come. */
  readonly after: PersonState;
  readonly faults: readonly Fault[];
}

const { number: Number_, username: Username, name: Name, email: Email } = AgentSetUpInput.shape;

export function changeOf({ before, after, faults }: PlannedPerson): 'create' | 'update' | 'none' | 'refuse' {
  if (faults.length > 0) return 'refuse';
  if (before === null) return 'create';
  return JSON.stringify(before) === JSON.stringify(after) ? 'none' : 'update';
}

/** What a sheet would make of a team, line by line. Nothing is looked up but in what is given, and nothing is changed. */
export function planPeople(
  sheet: PeopleSheet,
  now: PeopleNow,
  { who, existing }: { who: Requester; existing: 'update' | 'refuse' },
): PlannedPerson[] {
  const planner = new Planner(sheet, now, who, existing);
  const planned = sheet.lines.map((line) => planner.plan(line));
  return keepAdministrators(planned, now);
}

class Planner {
  readonly #sheet: PeopleSheet;
  readonly #now: PeopleNow;
  readonly #who: Requester;
  readonly #existing: 'update' | 'refuse';
  readonly #byNumber: ReadonlyMap<string, AgentRow>;
  readonly #groups: ReadonlyMap<string, GroupRow>;
  readonly #members: ReadonlyMap<AgentId, Membership[]>;
  readonly #leads: ReadonlyMap<AgentId, GroupId[]>;
  /** Who has a user name, by now or by an earlier line. */
  readonly #owners: Map<string, string>;
  /** The lines that had a number before. */
  readonly #lines = new Map<string, number>();

  constructor(sheet: PeopleSheet, now: PeopleNow, who: Requester, existing: 'update' | 'refuse') {
    this.#sheet = sheet;
    this.#now = now;
    this.#who = who;
    this.#existing = existing;
    this.#byNumber = new Map(now.agents.map((agent) => [agent.number, agent]));
    this.#groups = new Map(now.groups.map((group) => [group.number, group]));
    this.#owners = new Map(now.agents.map(({ username, number }) => [username, number]));
    this.#members = grouped(now.members, ({ groupId, static: isStatic, level }) => ({
      groupId,
      static: isStatic,
      level,
    }));
    this.#leads = grouped(now.leaders, ({ groupId }) => groupId);
  }

  plan({ line, cells }: CsvLine): PlannedPerson {
    const faults: Fault[] = [];
    const refuse = (code: RowFault, column: PeopleColumn | null = null, value = '') =>
      void faults.push({ code, column, value: value.slice(0, 100) });
    if (cells.length > this.#sheet.width && cells.slice(this.#sheet.width).some((cell) => cell !== '')) {
      refuse('cells');
    }
    const said = (column: PeopleColumn): string | undefined => {
      const index = this.#sheet.columns.get(column);
      return index === undefined ? undefined : (cells[index] ?? '');
    };
    const written = (said('number') ?? '').normalize('NFKC');
    const parsed = Number_.safeParse(written);
    if (!parsed.success) refuse('number', 'number', written);
    const number = written.slice(0, 100);
    const earlier = this.#lines.get(number);
    if (parsed.success && earlier !== undefined) refuse('number-twice', 'number', String(earlier));
    else this.#lines.set(number, line);

    const agent = this.#byNumber.get(number);
    if (agent !== undefined && this.#existing === 'refuse') refuse('number-exists', 'number', number);
    const before = agent === undefined ? null : this.#stateOf(agent);
    const row = this.#rowOf({ number, before, said, refuse });
    const after: PersonState = {
      row,
      groups: this.#groupsOf(said('groups'), before, refuse),
      leads: this.#leadsOf(said('leads'), before, refuse),
    };
    if (before === null || JSON.stringify(before) !== JSON.stringify(after)) {
      this.#judge(before?.row ?? null, row, refuse);
    }
    return { line, number, before, after, faults };
  }

  #rowOf({ number, before, said, refuse }: LineParts): AgentRow {
    const from = before?.row ?? {
      ...NEW_AGENT,
      id: '' as AgentId,
      teamId: this.#who.teamId,
      number,
      username: number,
      name: '',
      role: 'agent' as RoleKey,
      passwordHash: '',
      passwordMustChange: true,
      pinHash: null,
      active: true,
      deletedAt: null,
      version: 0,
    };
    const name = Name.safeParse(said('name') ?? from.name);
    if (!name.success) refuse('name', 'name', said('name'));
    const email = Email.safeParse(said('email') ?? from.email);
    if (!email.success) refuse('email', 'email', said('email'));
    const role = this.#roleOf(said('role') ?? '', from.role, refuse);
    const active = (said('active') ?? '') === '' ? from.active : activeOf(said('active') ?? '');
    if (active === undefined) refuse('active', 'active', said('active'));
    return {
      ...from,
      username: this.#usernameOf(said('username') ?? '', from, refuse),
      name: name.data ?? from.name,
      email: email.data ?? from.email,
      role,
      active: active ?? from.active,
    };
  }

  #usernameOf(text: string, { username, number }: AgentRow, refuse: Refuse): string {
    const parsed = Username.safeParse(text === '' ? username : text);
    if (!parsed.success) {
      refuse('username', 'username', text);
      return username;
    }
    const owner = this.#owners.get(parsed.data);
    if (owner !== undefined && owner !== number) refuse('username-taken', 'username', parsed.data);
    else this.#owners.set(parsed.data, number);
    return parsed.data;
  }

  #roleOf(text: string, otherwise: RoleKey, refuse: Refuse): RoleKey {
    if (text === '') return otherwise;
    const role = roleNamed(text, this.#now.roles);
    if (role !== null && role !== 'ambiguous') return role;
    refuse(role === null ? 'role' : 'role-ambiguous', 'role', text);
    return otherwise;
  }

  /** By number, with the level behind a slash unless it is 1; a membership that stays is fixed as it was. */
  #groupsOf(text: string | undefined, before: PersonState | null, refuse: Refuse): readonly Membership[] {
    const were = before?.groups ?? [];
    if (text === undefined) return were;
    const wanted = wordsOf(text).flatMap((word): Membership[] => {
      const [, number = '', level] = /^(\d+)(?:\/(\d{1,2}))?$/.exec(word) ?? [];
      const group = this.#groups.get(number);
      if (group === undefined || Number(level ?? 1) < 1 || Number(level ?? 1) > 10) {
        refuse('group', 'groups', word);
        return [];
      }
      const isStatic = were.some((each) => each.groupId === group.id && each.static);
      return [{ groupId: group.id, static: isStatic, level: Number(level ?? 1) }];
    });
    return byGroup(wanted, ({ groupId }) => groupId);
  }

  #leadsOf(text: string | undefined, before: PersonState | null, refuse: Refuse): readonly GroupId[] {
    if (text === undefined) return before?.leads ?? [];
    const wanted = wordsOf(text).flatMap((word) => {
      const group = this.#groups.get(word);
      if (group === undefined) refuse('group', 'leads', word);
      return group === undefined ? [] : [group.id];
    });
    return byGroup(wanted, (groupId) => groupId);
  }

  /** As where one agent is changed: nobody gives away, or takes, more than they have. */
  #judge(before: AgentRow | null, row: AgentRow, refuse: Refuse): void {
    const mine = powerOf(this.#who);
    const power = this.#powerOf(row.role);
    const concerns = before === null ? [power] : [this.#powerOf(before.role), power];
    if (!concerns.every((each) => includesPower(mine, each))) refuse('forbidden', 'role', '');
    const entrusted = before === null || before.role !== row.role || before.email !== row.email;
    if (
      this.#who.kind === 'api-key' &&
      entrusted &&
      concerns.some(({ rights }) => rights.has('change-set-up'))
    ) {
      refuse('forbidden', 'role');
    }
    const isMe = row.id === agentIdOf(this.#who);
    if (isMe && !(row.active && power.rights.has('change-set-up'))) refuse('own-rights');
  }

  #powerOf(role: RoleKey): Power {
    return powerOf(roleOf(role, new Map(this.#now.roles.map((own) => [own.id, own]))));
  }

  #stateOf(row: AgentRow): PersonState {
    return {
      row,
      groups: byGroup(this.#members.get(row.id) ?? [], ({ groupId }) => groupId),
      leads: byGroup(this.#leads.get(row.id) ?? [], (groupId) => groupId),
    };
  }
}

type Refuse = (code: RowFault, column?: PeopleColumn | null, value?: string) => void;

interface LineParts {
  readonly number: string;
  readonly before: PersonState | null;
  readonly said: (column: PeopleColumn) => string | undefined;
  readonly refuse: Refuse;
}

/** Who was the last one to be an administrator stays it: each line that takes that away is refused. */
function keepAdministrators(planned: readonly PlannedPerson[], now: PeopleNow): PlannedPerson[] {
  const isOne = ({ role, active }: AgentRow) => role === 'admin' && active;
  const after = new Map(now.agents.map((agent) => [agent.number, agent]));
  for (const { number, after: next } of planned) after.set(number, next.row);
  if (!now.agents.some(isOne) || [...after.values()].some(isOne)) return [...planned];
  return planned.map((person) => {
    if (person.before === null || !isOne(person.before.row)) return person;
    return { ...person, faults: [...person.faults, { code: 'last-administrator', column: null, value: '' }] };
  });
}

/** Numbers of groups, whatever stands between them. */
function wordsOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .split(/[\s,;、|]+/)
    .filter(Boolean);
}

/** In one order, each group once. */
function byGroup<T>(of: readonly T[], groupOf: (each: T) => string): T[] {
  return [...new Map(of.map((each) => [groupOf(each), each])).entries()]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, each]) => each);
}

function grouped<Row extends { agentId: AgentId }, T>(
  rows: readonly Row[],
  of: (row: Row) => T,
): ReadonlyMap<AgentId, T[]> {
  const found = new Map<AgentId, T[]>();
  for (const row of rows) found.set(row.agentId, [...(found.get(row.agentId) ?? []), of(row)]);
  return found;
}
