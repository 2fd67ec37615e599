import type { AgentSpanPage, CallPartPage, FactQuery } from '../../contract/report-facts.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import type { AgentId, GroupId } from '../../core/kernel/ids.ts';
import { groupsLedBy, may, powerOf, type Organisation } from '../../core/model/rights.ts';
import { organisation } from '../../core/model/set-up.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { AgentStore, GroupStore, TeamStore } from '../set-up/set-up-store.ts';
import type { FactHistoryStore } from './facts-store.ts';

interface ReportStores {
  readonly teams: Pick<TeamStore, 'byId'>;
  readonly agents: Pick<AgentStore, 'byNumber'>;
  readonly groups: Pick<GroupStore, 'members' | 'leaders'>;
  readonly facts: FactHistoryStore;
}

/** Whose facts somebody may read; null: the whole team's. */
type Sight = { groups: readonly GroupId[]; agents: readonly AgentId[]; own: AgentId } | null;

/**
 * What reports are made of, row by row. An agent's times are one thing: who leads one of an agent's groups sees them all, because only
 * together do they come to the time signed in. Calls are seen as in their records.
 */
export class ReportFacts {
  readonly #unitOfWork: UnitOfWork<ReportStores>;

  constructor(unitOfWork: UnitOfWork<ReportStores>) {
    this.#unitOfWork = unitOfWork;
  }

  /** forbidden: the agent is nobody whose times one may see. */
  agentSpans(who: Requester, query: FactQuery): Promise<AgentSpanPage> {
    return this.#unitOfWork.read(async (stores) => {
      const { sight, agentId } = await asked(stores, who, query);
      const agents = agentId === null ? sight && [...sight.agents, sight.own] : [agentId];
      const page = await stores.facts.spans(
        who.teamId,
        { ...query, agents },
        query.cursor ?? null,
        query.limit,
      );
      return { items: page.items.map(withoutTeam), next: page.next, timeZone: await zoneOf(stores, who) };
    });
  }

  /** forbidden: as above. */
  callParts(who: Requester, query: FactQuery): Promise<CallPartPage> {
    return this.#unitOfWork.read(async (stores) => {
      const { sight, agentId } = await asked(stores, who, query);
      // Who has listened is not for those who were listened to.
      const withSupervisors = powerOf(who).reach !== 'own';
      const filter = { ...query, agentId, withSupervisors, visible: sight };
      const page = await stores.facts.parts(who.teamId, filter, query.cursor ?? null, query.limit);
      return { items: page.items.map(withoutTeam), next: page.next, timeZone: await zoneOf(stores, who) };
    });
  }
}

async function asked(
  { agents, groups }: ReportStores,
  who: Requester,
  { agentNumber }: FactQuery,
): Promise<{ sight: Sight; agentId: AgentId | null }> {
  const { teamId } = who;
  const members = await groups.members(teamId);
  const leaders = await groups.leaders(teamId);
  const team = organisation({ members, leaders });
  const sight = sightOf(who, team);
  if (agentNumber === undefined) return { sight, agentId: null };
  const agent = await agents.byNumber(teamId, agentNumber);
  // The same answer whether or not the number exists.
  if (agent === null || !may(who, 'read-reports', { kind: 'agent', id: agent.id }, team)) {
    throw new DomainError('forbidden', 'The times of others are for those who lead their groups.');
  }
  return { sight, agentId: agent.id };
}

function sightOf(who: Requester, team: Organisation): Sight {
  const { reach } = powerOf(who);
  if (reach === 'team' || who.kind === 'api-key') return null;
  const agents = [...team.memberships.keys()].filter((id) =>
    may(who, 'read-reports', { kind: 'agent', id }, team),
  );
  const groups = reach === 'groups' ? [...groupsLedBy(team, who.agentId)] : [];
  return { groups, agents, own: who.agentId };
}

async function zoneOf({ teams }: ReportStores, { teamId }: Requester): Promise<string> {
  const team = await teams.byId(teamId);
  if (!team) throw new DomainError('not-found', 'There is no such team.');
  return team.timeZone;
}

function withoutTeam<T extends { teamId: unknown }>({ teamId: _teamId, ...row }: T): Omit<T, 'teamId'> {
  return row;
}
