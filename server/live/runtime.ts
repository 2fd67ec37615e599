import type { Intent } from '../core/ports/effects.ts';
import { DomainError } from '../core/kernel/domain-error.ts';
import type { CallId, LegId } from '../core/kernel/ids.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import type { Switch } from '../core/ports/switch.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { nextDeadline } from '../core/team/deadlines.ts';
import { decide } from '../core/team/decide.ts';
import type { Command, Fact, Input } from '../core/team/input.ts';
import { layOver } from '../core/team/reindex.ts';
import type { Changes } from '../core/model/changes.ts';
import type { OwnedTeam, TeamState } from '../core/model/team.ts';
import { skipTime } from '../core/model/time-skip.ts';
import { writesOf } from './writes.ts';
import { LiveWrites } from './committing.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { LiveMeters } from './live-meters.ts';
import { Mailbox } from './mailbox.ts';
import { Waiters } from './waiters.ts';
import { SwitchExecutor } from './effects/switch-executor.ts';
import type { LiveRepositories } from '../core/ports/live-store.ts';

export interface RuntimeDeps {
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
  readonly switch: Switch;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly meters: LiveMeters;
}

/** What the team's runtime tells the rest of the application. */
export interface RuntimeEvents {
  /** The team has been changed so. */
  changed(changes: Changes): void;
  legDialled(legId: LegId): void;
  /** The switch has refused the leg, or its call has left the live state. */
  legForgotten(legId: LegId): void;
}

/** After a store that failed, facts are written again after this time, ms. */
const STORE_RETRY_MS = 1_000;

/**
 * One team's live state and the mailbox that owns it. For each input: decide, store, carry on with the new state, ask the
 * switch, tell. Nothing waits for the switch inside the mailbox.
 */
export class TeamRuntime {
  readonly executor: SwitchExecutor;
  readonly #state: OwnedTeam;
  readonly #deps: RuntimeDeps;
  readonly #events: RuntimeEvents;
  readonly #mailbox = new Mailbox();
  readonly #waiters: Waiters;
  readonly #writes: LiveWrites;
  #timer: { at: number; cancel: () => void } | null = null;
  #stopped = false;
  /** How far the clock has jumped since the last decision, ms. */
  #skippedMs = 0;
  readonly #stopListening: () => void;

  constructor(state: OwnedTeam, deps: RuntimeDeps, events: RuntimeEvents) {
    this.#state = state;
    this.#deps = deps;
    this.#events = events;
    this.#waiters = new Waiters(deps.clock, () => state);
    this.#writes = new LiveWrites(state.config.teamId, deps);
    this.#stopListening =
      deps.clock.onSkip?.((ms) => {
        this.#skippedMs += ms;
        void this.#mailbox.run(async () => this.#catchUp());
      }) ?? (() => undefined);
    this.executor = new SwitchExecutor(
      deps.switch,
      {
        legDialled: (legId) => events.legDialled(legId),
        legRefused: (legId) => events.legForgotten(legId),
        tell: (fact) => this.tell(fact),
        progressed: () => this.#waiters.wake(),
      },
      deps.logger,
      deps.meters,
    );
  }

  get state(): TeamState {
    return this.#state;
  }

  /** Inputs that wait, the one that is being decided included. */
  get queued(): number {
    return this.#mailbox.waiting;
  }

  /** Rows of the journal that wait for the store. */
  get keptBack(): number {
    return this.#writes.keptBack;
  }

  /** Rows of the team that could not be stored since the start, and were set aside. */
  get setAside(): number {
    return this.#writes.setAside;
  }

  /**
   * Does what a person asks for. Resolves when it is stored; `executed` when the switch has confirmed, and rejects with
   * `call-failed` when the switch could not. A refusal rejects with its `DomainError` and changes nothing. What ends or
   * silences something is done also while the store is away, and its record follows.
   */
  async command(command: Command): Promise<{ executed: Promise<void> }> {
    const onFailure = silences(command) ? 'carry-on' : 'reject';
    const taken = await this.#mailbox.run(() => this.#take(command, onFailure));
    const executed = taken.executed.catch((error: unknown) => {
      throw new DomainError('call-failed', 'The switch could not do it.', {}, { cause: error });
    });
    executed.catch(() => undefined);
    return { executed };
  }

  /** Takes in what has happened. Never rejects, but for a `CallArrived` that cannot be stored: nobody would ever see it. */
  async tell(fact: Fact): Promise<void> {
    const mayRefuse = fact.type === 'CallArrived';
    await this.#mailbox.run<unknown>(() => (mayRefuse ? this.#take(fact, 'reject') : this.#learn(fact)));
  }

  /**
   * Waits until `check` gives something; asked now and after every change. `late` says what a time limit comes to.
   */
  when<T>(check: (state: TeamState) => T | undefined, limitMs: number, late: () => T): Promise<T> {
    return this.#waiters.when(check, limitMs, late);
  }

  /**
   * Waits for the switch and the store, and sets no timer any more. Every call is ended, unless calls outlive the server:
   * they stay in the records as they are.
   */
  async stop(): Promise<void> {
    if (this.#deps.switch.capabilities.legsOutliveServer) await this.executor.close();
    else {
      const { executed } = await this.#mailbox.run(() => this.#take({ type: 'CloseAll' }, 'carry-on'));
      await executed.catch(() => undefined);
    }
    await this.#mailbox.drained();
    this.#stopped = true;
    this.#stopListening();
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#writes.waiting) await this.#writes.flush();
    if (this.#writes.waiting) {
      this.#deps.logger.error(
        { teamId: this.#state.config.teamId, rows: this.#writes.keptBack },
        'stopped with events that could not be stored',
      );
    }
  }

  async drained(): Promise<void> {
    await this.#mailbox.drained();
  }

  /** Starts timers for what was loaded. */
  wind(): void {
    this.#schedule();
  }

  /** `executed`: when the switch has done what it was asked for. It is asked before anybody is told. */
  async #take(input: Input, onStoreFailure: 'reject' | 'carry-on'): Promise<{ executed: Promise<void> }> {
    const now = this.#deps.clock.now();
    this.#catchUp();
    this.#deps.meters.decisions.add(input.type);
    const { changes, events, intents } = decide(this.#state, input, now, this.#deps.ids);
    if (events.length > 0) {
      const writes = writesOf(this.#state.config, changes, events, now);
      try {
        await this.#writes.keep(writes, onStoreFailure, this.#state);
      } catch (error) {
        // What was refused may have to be taken back.
        this.#schedule();
        throw error;
      }
    }
    layOver(this.#state, changes);
    const executed = this.#execute(intents);
    // Whoever does not wait for the switch is not told: the executor has logged it.
    executed.catch(() => undefined);
    if (events.length > 0) {
      this.#forgetRemoved(changes);
      this.#tellChanged(changes);
      this.#waiters.wake();
    }
    this.#schedule();
    return { executed };
  }

  /** A rule that is broken ends the call that met it, and no other. */
  async #learn(fact: Fact): Promise<void> {
    try {
      await this.#take(fact, 'carry-on');
    } catch (error) {
      const callId = this.#callOf(fact);
      const { teamId } = this.#state.config;
      this.#deps.logger.error(
        { teamId, callId, fact: fact.type, err: error },
        'a fact could not be taken in',
      );
      if (fact.type === 'Tick' && !fact.only) await this.#tickOneByOne();
      else if (callId && fact.type !== 'IntentFailed') {
        await this.#learn({ type: 'IntentFailed', callId, cause: 'switch-failure' });
      }
    }
  }

  #callOf(fact: Fact): CallId | null {
    if ('callId' in fact) return fact.callId;
    if ('legId' in fact) return this.#state.indices.callOfLeg(fact.legId) ?? null;
    return fact.type === 'Tick' ? (fact.only?.calls[0] ?? null) : null;
  }

  /** Whose time is up stays so until it has been done, or tried. */
  async #tickOneByOne(): Promise<void> {
    const now = this.#deps.clock.now();
    const { calls, agents } = this.#state.indices;
    const [dueCalls, dueAgents] = [calls.due(now), agents.due(now)];
    for (const callId of dueCalls) await this.#learn({ type: 'Tick', only: { calls: [callId], agents: [] } });
    for (const agentId of dueAgents)
      await this.#learn({ type: 'Tick', only: { calls: [], agents: [agentId] } });
    await this.#learn({ type: 'Tick', only: { calls: [], agents: [] } });
  }

  /** What was decided is not undone by one who listens. */
  #tellChanged(changes: Changes): void {
    try {
      this.#events.changed(changes);
    } catch (error) {
      this.#deps.logger.error({ teamId: this.#state.config.teamId, err: error }, 'a listener failed');
    }
  }

  /** Nothing is decided by points in time that a stall has made old. */
  #catchUp(): void {
    if (this.#skippedMs === 0) return;
    const changes = skipTime(this.#state, this.#skippedMs, this.#deps.clock.now());
    layOver(this.#state, changes);
    this.#skippedMs = 0;
    this.#tellChanged(changes);
    this.#schedule();
  }

  async #execute(intents: readonly Intent[]): Promise<void> {
    if (intents.length > 0) await this.executor.run(intents);
  }

  #forgetRemoved({ calls }: Changes): void {
    for (const [callId, { before, after }] of calls) {
      if (!before || before.legs === after?.legs) continue;
      const kept = new Set(after?.legs.map(({ id }) => id));
      const legs = before.legs.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
      this.executor.forgetLegs(legs);
      for (const legId of legs) this.#events.legForgotten(legId);
      if (!after) this.executor.forget(callId);
    }
  }

  #schedule(): void {
    if (this.#stopped) return;
    const now = this.#deps.clock.now();
    const retryAt = this.#writes.waiting ? now + STORE_RETRY_MS : null;
    const deadline = nextDeadline(this.#state);
    const at = Math.min(deadline ?? Infinity, retryAt ?? Infinity);
    if (this.#timer && (this.#timer.at === at || (retryAt !== null && this.#timer.at < at))) return;
    this.#timer?.cancel();
    this.#timer = null;
    if (at === Infinity) return;
    const cancel = this.#deps.clock.after(Math.max(0, at - now), () => {
      this.#timer = null;
      void this.#tick();
    });
    this.#timer = { at, cancel };
  }

  async #tick(): Promise<void> {
    // Not in the mailbox: a store that is slow stops nobody's telephone.
    if (this.#writes.waiting) void this.#writes.flush();
    await this.tell({ type: 'Tick' });
  }
}

/** A person who wants to be heard no longer, or to hear no longer, is not told to wait for a database. */
function silences(command: Command): boolean {
  switch (command.type) {
    case 'Hangup':
    case 'HangupLeg':
    case 'Hold':
    case 'Reject':
    case 'SignOut':
    case 'Pause':
    case 'Lock':
    case 'EndAcw':
      return true;
    case 'Mute':
      return command.muted;
    default:
      return false;
  }
}
