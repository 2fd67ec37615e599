import type { Intent } from '../core/ports/effects.ts';
import { DomainError } from '../core/kernel/domain-error.ts';
import type { LegId } from '../core/kernel/ids.ts';
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
import { Mailbox } from './mailbox.ts';
import { SwitchExecutor } from './effects/switch-executor.ts';

export interface RuntimeDeps {
  readonly unitOfWork: UnitOfWork;
  readonly switch: Switch;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** What the team's runtime tells the rest of the application. */
export interface RuntimeEvents {
  /** The team has been changed so. */
  changed(changes: Changes): void;
  legDialled(legId: LegId): void;
}

/** After a store that failed, facts are written again after this time, ms. */
const STORE_RETRY_MS = 1_000;

interface Waiter {
  check(): void;
}

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
  readonly #waiters = new Set<Waiter>();
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
        tell: (fact) => this.tell(fact),
        progressed: () => this.#wake(),
      },
      deps.logger,
    );
  }

  get state(): TeamState {
    return this.#state;
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
    const intents = await this.#mailbox.run(() => this.#take(command, onFailure));
    const executed = this.#execute(intents).catch((error: unknown) => {
      throw new DomainError('call-failed', 'The switch could not do it.', {}, { cause: error });
    });
    // Whoever does not wait for the switch is not told twice: the executor has logged it.
    executed.catch(() => undefined);
    return { executed };
  }

  /** Takes in what has happened. Never rejects, but for a `CallArrived` that cannot be stored: nobody would ever see it. */
  async tell(fact: Fact): Promise<void> {
    const onFailure = fact.type === 'CallArrived' ? 'reject' : 'carry-on';
    const intents = await this.#mailbox.run(() => this.#take(fact, onFailure));
    this.#execute(intents).catch(() => undefined);
  }

  /**
   * Waits until `check` gives something; asked now and after every change. `late` says what a time limit comes to.
   */
  when<T>(check: (state: TeamState) => T | undefined, limitMs: number, late: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => T): void => {
        this.#waiters.delete(waiter);
        cancel();
        try {
          resolve(outcome());
        } catch (error) {
          reject(error);
        }
      };
      const waiter: Waiter = {
        check: () => {
          let found: T | undefined;
          try {
            found = check(this.#state);
          } catch (error) {
            settle(() => {
              throw error;
            });
            return;
          }
          if (found !== undefined) settle(() => found as T);
        },
      };
      const cancel = this.#deps.clock.after(limitMs, () => settle(late));
      this.#waiters.add(waiter);
      waiter.check();
    });
  }

  /**
   * Waits for the switch and the store, and sets no timer any more. Every call is ended, unless calls outlive the server:
   * they stay in the records as they are.
   */
  async stop(): Promise<void> {
    if (this.#deps.switch.capabilities.legsOutliveServer) await this.executor.close();
    else {
      const intents = await this.#mailbox.run(() => this.#take({ type: 'CloseAll' }, 'carry-on'));
      await this.#execute(intents).catch(() => undefined);
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

  async #take(input: Input, onStoreFailure: 'reject' | 'carry-on'): Promise<readonly Intent[]> {
    const now = this.#deps.clock.now();
    this.#catchUp();
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
    if (events.length > 0) {
      this.#forgetRemoved(changes);
      this.#events.changed(changes);
      this.#wake();
    }
    this.#schedule();
    return intents;
  }

  /** Nothing is decided by points in time that a stall has made old. */
  #catchUp(): void {
    if (this.#skippedMs === 0) return;
    const changes = skipTime(this.#state, this.#skippedMs, this.#deps.clock.now());
    layOver(this.#state, changes);
    this.#skippedMs = 0;
    this.#events.changed(changes);
    this.#schedule();
  }

  async #execute(intents: readonly Intent[]): Promise<void> {
    if (intents.length > 0) await this.executor.run(intents);
  }

  #forgetRemoved({ calls }: Changes): void {
    for (const [callId, { before, after }] of calls) {
      if (before && !after) {
        this.executor.forget(
          callId,
          before.legs.map((leg) => leg.id),
        );
      }
    }
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter.check();
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
