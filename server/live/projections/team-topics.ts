import { usersOf } from '../../core/agent/availability.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { Identity, Requester } from '../../core/kernel/actor.ts';
import type { AgentId, EndpointId, GroupId } from '../../core/kernel/ids.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { currentCall } from '../../core/model/agent.ts';
import type { Changes } from '../../core/model/changes.ts';
import type { TeamState } from '../../core/model/team.ts';
import { isInLine } from '../../core/model/call.ts';
import { ColleaguesTopic } from './colleagues.ts';
import { DeskTopic } from './desk.ts';
import { GroupTallies } from './group-tallies.ts';
import { OpenTopics } from './open-topics.ts';
import { QueueTopic, queueFigures } from './queue.ts';
import type { QueueFigures } from '../../contract/realtime/queue.ts';
import { RosterTopic } from './roster.ts';
import { allowedTopic } from './topic-rights.ts';
import { concernedBySupervision } from './supervision-view.ts';
import type { Told } from './told.ts';
import type { LinkedTeam } from './agent-view.ts';
import type { TeamSettings } from '../../contract/session.ts';

/** Changes that follow each other so closely are told as one to those who watch many agents, ms. */
const COALESCE_MS = 200;

/** Where a topic comes from, for all who may follow it. */
export interface TopicPlace {
  readonly key: string;
  readonly coalesceMs: number;
  open(changed: () => void): Told;
}

export interface TeamTopicsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The topics of one team that somebody follows. Each is told what may be different by the changes of a decision alone. */
export class TeamTopics {
  readonly #live: LinkedTeam;
  readonly #settings: () => TeamSettings;
  readonly #deps: TeamTopicsDeps;
  readonly #desks = new OpenTopics<AgentId, DeskTopic>();
  readonly #rosters = new OpenTopics<GroupId | null, RosterTopic>();
  readonly #colleagues = new OpenTopics<null, ColleaguesTopic>();
  readonly #queues = new OpenTopics<GroupId, QueueTopic>();
  /** Made when somebody first watches a queue. */
  #tallies: GroupTallies | null = null;

  constructor(live: LinkedTeam, settings: () => TeamSettings, deps: TeamTopicsDeps) {
    this.#live = live;
    this.#settings = settings;
    this.#deps = deps;
  }

  /** @throws DomainError not-found, forbidden */
  place(who: Identity, name: string): TopicPlace {
    const { state } = this.#live;
    const topic = allowedTopic(who, name, state.config);
    const of = (scope: string) => `${who.teamId} ${scope}`;
    switch (topic.kind) {
      case 'desk':
        return {
          key: of(`desk ${who.agentId}`),
          coalesceMs: 0,
          open: (changed) =>
            this.#desks.open(
              who.agentId,
              new DeskTopic(this.#live, this.#settings, this.#deps.clock, who.agentId, changed),
            ),
        };
      case 'roster':
        return {
          key: of(name),
          coalesceMs: COALESCE_MS,
          open: (changed) =>
            this.#rosters.open(topic.groupId, new RosterTopic(this.#live, topic.groupId, changed)),
        };
      case 'colleagues':
        return {
          key: of(name),
          coalesceMs: COALESCE_MS,
          open: (changed) => this.#colleagues.open(null, new ColleaguesTopic(this.#live, changed)),
        };
      case 'queue':
        return {
          key: of(name),
          coalesceMs: COALESCE_MS,
          open: (changed) => {
            this.#tallies ??= new GroupTallies(state);
            const queue = new QueueTopic(this.#live, this.#tallies, topic.groupId, changed);
            return this.#queues.open(topic.groupId, queue);
          },
        };
      default:
        return topic satisfies never;
    }
  }

  /** What the topic of the group's queue says now. @throws DomainError forbidden */
  queueFigures(who: Requester, groupId: GroupId): QueueFigures {
    const { state } = this.#live;
    allowedTopic(who, `queue:${groupId}`, state.config);
    return queueFigures(this.#live, this.#tallies ?? new GroupTallies(state), groupId);
  }

  /** The team has been changed so. Returns whether who may follow what may be different. */
  changed(changes: Changes): boolean {
    const { state } = this.#live;
    const touched = new Set<Told>();
    const isRegrouped = changes.setUp !== null;
    if (isRegrouped) this.#setUpChanged(touched);
    const agents = touchedAgents(changes, state);
    this.#touchDesks(changes, agents, touched);
    this.#touchRosters(agents, touched);
    this.#touchQueues(changes, agents, touched);
    this.#tell(touched);
    return isRegrouped;
  }

  /** The round trip of this device's link is another. */
  measured(endpointId: EndpointId): void {
    const touched = new Set<Told>();
    for (const { id } of usersOf(this.#live.state, endpointId)) {
      for (const desk of this.#desks.of(id)) {
        desk.touchAgent();
        touched.add(desk);
      }
    }
    this.#tell(touched);
  }

  #setUpChanged(touched: Set<Told>): void {
    this.#tallies?.recount(this.#live.state);
    for (const topic of [
      ...this.#desks.all(),
      ...this.#rosters.all(),
      ...this.#colleagues.all(),
      ...this.#queues.all(),
    ]) {
      topic.touchAll();
      touched.add(topic);
    }
  }

  #touchDesks(changes: Changes, agents: ReadonlySet<AgentId>, touched: Set<Told>): void {
    if (this.#desks.isEmpty) return;
    for (const agentId of agents) {
      const change = changes.agents.get(agentId);
      const [was, is] = [
        change?.before && currentCall(change.before),
        change?.after && currentCall(change.after),
      ];
      for (const desk of this.#desks.of(agentId)) {
        desk.touchAgent();
        // Whether a call is the agent's own shows in it.
        if (was && was !== is) desk.touchCall(was);
        if (is && was !== is) desk.touchCall(is);
        touched.add(desk);
      }
    }
    for (const [callId, { before, after }] of changes.calls) {
      for (const agentId of new Set([...(before?.agentIds ?? []), ...(after?.agentIds ?? [])])) {
        for (const desk of this.#desks.of(agentId)) {
          desk.touchCall(callId);
          touched.add(desk);
        }
      }
      const concerned = [...concernedBySupervision(before), ...concernedBySupervision(after)];
      for (const agentId of new Set(concerned)) {
        for (const desk of this.#desks.of(agentId)) {
          desk.touchSupervision();
          touched.add(desk);
        }
      }
    }
  }

  #touchRosters(agents: ReadonlySet<AgentId>, touched: Set<Told>): void {
    for (const colleagues of this.#colleagues.all()) {
      for (const agentId of agents) colleagues.touchAgent(agentId);
      if (agents.size > 0) touched.add(colleagues);
    }
    if (this.#rosters.isEmpty) return;
    const { memberships } = this.#live.state.config;
    for (const agentId of agents) {
      for (const groupId of [null, ...(memberships.get(agentId)?.keys() ?? [])]) {
        for (const roster of this.#rosters.of(groupId)) {
          roster.touchAgent(agentId);
          touched.add(roster);
        }
      }
    }
  }

  #touchQueues(changes: Changes, agents: ReadonlySet<AgentId>, touched: Set<Told>): void {
    if (!this.#tallies) return;
    const groups = new Set<GroupId>();
    for (const agentId of agents) {
      for (const groupId of this.#tallies.count(this.#live.state, agentId)) groups.add(groupId);
    }
    for (const { before, after } of changes.calls.values()) {
      const was = before && isInLine(before) ? before.groupId : null;
      const is = after && isInLine(after) ? after.groupId : null;
      if (was === is) continue;
      if (was) groups.add(was);
      if (is) groups.add(is);
    }
    for (const groupId of groups) for (const queue of this.#queues.of(groupId)) touched.add(queue);
  }

  /** One topic that fails takes nothing from the others. */
  #tell(touched: ReadonlySet<Told>): void {
    for (const topic of touched) {
      try {
        topic.changed();
      } catch (error) {
        this.#deps.logger.error({ err: error }, 'a listener failed');
      }
    }
  }
}

/** Whose presence, page or device is different. */
function touchedAgents(changes: Changes, team: TeamState): Set<AgentId> {
  const touched = new Set<AgentId>([...changes.agents.keys(), ...changes.pages.keys()]);
  for (const endpointId of changes.endpoints.keys()) {
    for (const { id } of usersOf(team, endpointId)) touched.add(id);
  }
  return touched;
}
