import { KEPT_MS } from '../../core/team/deadlines.ts';
import type { AgentId, CallId, GroupId, LegId } from '../../core/kernel/ids.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { usersOf } from '../../core/agent/availability.ts';
import { isInLine } from '../../core/queue/line.ts';
import type { Changes } from '../../core/model/changes.ts';
import type { TeamState } from '../../core/model/team.ts';
import { agentView } from './agent-view.ts';
import { deskCalls } from './call-view.ts';
import type { Change, DeskFeedEvent } from '../../contract/realtime/desk.ts';

type Listener = (event: DeskFeedEvent) => void;

/** One agent's desk as it was told last. */
interface Desk {
  /** Pages by client id; one page may have several listeners while it reconnects. */
  readonly pages: Map<string, Set<Listener>>;
  agent: string;
  readonly calls: Map<string, string>;
  removal: (() => void) | null;
}

/** Tells each agent's pages what is different on the desk: whole entities, in order, and only when they differ. */
export class DeskFeed {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #desks = new Map<AgentId, Desk>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** `current` gives the team's state now. Returns the disposer. */
  subscribe(agentId: AgentId, clientId: string, listener: Listener, current: () => TeamState): () => void {
    const desk = this.#desks.get(agentId) ?? this.#open(agentId, current);
    const listeners = desk.pages.get(clientId) ?? new Set<Listener>();
    listeners.add(listener);
    desk.pages.set(clientId, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && desk.pages.get(clientId) === listeners) desk.pages.delete(clientId);
      if (desk.pages.size > 0 || this.#desks.get(agentId) !== desk) return;
      desk.removal?.();
      this.#desks.delete(agentId);
    };
  }

  /** Whether the page is connected and was told to answer. */
  askToAnswer(agentId: AgentId, clientId: string, legId: LegId): boolean {
    return this.#sendTo(agentId, clientId, { type: 'answer-leg', legId });
  }

  /** The page is to fetch another credential now. */
  phoneMoved(agentId: AgentId, clientId: string): void {
    this.#sendTo(agentId, clientId, { type: 'phone-moved' });
  }

  takenOver(agentId: AgentId, clientId: string): void {
    this.#sendTo(agentId, clientId, { type: 'taken-over' });
  }

  /** Tells those whose desk may be different, now that the team has been changed so. */
  changed(changes: Changes, current: () => TeamState): void {
    if (this.#desks.size === 0) return;
    const team = current();
    for (const agentId of touchedAgents(changes, team)) this.#refresh(agentId, team, current);
  }

  #open(agentId: AgentId, current: () => TeamState): Desk {
    const desk: Desk = { pages: new Map(), agent: '', calls: new Map(), removal: null };
    this.#desks.set(agentId, desk);
    // What is there already comes with the snapshot; from here on only differences are told.
    this.#refresh(agentId, current(), current);
    return desk;
  }

  #refresh(agentId: AgentId, team: TeamState, current: () => TeamState): void {
    const desk = this.#desks.get(agentId);
    if (!desk || !team.agents.has(agentId)) return;
    const changes: Change[] = [];
    const agent = agentView(team, agentId);
    const agentText = JSON.stringify(agent);
    if (agentText !== desk.agent) changes.push({ entity: 'agent', value: agent });
    desk.agent = agentText;

    const now = this.#clock.now();
    const calls = deskCalls(team, agentId, now);
    const shown = new Set<string>();
    let removeAt = Infinity;
    for (const call of calls) {
      shown.add(call.id);
      if (call.phase === 'ended') removeAt = Math.min(removeAt, (call.endedAt ?? now) + KEPT_MS);
      const text = JSON.stringify(call);
      if (desk.calls.get(call.id) === text) continue;
      desk.calls.set(call.id, text);
      changes.push({ entity: 'call', value: call });
    }
    for (const id of [...desk.calls.keys()]) {
      if (shown.has(id)) continue;
      desk.calls.delete(id);
      changes.push({ entity: 'call-removed', id: id as CallId });
    }
    desk.removal?.();
    desk.removal =
      removeAt === Infinity
        ? null
        : this.#clock.after(Math.max(0, removeAt - now), () => this.#refresh(agentId, current(), current));
    if (changes.length > 0) this.#send(desk, { type: 'changes', changes });
  }

  #send(desk: Desk, event: DeskFeedEvent): void {
    for (const listeners of desk.pages.values()) this.#tell(listeners, event);
  }

  #sendTo(agentId: AgentId, clientId: string, event: DeskFeedEvent): boolean {
    const listeners = this.#desks.get(agentId)?.pages.get(clientId);
    if (!listeners || listeners.size === 0) return false;
    this.#tell(listeners, event);
    return true;
  }

  /** One page that fails takes nothing from the others. */
  #tell(listeners: ReadonlySet<Listener>, event: DeskFeedEvent): void {
    for (const listener of [...listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error({ err: error }, 'a listener failed');
      }
    }
  }
}

function touchedAgents(changes: Changes, team: TeamState): Set<AgentId> {
  const touched = new Set<AgentId>([...changes.agents.keys(), ...changes.pages.keys()]);
  for (const { before, after } of changes.calls.values()) {
    for (const agentId of [...(before?.agentIds ?? []), ...(after?.agentIds ?? [])]) touched.add(agentId);
  }
  for (const endpointId of changes.endpoints.keys()) {
    for (const { id } of usersOf(team, endpointId)) touched.add(id);
  }
  touchByLine(changes, team, touched);
  return touched;
}

/** Who may sign in to a group sees how long its line is. */
function touchByLine(changes: Changes, team: TeamState, touched: Set<AgentId>): void {
  const moved = new Set<GroupId>();
  for (const { before, after } of changes.calls.values()) {
    const groupId = (after ?? before)?.groupId;
    const was = before !== undefined && isInLine(before);
    const is = after !== undefined && isInLine(after);
    if (groupId && was !== is) moved.add(groupId);
  }
  if (moved.size === 0) return;
  for (const [agentId, groups] of team.config.memberships) {
    if ([...groups.keys()].some((groupId) => moved.has(groupId))) touched.add(agentId);
  }
}
