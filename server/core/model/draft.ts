import type { AgentState } from './agent.ts';
import { DomainError } from '../kernel/domain-error.ts';
import type { CallState } from './call.ts';
import { TeamOverlay } from './changes.ts';
import type { Changes } from './changes.ts';
import type { Intent } from '../ports/effects.ts';
import type { AgentId, CallId, GroupId } from '../kernel/ids.ts';
import type { IdSource } from '../kernel/id-source.ts';
import type { TeamEvent, TeamState } from './team.ts';
import { evolveTeam } from './team-fold.ts';
import type { Group } from './set-up.ts';

/** What a decision comes to. The events fold the old state into the changed one; the intents are for the switch, after the commit. */
export interface Decision {
  readonly changes: Changes;
  readonly events: readonly TeamEvent[];
  readonly intents: readonly Intent[];
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

  intend(...intents: Intent[]): void {
    this.#intents.push(...intents);
  }

  /** Closes the draft: what the switch is asked for becomes an event of its call. */
  decision(): Decision {
    for (const callId of new Set(this.#intents.map((intent) => intent.callId))) {
      const intents = this.#intents.filter((intent) => intent.callId === callId);
      this.apply({ type: 'switch-asked', callId, intents: intents.map(withoutDigits) });
    }
    const changes = this.#team.changes({ at: this.now, elapsed: this.#elapsed, dispatched: true });
    return { changes, events: this.#events, intents: this.#intents };
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

  group(groupId: GroupId): Group | undefined {
    return this.#team.config.groups.get(groupId);
  }
}

function withoutDigits(intent: Intent): Intent {
  return intent.op === 'send-digits' ? { ...intent, digits: intent.digits.replace(/./g, '•') } : intent;
}
