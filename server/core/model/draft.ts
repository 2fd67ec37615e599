import type { AgentState } from './agent.ts';
import { DomainError } from '../kernel/domain-error.ts';
import { legOf, liveLegs } from './call.ts';
import type { CallState } from './call.ts';
import { TeamOverlay } from './changes.ts';
import type { Changes } from './changes.ts';
import { awaited, planOf } from './plan.ts';
import { planDifference, wholePlan } from './plan-difference.ts';
import type { PlanSteps } from './plan-difference.ts';
import type { Action, Intent } from '../ports/effects.ts';
import type { AgentId, CallId, GroupId } from '../kernel/ids.ts';
import type { IdSource } from '../kernel/id-source.ts';
import type { TeamEvent, TeamState } from './team.ts';
import { evolveTeam } from './team-fold.ts';
import { groupOf } from './set-up.ts';
import type { Group } from './set-up.ts';

/** What a decision comes to. The events fold the old state into the changed one; the intents are for the switch, after the commit. */
export interface Decision {
  readonly changes: Changes;
  readonly events: readonly TeamEvent[];
  readonly intents: readonly Intent[];
  /** A rule of the queues has failed, and nobody was offered a call: the rest was decided as if none could be. */
  readonly notOffered?: NotOffered;
}

/** Why nobody was offered a call, and which it was to be; null: it is not known. */
export interface NotOffered {
  readonly callId: CallId | null;
  readonly error: unknown;
}

/**
 * A decision in the making: each event is folded at once, so that the next rule sees what the one before decided. The
 * state it was begun from is never changed; a rule that throws leaves nothing behind.
 */
export class Draft {
  readonly now: number;
  readonly ids: IdSource;
  readonly #team: TeamOverlay;
  readonly #events: TeamEvent[] = [];
  readonly #intents: Intent[] = [];
  readonly #reasserted = new Set<CallId>();
  #elapsed = false;

  constructor(team: TeamState, now: number, ids: IdSource) {
    this.#team = new TeamOverlay(team);
    this.now = now;
    this.ids = ids;
  }

  get team(): TeamOverlay {
    return this.#team;
  }

  apply(event: TeamEvent): void {
    this.#events.push(event);
    evolveTeam(this.#team, event, this.now);
    if (event.type === 'leg-added') this.#team.indices.addLeg(event.leg.id, event.callId);
  }

  /** What was due by now has been done. */
  elapse(): void {
    this.#elapsed = true;
  }

  /** What no plan has: a leg that is dialled, answered or ended, digits. Rooms, voices, music and tones follow from the call. */
  intend(...intents: Intent[]): void {
    this.#intents.push(...intents);
  }

  /** The switch is asked for the whole plan of the call, not only for what is new in it. */
  reassert(callId: CallId): void {
    this.#reasserted.add(callId);
  }

  /** Closes the draft: what the switch is asked for becomes an event of its call. */
  decision({ dispatched }: { dispatched: boolean } = { dispatched: true }): Decision {
    const intended = this.#intents.map(({ callId }) => callId);
    const callIds = new Set([...intended, ...this.#reasserted, ...this.#team.calls.changed()]);
    const intents: Intent[] = [];
    for (const callId of callIds) {
      const own = this.#intentsOf(callId);
      if (own.length === 0) continue;
      intents.push(...own);
      this.apply({ type: 'switch-asked', callId, intents: own.map(withoutDigits) });
    }
    const changes = this.#team.changes({ at: this.now, elapsed: this.#elapsed, dispatched });
    return { changes, events: this.#events, intents };
  }

  /** Answered first, so that nobody misses a word; then everybody has a place; then others are called or let go. */
  #intentsOf(callId: CallId): Intent[] {
    const own = this.#intents.filter((intent) => intent.callId === callId);
    const isFirst = ({ op }: Intent): boolean => op === 'answer' || op === 'ring';
    const call = this.#team.calls.get(callId);
    if (!call) return own;
    const { steps, last } = this.#stepsTo(call);
    if (own.length + steps.length + last.length === 0) return own;
    const planned = (action: Action): Intent => ({ callId, plan: call.version, ...action });
    return [
      ...own.filter(isFirst),
      ...reporting(call, steps.map(planned)),
      ...own.filter((intent) => !isFirst(intent)),
      ...last.map(planned),
    ];
  }

  #stepsTo(call: CallState): PlanSteps {
    const before = this.#team.calls.before(call.id);
    const isReasserted = this.#reasserted.has(call.id);
    if (before === call && !isReasserted) return planDifference(NO_PLAN, NO_PLAN);
    const [from, to] = [before ? planOf(before) : NO_PLAN, planOf(call)];
    if (isReasserted) return wholePlan(to, from);
    const steps = planDifference(from, to);
    if (steps.steps.length > 0) return steps;
    // Nothing is new in it, and somebody waits for a confirmation.
    return isAskedAnew(before, call) ? wholePlan(to, from) : steps;
  }

  /** not-found: no agent of this team, or not active any more. */
  agent(agentId: AgentId): AgentState {
    const agent = this.#team.agents.get(agentId);
    if (!agent) throw new DomainError('not-found', 'No such agent.');
    return agent;
  }

  call(callId: CallId): CallState {
    const call = this.#team.calls.get(callId);
    if (!call) throw new DomainError('no-such-call', 'There is no such call.');
    return call;
  }

  /** Open or closed: calls that it has had go on by its rules. */
  group(groupId: GroupId): Group | undefined {
    return groupOf(this.#team.config, groupId);
  }
}

const NO_PLAN = { rooms: [], legs: new Map() } as const;

/** Something of the call is shown only when the switch has done all of it. */
function reporting(call: CallState, steps: readonly Intent[]): Intent[] {
  if (awaited(call) === null) return [...steps];
  const done = { type: 'PlanReached', callId: call.id, version: call.version } as const;
  return steps.map((step, index) => (index === steps.length - 1 ? { done, ...step } : step));
}

/** By this decision; or by an earlier one, of which a step may have met a leg that was gone by then. */
function isAskedAnew(before: CallState | undefined, after: CallState): boolean {
  const asked = awaited(after);
  if (asked === null || before === undefined) return false;
  const hasLost = liveLegs(before).some(({ id }) => legOf(after, id)?.state === 'gone');
  return hasLost || asked > before.version;
}

function withoutDigits(intent: Intent): Intent {
  return intent.op === 'send-digits' ? { ...intent, digits: intent.digits.replace(/./g, '•') } : intent;
}
