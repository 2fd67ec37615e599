import type { CallView } from '../../contract/desk.ts';
import type { TeamSettings } from '../../contract/session.ts';
import type { AgentId, CallId } from '../../core/kernel/ids.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { KEPT_MS } from '../../core/team/deadlines.ts';
import { profileOf } from '../../core/model/set-up.ts';
import type { TeamState } from '../../core/model/team.ts';
import { agentView, type LinkedTeam } from './agent-view.ts';
import { deskCall, deskCalls } from './call-view.ts';
import { monitorViews, supervisionView } from './supervision-view.ts';
import { Told } from './told.ts';

/** One agent's desk: whole entities, in order, and only when they differ from what was told last. */
export class DeskTopic extends Told {
  readonly #live: LinkedTeam;
  readonly #settings: () => TeamSettings;
  readonly #clock: Clock;
  readonly #agentId: AgentId;
  #team: string;
  #agent: string;
  #supervision: string;
  #monitored: string;
  readonly #calls = new Map<CallId, string>();
  /** When an ended call leaves the desk. */
  readonly #removals = new Map<CallId, number>();
  #cancelRemoval: (() => void) | null = null;
  /** For when the timer is set. */
  #nextRemoval = Infinity;
  #isTeamTouched = false;
  #isAgentTouched = false;
  #isSupervisionTouched = false;
  readonly #touchedCalls = new Set<CallId>();

  constructor(
    live: LinkedTeam,
    settings: () => TeamSettings,
    clock: Clock,
    agentId: AgentId,
    changed: () => void,
  ) {
    super(changed);
    this.#live = live;
    this.#settings = settings;
    this.#clock = clock;
    this.#agentId = agentId;
    this.#team = JSON.stringify(settings());
    this.#agent = JSON.stringify(agentView(live, agentId));
    this.#supervision = JSON.stringify(supervisionView(live.state, agentId));
    this.#monitored = JSON.stringify(monitorViews(live.state, agentId));
    for (const call of deskCalls(live.state, agentId, clock.now())) this.#write(call);
    this.#awaitRemoval();
  }

  touchAgent(): void {
    this.#isAgentTouched = true;
  }

  touchSupervision(): void {
    this.#isSupervisionTouched = true;
  }

  touchCall(callId: CallId): void {
    this.#touchedCalls.add(callId);
  }

  touchAll(): void {
    this.#isTeamTouched = true;
    this.#isAgentTouched = true;
    this.#isSupervisionTouched = true;
    for (const callId of this.#calls.keys()) this.#touchedCalls.add(callId);
  }

  patch(): string | null {
    const changes: string[] = [];
    const { state } = this.#live;
    if (this.#isTeamTouched) {
      const text = JSON.stringify(this.#settings());
      if (text !== this.#team) changes.push(`{"entity":"team","value":${text}}`);
      this.#team = text;
      this.#isTeamTouched = false;
    }
    if (this.#isAgentTouched && isKnown(state, this.#agentId)) {
      const text = JSON.stringify(agentView(this.#live, this.#agentId));
      if (text !== this.#agent) changes.push(`{"entity":"agent","value":${text}}`);
      this.#agent = text;
    }
    this.#isAgentTouched = false;
    for (const callId of this.#touchedCalls) {
      const change = this.#callChange(callId);
      if (change !== null) changes.push(change);
    }
    this.#touchedCalls.clear();
    changes.push(...this.#supervisionChanges());
    this.#awaitRemoval();
    return changes.length === 0 ? null : `[${changes.join(',')}]`;
  }

  #supervisionChanges(): string[] {
    if (!this.#isSupervisionTouched) return [];
    this.#isSupervisionTouched = false;
    const { state } = this.#live;
    const supervision = JSON.stringify(supervisionView(state, this.#agentId));
    const monitored = JSON.stringify(monitorViews(state, this.#agentId));
    const changes = [
      ...(supervision === this.#supervision ? [] : [`{"entity":"supervision","value":${supervision}}`]),
      ...(monitored === this.#monitored ? [] : [`{"entity":"monitored","value":${monitored}}`]),
    ];
    this.#supervision = supervision;
    this.#monitored = monitored;
    return changes;
  }

  snapshot(): string {
    const calls = [...this.#calls.values()].join(',');
    const time = this.#clock.now();
    return `{"serverTime":${time},"team":${this.#team},"agent":${this.#agent},"calls":[${calls}],"supervision":${this.#supervision},"monitored":${this.#monitored}}`;
  }

  override close(): void {
    this.#cancelRemoval?.();
    super.close();
  }

  #callChange(callId: CallId): string | null {
    const { state } = this.#live;
    const call = state.calls.get(callId);
    const view = call ? deskCall(state, call, this.#agentId, this.#clock.now()) : null;
    const before = this.#calls.get(callId);
    if (view === null) {
      this.#removals.delete(callId);
      if (!this.#calls.delete(callId)) return null;
      return `{"entity":"call-removed","id":${JSON.stringify(callId)}}`;
    }
    const text = this.#write(view);
    return text === before ? null : `{"entity":"call","value":${text}}`;
  }

  #write(call: CallView): string {
    const text = JSON.stringify(call);
    const callId = call.id as CallId;
    this.#calls.set(callId, text);
    if (call.phase === 'ended') this.#removals.set(callId, (call.endedAt ?? this.#clock.now()) + KEPT_MS);
    else this.#removals.delete(callId);
    return text;
  }

  #awaitRemoval(): void {
    let next = Infinity;
    for (const at of this.#removals.values()) if (at < next) next = at;
    // A timer that is too early looks again.
    if (next >= this.#nextRemoval) return;
    this.#cancelRemoval?.();
    this.#nextRemoval = next;
    const wait = Math.max(0, next - this.#clock.now());
    this.#cancelRemoval = this.#clock.after(wait, () => this.#remove());
  }

  /** Only those that are due: a desk that ends many calls has all of the last seconds. */
  #remove(): void {
    this.#nextRemoval = Infinity;
    const now = this.#clock.now();
    let isDue = false;
    for (const [callId, at] of this.#removals) {
      if (at > now) continue;
      this.touchCall(callId);
      isDue = true;
    }
    if (isDue) this.changed();
    else this.#awaitRemoval();
  }
}

function isKnown({ agents, config }: TeamState, agentId: AgentId): boolean {
  return agents.has(agentId) && profileOf(config, agentId) !== undefined;
}
