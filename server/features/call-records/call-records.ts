import type { CallRecord, CallRecordDetail, CallRecordQuery } from '../../contract/call-record.ts';
import type { Page } from '../../contract/wire.ts';
import { CallCause } from '../../contract/desk.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { AgentId, CallId, CustomerId, TeamId } from '../../core/kernel/ids.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { agentIdOf, type Requester } from '../../core/kernel/actor.ts';
import { may, powerOf, groupsLedBy, type Organisation } from '../../core/model/rights.ts';
import { organisation } from '../../core/model/set-up.ts';
import { wrapUpView } from '../../core/call/wrap-up-view.ts';
import type { CallPartRow } from '../../core/ports/facts.ts';
import type { CallFilter } from './call-records-store.ts';
import type { CallRow, LegRow } from '../../core/ports/live-store.ts';
import type { FactHistoryStore } from '../reports/facts-store.ts';
import type { CustomerStore } from '../customers/customers-store.ts';
import type { AgentStore, GroupStore, TeamStore } from '../set-up/set-up-store.ts';
import type { CallHistoryStore } from './call-records-store.ts';

/** What lists of calls are read from. */
interface RecordStores {
  readonly agents: AgentStore;
  readonly groups: GroupStore;
  readonly customers: CustomerStore;
  readonly calls: CallHistoryStore;
  readonly facts: Pick<FactHistoryStore, 'ofCall'>;
  readonly teams: Pick<TeamStore, 'byId'>;
}

export interface CallRecords {
  list(who: Requester, query: CallRecordQuery): Promise<Page<CallRecord>>;
  get(who: Requester, id: CallId): Promise<CallRecordDetail>;
}

/**
 * What has been: every agent's own calls, for leaders those of the groups that they lead, for administrators those of the
 * whole team, and for everybody those of one customer: agents go on where a colleague has stopped.
 */
export class TeamCallRecords implements CallRecords {
  readonly #unitOfWork: UnitOfWork<RecordStores>;
  readonly #numbers: Numbers;

  constructor(unitOfWork: UnitOfWork<RecordStores>, numbers: Numbers) {
    this.#unitOfWork = unitOfWork;
    this.#numbers = numbers;
  }

  list(who: Requester, query: CallRecordQuery): Promise<Page<CallRecord>> {
    return this.#unitOfWork.read(async (repositories) => {
      const filter = await filterOf(repositories, this.#numbers, who, query);
      const page = await repositories.calls.history(who.teamId, filter, query.cursor ?? null, query.limit);
      const names = await agentNames(repositories, who.teamId);
      const items: CallRecord[] = [];
      for (const row of page.items) {
        // Only between agents does "the other side" depend on who looks.
        const found = row.direction === 'internal' ? await repositories.calls.byId(who.teamId, row.id) : null;
        items.push(toRecord(row, found?.legs ?? [], filter.agentId ?? agentIdOf(who), names));
      }
      return { items, next: page.next };
    });
  }

  get(who: Requester, id: CallId): Promise<CallRecordDetail> {
    return this.#unitOfWork.read(async (repositories) => {
      const found = await repositories.calls.byId(who.teamId, id);
      const groups = await organisationOf(repositories, who);
      if (found === null || !may(who, 'read-calls', { kind: 'call', ...found.call }, groups)) {
        throw new DomainError('no-such-call', 'There is no such call.');
      }
      const rows = await repositories.facts.ofCall(who.teamId, id);
      const parts = await partsOf(repositories, who, found, rows);
      const shown = new Set(parts.map((part) => part.id));
      const hidden = new Set(rows.flatMap((row) => (shown.has(row.id) ? [] : (row.agentId ?? []))));
      // Also the further legs of who is hidden.
      const legs = found.legs.filter(
        ({ id: legId, agentId }) => shown.has(legId) || agentId === null || !hidden.has(agentId),
      );
      return {
        ...toRecord(found.call, found.legs, agentIdOf(who), await agentNames(repositories, who.teamId)),
        legs: legs.map(({ id: legId, role, number, name, startedAt, answeredAt, endedAt, cause }) => ({
          id: legId,
          role,
          number,
          name,
          startedAt,
          answeredAt,
          endedAt,
          cause: causeOf(cause),
        })),
        parts,
      };
    });
  }
}

/** Agents see who has listened where the team shows it during the call. */
async function partsOf(
  { teams, agents }: RecordStores,
  who: Requester,
  { call, legs }: { call: CallRow; legs: readonly LegRow[] },
  parts: readonly CallPartRow[],
): Promise<CallRecordDetail['parts']> {
  const rows = parts.toSorted(inOrder);
  const { teamId } = who;
  const isAllShown = powerOf(who).reach !== 'own' || (await teams.byId(teamId))?.monitorNotice !== 'none';
  const people = new Map((await agents.all(teamId)).map((agent) => [agent.id, agent]));
  return rows.flatMap((row) => {
    if (row.role === 'supervisor' && !isAllShown) return [];
    const leg = legs.find(({ id }) => id === row.id);
    const by = row.broughtBy && people.get(row.broughtBy);
    const { id, startedAt, answeredAt, ringMs, talkMs, holdMs, wrapUpMs, outcome } = row;
    return [
      {
        ...{ id, startedAt, answeredAt, ringMs, talkMs, holdMs, wrapUpMs, outcome, role: row.role },
        number: row.agentNumber ?? leg?.number ?? call.number,
        name: row.agentName ?? leg?.name ?? (row.role === 'customer' ? call.name : null),
        broughtBy: by ? { number: by.number, name: by.name } : null,
        endedAt: leftAt(row),
        cause: causeOf(row.cause),
      },
    ];
  });
}

/** A part lasts through the after-call work, in which its agent is in the call no more. */
function leftAt({
  startedAt,
  answeredAt,
  endedAt,
  ringMs,
  talkMs,
  holdMs,
  wrapUpMs,
  cause,
}: CallPartRow): number | null {
  if (endedAt !== null) return endedAt - wrapUpMs;
  return cause === null ? null : (answeredAt ?? startedAt + ringMs) + talkMs + holdMs;
}

/** Who waits is answered in the very millisecond now and then. */
function inOrder(a: CallPartRow, b: CallPartRow): number {
  return a.startedAt - b.startedAt || Number(b.role === 'customer') - Number(a.role === 'customer');
}

async function filterOf(
  repositories: RecordStores,
  numbers: Numbers,
  who: Requester,
  { customerId, agentNumber, ...query }: CallRecordQuery,
): Promise<CallFilter> {
  const side = query.side ?? null;
  if (customerId === undefined) {
    return { ...(await historyOf(repositories, who, agentNumber)), side, customer: null };
  }
  const customer = await repositories.customers.byId(who.teamId, asId<CustomerId>(customerId));
  if (customer === null) throw new DomainError('not-found', 'There is no such customer.');
  const comparable = customer.numbers
    .map((number) => numbers.comparableNumber(number))
    .filter((number) => number !== '');
  const subject =
    agentNumber === undefined ? { agentId: null } : await historyOf(repositories, who, agentNumber);
  return { ...subject, side, customer: { id: customer.id, comparable } };
}

async function agentNames({ agents }: RecordStores, teamId: TeamId): Promise<ReadonlyMap<AgentId, string>> {
  return new Map((await agents.all(teamId)).map(({ id, name }) => [id, name]));
}

/** Whose history is asked for, and how much of it this person may see. */
async function historyOf(
  repositories: RecordStores,
  who: Requester,
  agentNumber: string | undefined,
): Promise<Pick<CallFilter, 'agentId' | 'groups'>> {
  // A program has no calls of its own: those of the team.
  if (agentNumber === undefined) return { agentId: agentIdOf(who) };
  const agent = await repositories.agents.byNumber(who.teamId, agentNumber);
  if (agent !== null && agent.id === agentIdOf(who)) return { agentId: agent.id };
  const { reach } = powerOf(who);
  if (agent === null && reach === 'team') {
    throw new DomainError('not-found', 'There is no agent with this number.');
  }
  const groups = await organisationOf(repositories, who);
  // The same answer whether or not the number exists: nobody learns numbers here.
  if (agent === null || !may(who, 'read-calls', { kind: 'agent', id: agent.id }, groups)) {
    throw new DomainError('forbidden', 'The calls of others are for those who lead their groups.');
  }
  return reach === 'team' || who.kind === 'api-key'
    ? { agentId: agent.id }
    : { agentId: agent.id, groups: [...groupsLedBy(groups, who.agentId)] };
}

async function organisationOf({ groups }: RecordStores, { teamId }: Requester): Promise<Organisation> {
  return organisation({ members: await groups.members(teamId), leaders: await groups.leaders(teamId) });
}

function toRecord(
  row: CallRow,
  legs: readonly LegRow[],
  viewer: AgentId | null,
  names: ReadonlyMap<AgentId, string>,
): CallRecord {
  const far =
    row.direction === 'internal'
      ? legs.find((leg) => leg.role !== 'customer' && leg.agentId !== viewer)
      : undefined;
  return {
    id: row.id,
    direction: row.direction,
    number: far?.number ?? row.number,
    name: far?.name ?? row.name,
    did: row.did,
    groupName: row.groupName,
    agentNumber: row.agentNumber,
    agentName: row.agentId === null ? null : (names.get(row.agentId) ?? null),
    customerId: row.customerId,
    startedAt: row.startedAt,
    answeredAt: row.answeredAt,
    endedAt: row.endedAt,
    waitedMs: row.waitedMs,
    talkMs: row.talkMs,
    cause: causeOf(row.cause),
    data: row.data,
    wrapUp: wrapUpView(row.wrapUp),
  };
}

/** A cause that this version does not know (a row of a newer one) is told as none, rather than breaking the list. */
function causeOf(cause: string | null): CallCause | null {
  const known = CallCause.safeParse(cause);
  return known.success ? known.data : null;
}
