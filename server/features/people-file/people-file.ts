import {
  ROWS_SHOWN,
  type ExportPeopleQuery,
  type ImportPeopleRequest,
  type PeopleFile,
  type PeopleReport,
} from '../../contract/people-file.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { type AgentId, type GroupId, type TeamId } from '../../core/kernel/ids.ts';
import type { OutboxEvent } from '../../core/ports/outbox.ts';
import type { FileFault } from '../../vocabulary/people-faults.ts';
import { recordChange } from '../audit/record-change.ts';
import { hashTemporaryPassword, newTemporaryPassword } from '../sessions/password.ts';
import { saveAgent } from '../set-up/save-agent.ts';
import { SetUpChanges, type SetUpDeps, type SetUpStores } from '../set-up/set-up-changes.ts';
import { decode, readCsv, writeCsv, type Encoding } from './csv-text.ts';
import { changeOf, planPeople, type PeopleNow, type PersonState, type PlannedPerson } from './people-plan.ts';
import { FILE_SENTENCES, faultSentence } from './people-sentences.ts';
import { wordOfRole } from './role-words.ts';
import { activeWord, headings, peopleSheet, type PeopleSheet } from './people-sheet.ts';

const NOTHING: PeopleReport = {
  applied: false,
  fault: null,
  encoding: null,
  ignored: [],
  created: 0,
  updated: 0,
  unchanged: 0,
  refused: 0,
  rows: [],
  passwords: [],
};

interface Secret {
  readonly password: string;
  readonly hash: string;
}

/** People come and go as a table: looked at first, then taken as a whole or not at all. */
export class PeopleFiles {
  readonly #changes: SetUpChanges;

  constructor(deps: SetUpDeps) {
    this.#changes = new SetUpChanges(deps);
  }

  /** @throws version-conflict when others have changed the team between the two looks at it */
  async import(who: Requester, request: ImportPeopleRequest): Promise<PeopleReport> {
    const read = sheetOf(request);
    if ('fault' in read) return read;
    const { sheet, ...told } = read;
    const plan = (now: PeopleNow) => planPeople(sheet, now, { who, existing: request.existing });
    const planned = plan(await this.#changes.read((stores) => peopleNow(stores, who.teamId)));
    const report = { ...reportOf(planned), ...told };
    if (!request.apply || report.refused > 0) return report;
    const secrets = await secretsFor(planned);
    const done = await this.#changes.change(who, async (stores) => {
      const again = plan(await peopleNow(stores, who.teamId));
      if (again.some((person) => person.faults.length > 0 || lacksSecret(person, secrets))) {
        throw new DomainError(
          'version-conflict',
          'Somebody else has changed the team: look at the file anew.',
        );
      }
      await this.#write(stores, who, again, secrets);
      return again;
    });
    const passwords = done
      .filter((person) => changeOf(person) === 'create')
      .map(({ number, after: { row } }) => ({
        number,
        name: row.name,
        username: row.username,
        password: secrets.get(number)?.password ?? '',
      }));
    return { ...reportOf(done), ...told, applied: true, passwords };
  }

  async export({ teamId }: Requester, { locale }: ExportPeopleQuery): Promise<PeopleFile> {
    const { clock } = this.#changes.deps;
    return this.#changes.read(async (stores) => {
      const now = await peopleNow(stores, teamId);
      const rows = rowsOf(now, locale);
      const day = new Date(clock.now()).toISOString().slice(0, 10);
      return { name: `people-${day}.csv`, csv: writeCsv([headings(locale), ...rows]), rows: rows.length };
    });
  }

  async #write(
    stores: SetUpStores,
    who: Requester,
    planned: readonly PlannedPerson[],
    secrets: ReadonlyMap<string, Secret>,
  ): Promise<void> {
    const { ids, clock } = this.#changes.deps;
    const events: OutboxEvent[] = [];
    const groups = new Set<GroupId>();
    for (const person of planned) {
      const change = changeOf(person);
      if (change === 'none') continue;
      const { before, after } = person;
      const row = {
        ...after.row,
        version: after.row.version + 1,
        ...(change === 'create'
          ? { id: ids.next<AgentId>('agent'), passwordHash: secrets.get(person.number)?.hash ?? '' }
          : {}),
      };
      if (before === null) await stores.agents.insert(row);
      else await saveAgent(stores, before.row, row);
      for (const id of await setBelonging(stores, row, before, after)) groups.add(id);
      const event = recordChange(
        who,
        'agent',
        { before: before && kept(before), after: kept({ ...after, row }) },
        { ids, now: clock.now() },
      );
      if (event !== null) events.push(event);
    }
    await stores.groups.raiseVersions(who.teamId, [...groups]);
    await stores.outbox.append(events);
  }
}

/** @returns groups that somebody joins, leaves, or leads in another way than before */
async function setBelonging(
  { groups }: SetUpStores,
  { id: agentId, teamId }: { id: AgentId; teamId: TeamId },
  before: PersonState | null,
  after: PersonState,
): Promise<GroupId[]> {
  const changed: GroupId[] = [];
  if (JSON.stringify(before?.groups ?? []) !== JSON.stringify(after.groups)) {
    const rows = after.groups.map((membership) => ({ ...membership, teamId, agentId }));
    await groups.setMemberships(teamId, agentId, rows);
    changed.push(...[...(before?.groups ?? []), ...after.groups].map(({ groupId }) => groupId));
  }
  if (JSON.stringify(before?.leads ?? []) !== JSON.stringify(after.leads)) {
    const rows = after.leads.map((groupId) => ({ groupId, teamId, agentId }));
    await groups.setLeaderships(teamId, agentId, rows);
    changed.push(...(before?.leads ?? []), ...after.leads);
  }
  return changed;
}

type Read = { sheet: PeopleSheet } & Pick<PeopleReport, 'encoding' | 'ignored'>;

function sheetOf(request: ImportPeopleRequest): Read | PeopleReport {
  let encoding: Encoding | null = null;
  let text: string;
  if ('text' in request) text = request.text;
  else {
    const decoded = decode(Buffer.from(request.file, 'base64'));
    if (decoded === null) return unreadable('encoding', null);
    ({ text, encoding } = decoded);
  }
  const lines = readCsv(text);
  if ('brokenAt' in lines) return unreadable('quotes', lines.brokenAt);
  const sheet = peopleSheet(lines);
  if ('fault' in sheet) return unreadable(sheet.fault, null);
  return { sheet, encoding, ignored: [...sheet.ignored] };
}

function unreadable(code: FileFault, line: number | null): PeopleReport {
  return { ...NOTHING, fault: { code, line, message: FILE_SENTENCES[code] } };
}

async function peopleNow(stores: SetUpStores, teamId: TeamId): Promise<PeopleNow> {
  const [agents, groups] = [await stores.agents.all(teamId), await stores.groups.all(teamId)];
  const open = groups.filter(({ closedAt }) => closedAt === null);
  const isOpen = new Set(open.map(({ id }) => id));
  return {
    agents: agents.filter(({ deletedAt }) => deletedAt === null),
    groups: open,
    members: (await stores.groups.members(teamId)).filter(({ groupId }) => isOpen.has(groupId)),
    leaders: (await stores.groups.leaders(teamId)).filter(({ groupId }) => isOpen.has(groupId)),
    roles: await stores.roles.all(teamId),
  };
}

function reportOf(planned: readonly PlannedPerson[]): PeopleReport {
  const rows = planned.map((person) => ({
    line: person.line,
    number: person.number,
    name: person.after.row.name,
    change: changeOf(person),
    faults: person.faults.map((fault) => ({ ...fault, message: faultSentence(fault) })),
  }));
  const count = (change: string) => rows.filter((row) => row.change === change).length;
  const refusedFirst = [
    ...rows.filter(({ change }) => change === 'refuse'),
    ...rows.filter(({ change }) => change !== 'refuse'),
  ];
  return {
    ...NOTHING,
    created: count('create'),
    updated: count('update'),
    unchanged: count('none'),
    refused: count('refuse'),
    rows: refusedFirst.slice(0, ROWS_SHOWN),
  };
}

/** Before the transaction: a hash takes longer than others are to wait. */
async function secretsFor(planned: readonly PlannedPerson[]): Promise<Map<string, Secret>> {
  const secrets = new Map<string, Secret>();
  for (const person of planned) {
    if (changeOf(person) !== 'create') continue;
    const password = newTemporaryPassword();
    secrets.set(person.number, { password, hash: await hashTemporaryPassword(password) });
  }
  return secrets;
}

function lacksSecret(person: PlannedPerson, secrets: ReadonlyMap<string, Secret>): boolean {
  return changeOf(person) === 'create' && !secrets.has(person.number);
}

function rowsOf({ agents, groups, members, leaders, roles }: PeopleNow, locale: 'en' | 'zh-CN'): string[][] {
  const numbers = new Map(groups.map(({ id, number }) => [id, number]));
  return agents.map(({ id, number, username, name, email, role, active }) => {
    const memberOf = members
      .filter(({ agentId }) => agentId === id)
      .map(({ groupId, level }) => `${numbers.get(groupId) ?? ''}${level === 1 ? '' : `/${level}`}`);
    const leads = leaders
      .filter(({ agentId }) => agentId === id)
      .map(({ groupId }) => numbers.get(groupId) ?? '');
    return [
      number,
      username,
      name,
      email,
      wordOfRole(role, roles),
      memberOf.join(' '),
      leads.join(' '),
      activeWord(active, locale),
    ];
  });
}

/** What the audit compares. */
function kept({ row, groups, leads }: PersonState) {
  return { ...row, groups, leads };
}
