import type { DeskSnapshot } from '../../contract/desk.ts';
import type { Reason, TeamSettings } from '../../contract/session.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { agentView } from '../projections/agent-view.ts';
import { deskCalls } from '../projections/call-view.ts';
import { monitorViews, supervisionView } from '../projections/supervision-view.ts';
import type { OpenPages } from '../open-pages.ts';
import type { TopicPlace } from '../projections/team-topics.ts';
import type { PagePhone } from '../../contract/realtime/frame.ts';
import type { Identity, Requester } from '../../core/kernel/actor.ts';
import type { LiveTeam, Teams } from '../teams.ts';
import { reasonTree } from '../../core/model/reason-tree.ts';
import type { ReasonKind } from '../../vocabulary/reason-kinds.ts';
import type { PageOrder } from '../../contract/realtime/desk.ts';
import type { GroupId, TeamId } from '../../core/kernel/ids.ts';
import type { QueueFigures } from '../../contract/realtime/queue.ts';

export interface DeskServiceDeps {
  readonly teams: Teams;
  readonly pages: OpenPages;
  readonly clock: Clock;
  /** The page of this agent has been heard of. */
  pageSeen(who: Identity): void;
}

/** Serves the pages that are connected in real time. */
export class DeskService {
  readonly #deps: DeskServiceDeps;
  readonly #regrouped = new Set<(teamId: TeamId) => void>();

  constructor(deps: DeskServiceDeps) {
    this.#deps = deps;
  }

  async snapshot(who: Identity): Promise<DeskSnapshot> {
    const team = this.#deps.teams.get(who.teamId);
    const { state } = team.runtime;
    const now = this.#deps.clock.now();
    return {
      serverTime: now,
      team: teamSettings(team),
      agent: agentView(team.runtime, who.agentId),
      calls: deskCalls(state, who.agentId, now),
      supervision: supervisionView(state, who.agentId),
      monitored: monitorViews(state, who.agentId),
    };
  }

  /** Where the topic of that name comes from. @throws DomainError not-found, forbidden, unavailable */
  topic(who: Identity, name: string): TopicPlace {
    return this.#deps.teams.get(who.teamId).topics.place(who, name);
  }

  /** The line of a group, and those who serve it. @throws DomainError forbidden */
  async queue(who: Requester, groupId: GroupId): Promise<QueueFigures> {
    return this.#deps.teams.get(who.teamId).topics.queueFigures(who, groupId);
  }

  /** Tells that who may follow what may be different in a team. Returns the disposer. */
  onRegrouped(listener: (teamId: TeamId) => void): () => void {
    this.#regrouped.add(listener);
    return () => void this.#regrouped.delete(listener);
  }

  regrouped(teamId: TeamId): void {
    for (const listener of this.#regrouped) listener(teamId);
  }

  /** What is meant for this page alone. */
  subscribe(who: Identity, clientId: string, listener: (order: PageOrder) => void): () => void {
    return this.#deps.pages.subscribe(who.agentId, clientId, listener);
  }

  heartbeat(who: Identity, clientId: string, phone: PagePhone | null): void {
    const team = this.#deps.teams.find(who.teamId);
    void team?.runtime.heartbeat(who.agentId, clientId, phone).then(() => this.#deps.pageSeen(who));
  }

  disconnected(who: Identity, clientId: string): void {
    const team = this.#deps.teams.find(who.teamId);
    void team?.runtime.tell({ type: 'PageGone', agentId: who.agentId, clientId });
  }
}

export function teamSettings({
  row,
  desk: { reasons, fields },
}: Pick<LiveTeam, 'row' | 'desk'>): TeamSettings {
  const ofKind = (kind: ReasonKind): Reason[] =>
    reasonTree(
      reasons.filter((reason) => reason.kind === kind).toSorted((a, b) => a.position - b.position),
    ).map(({ row: { id, label, colour, limitMs }, level, heading }) => ({
      ...{ id, label, level, heading, colour, limitMs },
    }));
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    locale: row.locale,
    pauseReasons: ofKind('pause'),
    wrapUpReasons: ofKind('wrap-up'),
    callResults: ofKind('result'),
    customerFields: fields
      .toSorted((a, b) => a.position - b.position)
      .map(({ key, label, type, required, readOnly, options }) => ({
        ...{ key, label, type, required, readOnly, options },
      })),
  };
}
