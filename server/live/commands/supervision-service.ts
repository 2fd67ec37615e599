import type { CallView } from '../../contract/desk.ts';
import type { RosterRow } from '../../contract/realtime/roster.ts';
import type { ForcedRequest, SupervisionAnswer } from '../../contract/supervision.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { AgentId, CallId, ReasonId } from '../../core/kernel/ids.ts';
import { agentByKey } from '../../core/model/set-up.ts';
import type { TeamState } from '../../core/model/team.ts';
import { conversationCall, supervising } from '../../core/supervision/monitoring.ts';
import type { SupervisionCommand } from '../../core/team/input.ts';
import type { ForcedAction } from '../../vocabulary/forced-actions.ts';
import type { MonitorMode } from '../../vocabulary/monitor-modes.ts';
import { callView } from '../projections/call-view.ts';
import { rosterRow } from '../projections/roster.ts';
import { supervisionView } from '../projections/supervision-view.ts';
import type { TeamRuntime } from '../runtime.ts';
import type { Teams } from '../teams.ts';

/** What leaders do at agents. `agent`: id or number. Each resolves when the switch has done it. */
export interface SupervisionCommands {
  monitor(who: Identity, agent: string, mode: MonitorMode): Promise<SupervisionAnswer>;
  stop(who: Identity, agent: string): Promise<SupervisionAnswer>;
  takeOver(who: Identity, agent: string, request: ForcedRequest): Promise<CallView>;
  force(
    who: Identity,
    agent: string,
    action: Exclude<ForcedAction, 'take-over' | 'pause'>,
    request: ForcedRequest,
  ): Promise<RosterRow>;
  pause(who: Identity, agent: string, reasonId: string, request: ForcedRequest): Promise<RosterRow>;
}

/** The telephone of the leader has to answer, one outside within 40 s: the rules end the attempt before, ms. */
const ANSWER_MS = 42_000;

const FORCED = { idle: 'ForceIdle', 'sign-out': 'ForceSignOut', hangup: 'ForceHangup' } as const;

export class SupervisionService implements SupervisionCommands {
  readonly #teams: Teams;

  constructor({ teams }: { readonly teams: Teams }) {
    this.#teams = teams;
  }

  async monitor(who: Identity, agent: string, mode: MonitorMode): Promise<SupervisionAnswer> {
    const { runtime, agentId } = this.#agent(who, agent);
    await this.#do(runtime, who, { type: 'Monitor', agentId, supervisorId: who.agentId, mode });
    return runtime.when(
      (state) => connected(state, who),
      ANSWER_MS,
      () => {
        throw new DomainError('call-failed', 'The telephone did not answer.', { cause: 'no-answer' });
      },
    );
  }

  async stop(who: Identity, agent: string): Promise<SupervisionAnswer> {
    const { runtime, agentId } = this.#agent(who, agent);
    await this.#do(runtime, who, { type: 'StopMonitoring', agentId, supervisorId: who.agentId });
    return { supervision: supervisionView(runtime.state, who.agentId) };
  }

  async takeOver(who: Identity, agent: string, request: ForcedRequest): Promise<CallView> {
    const { runtime, agentId } = this.#agent(who, agent);
    const callId = conversationCall(runtime.state, agentId);
    const basedOn = request.basedOn ?? null;
    await this.#do(runtime, who, { type: 'TakeOver', agentId, supervisorId: who.agentId, basedOn });
    return runtime.when(
      (state) => takenOver(state, who, callId),
      ANSWER_MS,
      () => {
        throw new DomainError('call-failed', 'The telephone did not answer.', { cause: 'no-answer' });
      },
    );
  }

  async force(
    who: Identity,
    agent: string,
    action: Exclude<ForcedAction, 'take-over' | 'pause'>,
    request: ForcedRequest,
  ): Promise<RosterRow> {
    const { runtime, agentId } = this.#agent(who, agent);
    const basedOn = request.basedOn ?? null;
    await this.#do(runtime, who, { type: FORCED[action], agentId, supervisorId: who.agentId, basedOn });
    return row(runtime.state, agentId);
  }

  async pause(who: Identity, agent: string, reason: string, request: ForcedRequest): Promise<RosterRow> {
    const { runtime, agentId } = this.#agent(who, agent);
    const reasonId = asId<ReasonId>(reason);
    const basedOn = request.basedOn ?? null;
    await this.#do(runtime, who, {
      type: 'ForcePause',
      agentId,
      supervisorId: who.agentId,
      basedOn,
      reasonId,
    });
    return row(runtime.state, agentId);
  }

  /** not-found: nobody of the team. Whether the leader may is for the rule to say. */
  #agent(who: Identity, agent: string): { runtime: TeamRuntime; agentId: AgentId } {
    const { runtime } = this.#teams.get(who.teamId);
    const { config } = runtime.state;
    const profile = agentByKey(config, agent);
    if (!profile) throw new DomainError('not-found', 'There is no such agent.');
    return { runtime, agentId: profile.id };
  }

  async #do(runtime: TeamRuntime, actor: Identity, command: SupervisionCommand): Promise<void> {
    const { executed } = await runtime.command({ ...command, actor });
    await executed;
  }
}

/** call-failed: the leader's telephone was not reached, or the agent's call is over. */
function connected(state: TeamState, { agentId }: Identity): SupervisionAnswer | undefined {
  const own = supervising(state, agentId);
  if (!own) throw new DomainError('call-failed', 'The telephone was not reached, or the call has ended.');
  const supervision = supervisionView(state, agentId);
  return supervision?.connected ? { supervision } : undefined;
}

function takenOver(state: TeamState, { agentId }: Identity, callId: CallId | null): CallView | undefined {
  const call = callId ? state.calls.get(callId) : undefined;
  const { kind } = state.agents.get(agentId)?.activity ?? {};
  const isMine = call?.agentIds.includes(agentId) && (kind === 'talking' || kind === 'holding');
  if (call && isMine) return callView(state, call, agentId);
  if (supervising(state, agentId)) return undefined;
  throw new DomainError('call-failed', 'The telephone was not reached, or the call has ended.');
}

function row(state: TeamState, agentId: AgentId): RosterRow {
  const found = rosterRow(state, agentId, null);
  if (!found) throw new DomainError('not-found', 'There is no such agent.');
  return found;
}
