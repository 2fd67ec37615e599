import type { DialRequest, WrapUpAnswer, WrapUpRequest } from '../../contract/commands.ts';
import type { CallView } from '../../contract/desk.ts';
import { currentCall } from '../../core/model/agent.ts';
import { agentLeg } from '../../core/model/call.ts';
import type { CallState, Leg } from '../../core/model/call.ts';
import { standing } from '../../core/model/parties.ts';
import { ringingLeg } from '../../core/call/talk.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { CallId, CustomerId, GroupId, LegId, ReasonId } from '../../core/kernel/ids.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { Command } from '../../core/team/input.ts';
import type { TeamState } from '../../core/model/team.ts';
import { agentView } from '../projections/agent-view.ts';
import { callView } from '../projections/call-view.ts';
import { DigitKeying } from '../effects/digit-keying.ts';
import type { OpenPages } from '../open-pages.ts';
import { dialFailure, resolveDestination } from '../dialling.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import { changeStoredData, linkStoredCall, viewStoredCall, wrapUpStoredCall } from './stored-calls.ts';
import type { TeamRuntime } from '../runtime.ts';
import type { Teams } from '../teams.ts';
import type { WrapUpChange } from '../../core/model/wrap-up.ts';
import type { LiveRepositories } from '../../core/ports/live-store.ts';

/** A browser phone answers within this time after it was told to, ms. */
const ANSWER_MS = 10_000;
/** A dial command tells how far it got after this time at the latest, ms. */
const DIAL_MS = 4_000;
/** A call that has not been answered after this time never is, ms. */
const ANSWERED_MS = 600_000;

export interface CallCommands {
  dial(who: Identity, request: DialRequest): Promise<CallView>;
  answer(who: Identity, callId: CallId): Promise<CallView>;
  reject(who: Identity, callId: CallId): Promise<CallView>;
  hangup(who: Identity, callId: CallId): Promise<CallView>;
  hangupLeg(who: Identity, callId: CallId, legId: LegId): Promise<CallView>;
  hold(who: Identity, callId: CallId): Promise<CallView>;
  resume(who: Identity, callId: CallId): Promise<CallView>;
  mute(who: Identity, callId: CallId, muted: boolean): Promise<CallView>;
  digits(who: Identity, callId: CallId, digits: string): Promise<CallView>;
  setData(who: Identity, callId: CallId, data: Record<string, string>): Promise<CallView>;
  linkCustomer(who: Identity, callId: CallId, customerId: CustomerId | null): Promise<CallView>;
  wrapUp(who: Identity, callId: CallId, request: WrapUpRequest): Promise<WrapUpAnswer>;
}

export interface CallServiceDeps {
  readonly teams: Teams;
  readonly pages: OpenPages;
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
  readonly ids: IdSource;
  readonly numbers: Numbers;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class CallService implements CallCommands {
  readonly #deps: CallServiceDeps;
  /** Calls that an agent has taken and whose phone has not answered yet. */
  readonly #answering = new Map<CallId, { who: Identity; view: Promise<CallView> }>();

  readonly #keying: DigitKeying<CallView>;

  constructor(deps: CallServiceDeps) {
    this.#deps = deps;
    this.#keying = new DigitKeying(deps.clock, deps.logger);
  }

  /** Resolves when the far side is being called (or after four seconds with how far it got). */
  async dial(who: Identity, request: DialRequest): Promise<CallView> {
    const { runtime } = this.#deps.teams.get(who.teamId);
    const { dial, keys } = await resolveDestination(this.#deps, runtime.state.config, who.agentId, {
      number: request.number,
      customerId: request.customerId ? asId<CustomerId>(request.customerId) : null,
    });
    const callId = this.#deps.ids.next<CallId>('call');
    await runtime.command({
      type: 'Dial',
      actor: who,
      agentId: who.agentId,
      callId,
      ...dial,
      groupId: request.groupId ? asId<GroupId>(request.groupId) : null,
      callerId: request.callerId ?? null,
      data: request.data ?? {},
      ownLeg: null,
    });
    if (keys !== '') void this.#keyWhenAnswered(runtime, who, callId, keys);
    const view = (): CallView => this.#view(runtime.state, who, callId);
    return runtime.when(
      (state) => {
        const call = state.calls.get(callId);
        if (!call) throw new DomainError('call-failed', 'The call is gone.', { callId, cause: 'normal' });
        if (call.phase.kind === 'ended') {
          throw dialFailure(call, call.phase, runtime.executor.refusal(callId));
        }
        if (call.phase.kind === 'calling-agent') return undefined;
        if (call.phase.kind === 'calling-far' && !runtime.executor.hasDialled(call.phase.legId)) {
          return undefined;
        }
        return view();
      },
      DIAL_MS,
      view,
    );
  }

  /** An extension; a call that comes to nothing needs none. */
  async #keyWhenAnswered(runtime: TeamRuntime, who: Identity, callId: CallId, keys: string): Promise<void> {
    const reached = (state: TeamState): boolean | undefined => {
      const call = state.calls.get(callId);
      const kind = call ? standing(call) : 'ended';
      return kind === 'talking' || (kind === 'ended' ? false : undefined);
    };
    try {
      const answered = await runtime.when(reached, ANSWERED_MS, () => false);
      if (answered) await this.digits(who, callId, keys);
    } catch (error) {
      this.#deps.logger.warn({ callId, err: error }, 'an extension was not keyed');
    }
  }

  async answer(who: Identity, callId: CallId): Promise<CallView> {
    const { runtime } = this.#deps.teams.get(who.teamId);
    await runtime.command({ type: 'Answer', agentId: who.agentId, callId, actor: who });
    const running = this.#answering.get(callId);
    if (running?.who.agentId === who.agentId) return running.view;
    const view = runtime
      .when(
        (state) => this.#answered(state, who, callId),
        ANSWER_MS,
        () => {
          throw new DomainError('call-failed', 'The phone did not answer.', { callId, cause: 'no-answer' });
        },
      )
      .finally(() => {
        if (this.#answering.get(callId)?.view === view) this.#answering.delete(callId);
      });
    this.#answering.set(callId, { who, view });
    this.#ask(who, callId);
    return view;
  }

  /**
   * The leg has reached the page only now, which may be another page than the one that was asked before: an answer that was
   * asked for earlier is asked for again.
   */
  legRang(legId: LegId): void {
    for (const [callId, { who }] of this.#answering) {
      if (this.#ringing(who, callId)?.id === legId) this.#ask(who, callId);
    }
  }

  /** The page is connected, and may be another one than was asked: an answer that is not given yet is asked for again. */
  pageSeen({ agentId }: Identity): void {
    for (const [callId, { who }] of this.#answering) {
      if (who.agentId === agentId) this.#ask(who, callId);
    }
  }

  /** Tells the page that carries the agent's voice now to answer what rings there now. */
  #ask(who: Identity, callId: CallId): void {
    const { state } = this.#deps.teams.get(who.teamId).runtime;
    const page = state.pages.get(who.agentId);
    const leg = this.#ringing(who, callId);
    if (page && leg) this.#deps.pages.askToAnswer(who.agentId, page.clientId, leg.id);
  }

  #ringing(who: Identity, callId: CallId): Leg | undefined {
    const call = this.#deps.teams.get(who.teamId).runtime.state.calls.get(callId);
    return call && ringingLeg(call, who.agentId);
  }

  reject(who: Identity, callId: CallId): Promise<CallView> {
    return this.#end(who, callId, { type: 'Reject', agentId: who.agentId, callId });
  }

  hangup(who: Identity, callId: CallId): Promise<CallView> {
    return this.#end(who, callId, { type: 'Hangup', agentId: who.agentId, callId });
  }

  hangupLeg(who: Identity, callId: CallId, legId: LegId): Promise<CallView> {
    return this.#end(who, callId, { type: 'HangupLeg', agentId: who.agentId, callId, legId });
  }

  hold(who: Identity, callId: CallId): Promise<CallView> {
    return this.#do(who, callId, { type: 'Hold', agentId: who.agentId, callId });
  }

  resume(who: Identity, callId: CallId): Promise<CallView> {
    return this.#do(who, callId, { type: 'ResumeCall', agentId: who.agentId, callId });
  }

  mute(who: Identity, callId: CallId, muted: boolean): Promise<CallView> {
    return this.#do(who, callId, { type: 'Mute', agentId: who.agentId, callId, muted });
  }

  /** Digits that are still to come are not sent any more. */
  stop(): void {
    this.#keying.stop();
  }

  digits(who: Identity, callId: CallId, digits: string): Promise<CallView> {
    const { agentId } = who;
    return this.#keying.send(callId, digits, (part) =>
      this.#do(who, callId, { type: 'SendDigits', agentId, callId, digits: part }),
    );
  }

  async setData(who: Identity, callId: CallId, data: Record<string, string>): Promise<CallView> {
    const { runtime } = this.#deps.teams.get(who.teamId);
    if (!runtime.state.calls.has(callId)) {
      this.#refuseWhenLocked(who);
      return changeStoredData(this.#deps.unitOfWork, runtime.state.config, who, callId, data);
    }
    return this.#do(who, callId, { type: 'SetData', agentId: who.agentId, callId, data });
  }

  async linkCustomer(who: Identity, callId: CallId, customerId: CustomerId | null): Promise<CallView> {
    const { runtime } = this.#deps.teams.get(who.teamId);
    if (!runtime.state.calls.has(callId)) {
      this.#refuseWhenLocked(who);
      return linkStoredCall(this.#deps.unitOfWork, runtime.state.config, who, callId, customerId);
    }
    const customer =
      customerId === null
        ? null
        : await this.#deps.unitOfWork.run((each) => each.customers.byId(who.teamId, customerId));
    if (customerId !== null && !customer) throw new DomainError('not-found', 'No such customer.');
    return this.#do(who, callId, {
      type: 'LinkCustomer',
      agentId: who.agentId,
      callId,
      customerId,
      name: customer?.name || null,
    });
  }

  async wrapUp(who: Identity, callId: CallId, request: WrapUpRequest): Promise<WrapUpAnswer> {
    const { runtime } = this.#deps.teams.get(who.teamId);
    const { reasonId, resultId, notes, finish = false } = request;
    const idOf = (id: string | null) => (id === null ? null : asId<ReasonId>(id));
    const change: WrapUpChange = {
      ...(reasonId === undefined ? {} : { reasonId: idOf(reasonId) }),
      ...(resultId === undefined ? {} : { resultId: idOf(resultId) }),
      ...(notes === undefined ? {} : { notes }),
    };
    const { agentId } = who;
    const call = runtime.state.calls.has(callId)
      ? await this.#do(who, callId, { type: 'WrapUp', agentId, callId, change, finish })
      : await this.#wrapUpStored(who, callId, change, finish);
    return { call, agent: agentView(runtime, agentId) };
  }

  async #wrapUpStored(
    who: Identity,
    callId: CallId,
    change: WrapUpChange,
    finish: boolean,
  ): Promise<CallView> {
    const { runtime } = this.#deps.teams.get(who.teamId);
    const { config } = runtime.state;
    this.#refuseWhenLocked(who);
    const { view, wrapUp } = await wrapUpStoredCall(
      this.#deps.unitOfWork,
      config,
      who,
      callId,
      change,
      this.#deps.clock.now(),
    );
    await runtime.command({ type: 'NoteWrapUp', agentId: who.agentId, callId, wrapUp, finish, actor: who });
    return view;
  }

  /** Live calls are guarded by call control itself. */
  #refuseWhenLocked(who: Identity): void {
    const { state } = this.#deps.teams.get(who.teamId).runtime;
    if (state.agents.get(who.agentId)?.locked) throw new DomainError('locked', 'The desk is locked.');
  }

  /** Of a call that has left the live state, nothing is left to end: it is shown as it was. */
  #end(who: Identity, callId: CallId, command: Command): Promise<CallView> {
    const { state } = this.#deps.teams.get(who.teamId).runtime;
    if (state.calls.has(callId)) return this.#do(who, callId, command);
    return viewStoredCall(this.#deps.unitOfWork, state.config, who, callId);
  }

  async #do(who: Identity, callId: CallId, command: Command): Promise<CallView> {
    const { runtime } = this.#deps.teams.get(who.teamId);
    const { executed } = await runtime.command({ ...command, actor: who });
    await executed;
    return this.#view(runtime.state, who, callId);
  }

  #answered(state: TeamState, who: Identity, callId: CallId): CallView | undefined {
    const call = state.calls.get(callId);
    const agent = state.agents.get(who.agentId);
    const mine = call && agent && currentCall(agent) === callId;
    if (!mine || call.phase.kind === 'ended') throw notRinging();
    return isTalking(call, who) ? callView(state, call, who.agentId) : undefined;
  }

  #view(state: TeamState, who: Identity, callId: CallId): CallView {
    const call = state.calls.get(callId);
    if (!call) throw new DomainError('no-such-call', 'There is no such call.');
    return callView(state, call, who.agentId);
  }
}

function isTalking(call: CallState, who: Identity): boolean {
  const kind = standing(call);
  return (kind === 'talking' || kind === 'held') && agentLeg(call, who.agentId)?.state === 'up';
}

function notRinging(): DomainError {
  return new DomainError('call-not-ringing', 'The call does not ring here any more.');
}
