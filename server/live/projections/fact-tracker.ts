import { asId } from '../../core/kernel/ids.ts';
import type { AgentId, CallId, LegId } from '../../core/kernel/ids.ts';
import type { AgentState } from '../../core/model/agent.ts';
import { legOf } from '../../core/model/call.ts';
import type { CallState } from '../../core/model/call.ts';
import type { Changes } from '../../core/model/changes.ts';
import type { Change } from '../../core/model/overlay-map.ts';
import type { TeamState } from '../../core/model/team.ts';
import type { AgentSpanRow, CallPartRow, Facts } from '../../core/ports/facts.ts';
import {
  agentPart,
  calledPart,
  customerPart,
  entryLeg,
  isConversation,
  newPart,
  partFoundOver,
} from './call-parts.ts';
import { endFound, isSameState, newSpan, spanStateOf } from './spans.ts';
import type { SpanState } from './spans.ts';

/** The rows that a decision comes to: what is over, then what begins. */
interface Collected {
  readonly spans: AgentSpanRow[];
  readonly parts: CallPartRow[];
}

/** What rows said before, and which of them there were not. */
interface Before {
  readonly known: Facts;
  readonly unmade: Facts;
}

/**
 * Keeps the times of a team's agents and of the parties of its calls, for reports: what is under way, from which each decision's
 * rows follow. They are stored with the decision, and taken over when that is done.
 */
export class FactTracker {
  readonly #spans = new Map<AgentId, AgentSpanRow>();
  /** When an agent's last span has ended, and all others at the latest: a clock that was set back lets none begin before. */
  readonly #ends = new Map<AgentId, number>();
  #begun = 0;
  readonly #ofAgents = new Map<AgentId, CallPartRow>();
  readonly #ofOutside = new Map<LegId, CallPartRow>();

  /** The rows that follow from `changes` of the team, which is still as it was. Nothing is changed by asking. */
  of(changes: Changes, team: Pick<TeamState, 'config' | 'calls'>): Facts {
    const collected: Collected = { spans: [], parts: [] };
    const callOf = (id: CallId | null | undefined) =>
      id ? (changes.calls.get(id)?.after ?? team.calls.get(id)) : undefined;
    for (const [agentId, { after }] of changes.agents) {
      this.#agent(collected, { agentId, agent: after, at: changes.at }, team, callOf);
    }
    for (const { before, after } of changes.calls.values()) {
      if (after) this.#outside(collected, { before, after }, team, changes.at);
    }
    return collected;
  }

  #outside(
    { parts }: Collected,
    { before, after }: Change<CallState> & { readonly after: CallState },
    { config }: Pick<TeamState, 'config'>,
    at: number,
  ): void {
    for (const party of after.parties) {
      const id = asId<LegId>(party.id);
      const isNew = !before?.parties.some((each) => each.id === party.id);
      const leg = party.agentId === null && isNew ? legOf(after, id) : undefined;
      const part = this.#ofOutside.get(id) ?? (leg && newPart(config, after, leg, at));
      if (!part) continue;
      const next =
        party.role === 'customer'
          ? customerPart(part, party, { before, after }, at)
          : calledPart(part, party);
      if (isNew || !isSameRow(part, next)) parts.push(next);
    }
  }

  #agent(
    { spans, parts }: Collected,
    { agentId, agent, at }: { agentId: AgentId; agent: AgentState | undefined; at: number },
    { config }: Pick<TeamState, 'config'>,
    callOf: (id: CallId | null | undefined) => CallState | undefined,
  ): void {
    const open = this.#spans.get(agentId) ?? null;
    const state = spanStateOf(agent);
    const isCut = !isSameState(open, state);
    const closed = open && isCut ? { ...open, endedAt: Math.max(open.startedAt, at) } : null;
    if (closed) spans.push(closed);
    const startedAt = Math.max(at, closed?.endedAt ?? this.#ends.get(agentId) ?? this.#begun);
    const begins = agent && state && isCut;
    if (begins) spans.push(newSpan(config, agent, state, callOf(state.callId), startedAt));

    const part = this.#ofAgents.get(agentId);
    const next = part && agentPart(part, closed, state, callOf(part.callId), startedAt);
    if (part && next && !isSameRow(part, next)) parts.push(next);
    if (next?.endedAt === null || !state?.callId || state.state === 'acw') return;
    if (!begins && !next) return;
    const call = callOf(state.callId);
    const leg = call && entryLeg(call, agentId);
    if (call && leg) parts.push(begunAs(state, newPart(config, call, leg, startedAt)));
  }

  /** The rows are stored. */
  take({ spans, parts }: Facts): void {
    for (const span of spans) {
      if (span.endedAt === null) this.#spans.set(span.agentId, span);
      else {
        this.#spans.delete(span.agentId);
        this.#ends.set(span.agentId, span.endedAt);
      }
    }
    for (const part of parts) {
      if (part.agentId !== null) keep(this.#ofAgents, part.agentId, part);
      else keep(this.#ofOutside, part.id, part);
    }
  }

  /** Rows that were taken over are not stored after all; `before`: what they had said. */
  putBack({ known, unmade }: Before): void {
    for (const { agentId, version } of unmade.spans) {
      if (this.#spans.get(agentId)?.version === version) this.#spans.delete(agentId);
    }
    for (const part of unmade.parts) {
      if (part.agentId === null) this.#ofOutside.delete(part.id);
      else if (this.#ofAgents.get(part.agentId)?.id === part.id) this.#ofAgents.delete(part.agentId);
    }
    this.take(known);
  }

  before({ spans, parts }: Facts): Before {
    const spanBefore = (row: AgentSpanRow) => {
      const open = this.#spans.get(row.agentId);
      return open?.startedAt === row.startedAt && open.version === row.version ? open : undefined;
    };
    const partBefore = (row: CallPartRow) => {
      const open = row.agentId === null ? this.#ofOutside.get(row.id) : this.#ofAgents.get(row.agentId);
      return open?.id === row.id ? open : undefined;
    };
    return {
      known: {
        spans: spans.flatMap((row) => spanBefore(row) ?? []),
        parts: parts.flatMap((row) => partBefore(row) ?? []),
      },
      unmade: {
        spans: spans.filter((row) => !spanBefore(row)),
        parts: parts.filter((row) => !partBefore(row)),
      },
    };
  }

  /**
   * Goes on with what an earlier server has left open. What is over by now ends when that is known to have been, and says that
   * nobody saw it; who is at work without a span begins one.
   * @returns what is to be stored of that
   */
  resume({ spans, parts }: Facts, team: Pick<TeamState, 'config' | 'agents' | 'calls'>, now: number): Facts {
    const collected: Collected = { spans: [], parts: [] };
    this.#begun = now;
    for (const span of spans.toSorted((a, b) => a.startedAt - b.startedAt || a.version - b.version)) {
      if (span.endedAt !== null) {
        this.#ends.set(span.agentId, span.endedAt);
        continue;
      }
      const earlier = this.#spans.get(span.agentId);
      if (earlier) {
        const endedAt = Math.max(earlier.startedAt, span.startedAt);
        collected.spans.push({ ...earlier, endedAt, estimated: true });
      }
      this.#spans.set(span.agentId, span);
    }
    for (const span of [...this.#spans.values()]) {
      const agent = team.agents.get(span.agentId);
      if (isSameState(span, spanStateOf(agent))) continue;
      const over = { ...span, endedAt: endFound(span, agent, now), estimated: true };
      collected.spans.push(over);
      this.take({ spans: [over], parts: [] });
    }
    for (const agent of team.agents.values()) {
      const state = spanStateOf(agent);
      if (!state || this.#spans.has(agent.id)) continue;
      const call = state.callId ? team.calls.get(state.callId) : undefined;
      const span = newSpan(team.config, agent, state, call, this.#ends.get(agent.id) ?? now);
      collected.spans.push(span);
      this.take({ spans: [span], parts: [] });
    }
    for (const part of parts.toSorted((a, b) => b.startedAt - a.startedAt)) {
      if (this.#goesOn(part, team)) this.take({ spans: [], parts: [part] });
      else collected.parts.push(partFoundOver(part, now));
    }
    return collected;
  }

  #goesOn(part: CallPartRow, { agents, calls }: Pick<TeamState, 'agents' | 'calls'>): boolean {
    if (part.agentId !== null) {
      const state = spanStateOf(agents.get(part.agentId));
      return state?.callId === part.callId && !this.#ofAgents.has(part.agentId);
    }
    const party = calls.get(part.callId)?.parties.find(({ id }) => asId<LegId>(id) === part.id);
    return party?.left === null && !this.#ofOutside.has(part.id);
  }
}

/** Who comes into a call that is under way talks at once. */
function begunAs(state: SpanState, part: CallPartRow): CallPartRow {
  return isConversation(state) ? { ...part, answeredAt: part.startedAt, outcome: 'answered' } : part;
}

function keep<Id>(open: Map<Id, CallPartRow>, id: Id, part: CallPartRow): void {
  if (part.endedAt === null) open.set(id, part);
  else open.delete(id);
}

function isSameRow(row: CallPartRow, next: CallPartRow): boolean {
  return (Object.keys(row) as Array<keyof CallPartRow>).every((key) => row[key] === next[key]);
}
