import type { DeskSnapshot } from '../../contract/desk.ts';
import type { Reason, TeamSettings } from '../../contract/session.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { agentView } from '../projections/agent-view.ts';
import { deskCalls } from '../projections/call-view.ts';
import type { DeskFeed } from '../projections/desk-feed.ts';
import type { PagePhone } from '../../contract/realtime/frame.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import type { LiveTeam, Teams } from '../teams.ts';
import type { ReasonKind } from '../../vocabulary/reason-kinds.ts';
import type { DeskFeedEvent } from '../../contract/realtime/desk.ts';

export interface DeskServiceDeps {
  readonly teams: Teams;
  readonly feed: DeskFeed;
  readonly clock: Clock;
  /** The page of this agent has been heard of. */
  pageSeen(who: Identity): void;
}

/** Serves the pages that are connected in real time. */
export class DeskService {
  readonly #deps: DeskServiceDeps;

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
      agent: agentView(state, who.agentId),
      calls: deskCalls(state, who.agentId, now),
    };
  }

  subscribe(who: Identity, clientId: string, listener: (event: DeskFeedEvent) => void): () => void {
    const { runtime } = this.#deps.teams.get(who.teamId);
    return this.#deps.feed.subscribe(who.agentId, clientId, listener, () => runtime.state);
  }

  heartbeat(who: Identity, clientId: string, phone: PagePhone | null): void {
    const team = this.#deps.teams.find(who.teamId);
    void team?.runtime
      .tell({ type: 'PageSeen', agentId: who.agentId, clientId, at: this.#deps.clock.now(), phone })
      .then(() => this.#deps.pageSeen(who));
  }

  disconnected(who: Identity, clientId: string): void {
    const team = this.#deps.teams.find(who.teamId);
    void team?.runtime.tell({ type: 'PageGone', agentId: who.agentId, clientId });
  }
}

function teamSettings({ row, reasons }: LiveTeam): TeamSettings {
  const ofKind = (kind: ReasonKind): Reason[] =>
    reasons
      .filter((reason) => reason.kind === kind)
      .toSorted((a, b) => a.position - b.position)
      .map(({ id, label }) => ({ id, label }));
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    locale: row.locale,
    pauseReasons: ofKind('pause'),
    wrapUpReasons: ofKind('wrap-up'),
    customerFields: row.customerFields,
  };
}
