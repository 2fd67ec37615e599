import { DomainError } from '../core/kernel/domain-error.ts';
import type { AgentId, EndpointId } from '../core/kernel/ids.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import type { Switch } from '../core/ports/switch.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { nextDeadline } from '../core/team/deadlines.ts';
import { decide, silences } from '../core/team/decide.ts';
import type { Fact, Input, Order } from '../core/team/input.ts';
import type { Changes } from '../core/model/changes.ts';
import { Grouping } from './grouping.ts';
import type { Group } from './grouping.ts';
import type { TeamConfig } from '../core/model/set-up.ts';
import type { OwnedTeam, TeamState } from '../core/model/team.ts';
import { skipTime } from '../core/model/time-skip.ts';
import { factWrites, undoOf, writesOf } from './writes.ts';
import { LiveWrites } from './committing.ts';
import { FactTracker } from './projections/fact-tracker.ts';
import type { Facts } from '../core/ports/facts.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { LiveMeters } from './live-meters.ts';
import { LinkBook, isNews } from './links/link-book.ts';
import type { LinkFigures, PhoneState } from './links/link-book.ts';
import { Mailbox } from './mailbox.ts';
import { CarryingOut, type RuntimeEvents, type Taken } from './carrying-out.ts';
import { Inbox, type Waiting } from './inbox.ts';
import { Alarm } from './alarm.ts';
import { Learning } from './learning.ts';
import { Waiters } from './waiters.ts';
import type { Sounds } from './effects/sounds.ts';
import { SwitchExecutor } from './effects/switch-executor.ts';
import type { LiveRepositories } from '../core/ports/live-store.ts';
import type { Lease } from './ownership/lease.ts';

export interface RuntimeDeps {
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
  readonly switch: Switch;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly meters: LiveMeters;
  /** The right to the team, without which nothing is stored and nothing is asked of the switch. */
  readonly lease: Lease;
  readonly sounds?: Sounds;
}

/** After a store that failed, facts are written again after this time, ms. */
const STORE_RETRY_MS = 1_000;

const NOTHING_TO_DO: Taken = { executed: Promise.resolve() };

/**
 * One team's live state and the mailbox that owns it. For each input: decide, store, carry on with the new state, ask the
 * switch, tell. Nothing waits for the switch inside the mailbox.
 */
export class TeamRuntime {
  readonly executor: SwitchExecutor;
  readonly #links: LinkBook;
  readonly #state: OwnedTeam;
  readonly #deps: RuntimeDeps;
  readonly #carrying: CarryingOut;
  readonly #mailbox = new Mailbox();
  readonly #waiters: Waiters;
  readonly #writes: LiveWrites;
  readonly #facts = new FactTracker();
  readonly #grouping: Grouping;
  readonly #inbox: Inbox<Taken>;
  readonly #learning: Learning<Taken>;
  readonly #alarm: Alarm;
  #stopped = false;
  #abandoned = false;
  /** How far the clock has jumped since the last decision, ms. */
  #skippedMs = 0;
  readonly #stopListening: () => void;

  /** `open`: spans and parts that an earlier server has left without an end. */
  constructor(
    state: OwnedTeam,
    deps: RuntimeDeps,
    events: RuntimeEvents,
    open: Facts = { spans: [], parts: [] },
  ) {
    this.#state = state;
    this.#deps = deps;
    this.#links = new LinkBook(state, deps.clock.now());
    this.#waiters = new Waiters(deps.clock, () => state);
    const owed = factWrites(this.#facts.resume(open, state, deps.clock.now()));
    this.#writes = new LiveWrites(state.config.teamId, deps, owed);
    this.#grouping = new Grouping(state, deps.clock.now(), {
      ids: deps.ids,
      facts: this.#facts,
      factsOf: (config, changes, team) => this.#factsOf(config, changes, team),
    });
    this.#inbox = new Inbox(
      this.#mailbox,
      (turn) => this.#together(turn),
      async () => deps.clock.gathered?.(),
    );
    this.#learning = new Learning({
      state,
      logger: deps.logger,
      now: () => deps.clock.now(),
      take: async (fact) => (this.#abandoned ? NOTHING_TO_DO : this.#take(fact, 'carry-on')),
      nothing: NOTHING_TO_DO,
    });
    this.#alarm = new Alarm(deps.clock, () => void this.#tick());
    this.#stopListening =
      deps.clock.onSkip?.((ms) => {
        this.#skippedMs += ms;
        this.#links.skip(ms);
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
      deps,
    );
    const { executor } = this;
    this.#carrying = new CarryingOut({
      ...{ ...deps, state, links: this.#links, executor, events },
      giveUp: (callId) => void this.tell({ type: 'IntentFailed', callId, cause: 'switch-failure' }),
    });
  }

  get state(): TeamState {
    return this.#state;
  }

  get links(): LinkFigures {
    return this.#links;
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
  async command(command: Order): Promise<{ executed: Promise<void> }> {
    const onFailure = silences(command) ? 'carry-on' : 'reject';
    const taken = await this.#inbox.submit(command, true, () => this.#take(command, onFailure));
    const executed = taken.executed.catch((error: unknown) => {
      throw new DomainError('call-failed', 'The switch could not do it.', {}, { cause: error });
    });
    executed.catch(() => undefined);
    return { executed };
  }

  /** Takes in what has happened. Never rejects, but for a `CallArrived` that cannot be stored: nobody would ever see it. */
  async tell(fact: Fact): Promise<void> {
    const mayRefuse = fact.type === 'CallArrived';
    await this.#inbox.submit(fact, false, () =>
      mayRefuse ? this.#take(fact, 'reject') : this.#learning.learn(fact),
    );
  }

  /** A page has been heard of. Only the one that carries the voice counts; the agent's other tabs have no phone of their own. */
  async heartbeat(agentId: AgentId, clientId: string, phone: PhoneState | null): Promise<void> {
    const page = this.#state.pages.get(agentId);
    if (page?.clientId !== clientId || !phone) return;
    this.#links.heard(agentId, this.#deps.clock.now());
    if (isNews(page, phone)) await this.tell({ type: 'PageSeen', agentId, clientId, phone });
  }

  measured(endpointId: EndpointId, latencyMs: number | null): void {
    if (this.#links.latencyOf(endpointId) === latencyMs) return;
    this.#links.measured(endpointId, latencyMs);
    this.#carrying.measured(endpointId);
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
    this.#alarm.stop();
    if (this.#writes.waiting) await this.#writes.flush();
    if (this.#writes.waiting) {
      this.#deps.logger.error(
        { teamId: this.#state.config.teamId, rows: this.#writes.keptBack },
        'stopped with events that could not be stored',
      );
    }
  }

  /** Another process owns the team: from here on nothing is decided, stored or asked of the switch. */
  abandon(): void {
    this.#abandoned = true;
    this.#stopped = true;
    this.#stopListening();
    this.#alarm.stop();
    void this.executor.close();
    this.#writes.abandon();
  }

  async drained(): Promise<void> {
    await this.#mailbox.drained();
  }

  /** Starts timers for what was loaded. */
  wind(): void {
    this.#schedule();
  }

  /** False: nothing was stored and nothing done, and each has to be taken alone. */
  async #together(turn: ReadonlyArray<Waiting<Taken>>): Promise<boolean> {
    // While the store is away each goes by its own rule; a lease that is not certain is for each to ask about.
    if (this.#abandoned || this.#writes.waiting || !this.#deps.lease.sure) return false;
    for (const agentId of this.#links.silent(this.#deps.clock.now())) await this.#fellSilent(agentId);
    const now = this.#deps.clock.now();
    this.#catchUp();
    let group: Group;
    try {
      group = this.#grouping.decide(turn, now);
    } catch {
      // Who has broken a rule is found, and told, when each is taken alone.
      return false;
    }
    const undo = () => {
      group.giveUp();
      return undoOf(this.#state, this.#facts, group.writes, this.#deps.clock.now());
    };
    try {
      await this.#writes.keep(group.writes, 'reject', undo);
    } catch {
      group.giveUp();
      return false;
    }
    try {
      // As in `#take`.
      if (!this.#deps.lease.sure) await this.#deps.lease.confirm();
    } catch (error) {
      for (const { input, refusable, resolve, reject } of turn) {
        if (refusable || input.type === 'CallArrived') reject(error);
        else resolve(NOTHING_TO_DO);
      }
      return true;
    }
    for (const [index, { input, resolve, reject }] of turn.entries()) {
      this.#deps.meters.decisions.add(input.type);
      const outcome = group.outcomes[index];
      if (!outcome || outcome instanceof DomainError) reject(outcome);
      else {
        try {
          resolve(this.#carrying.carryOut(outcome));
        } catch (error) {
          reject(error);
        }
      }
    }
    this.#waiters.wake();
    this.#schedule();
    return true;
  }

  /** `executed`: when the switch has done what it was asked for. It is asked before anybody is told. */
  async #take(input: Input, onStoreFailure: 'reject' | 'carry-on'): Promise<Taken> {
    if (!this.#deps.lease.sure) await this.#deps.lease.confirm();
    for (const agentId of this.#links.silent(this.#deps.clock.now())) await this.#fellSilent(agentId);
    const now = this.#deps.clock.now();
    this.#catchUp();
    this.#deps.meters.decisions.add(input.type);
    const decision = decide(this.#state, input, now, this.#deps.ids);
    const { changes, events } = decision;
    if (events.length > 0) {
      const config = changes.setUp?.after ?? this.#state.config;
      const facts = this.#factsOf(config, changes, this.#state);
      const writes = writesOf(config, changes, events, now, facts);
      const undo = () => undoOf(this.#state, this.#facts, writes, this.#deps.clock.now());
      try {
        await this.#writes.keep(writes, onStoreFailure, undo);
        this.#facts.take(facts);
      } catch (error) {
        // What was refused may have to be taken back.
        this.#schedule();
        throw error;
      }
    }
    // The process may have been stopped since: what was stored is then carried out by the one who has the team.
    if (!this.#deps.lease.sure) await this.#deps.lease.confirm();
    this.#grouping.follow(changes);
    const taken = this.#carrying.carryOut(decision);
    if (events.length > 0) this.#waiters.wake();
    this.#schedule();
    return taken;
  }

  /** No call fails because of a report. */
  #factsOf(config: TeamConfig, changes: Changes, { calls }: TeamState): Facts {
    try {
      return this.#facts.of(changes, { config, calls });
    } catch (error) {
      this.#deps.logger.error({ teamId: this.#state.config.teamId, err: error }, 'reports lack a change');
      return { spans: [], parts: [] };
    }
  }

  /** Nothing is decided as if a page were there that is not. */
  async #fellSilent(agentId: AgentId): Promise<void> {
    const clientId = this.#state.pages.get(agentId)?.clientId;
    if (clientId) await this.#learning.learn({ type: 'PageFellSilent', agentId, clientId });
  }

  /** Nothing is decided by points in time that a stall has made old. */
  #catchUp(): void {
    if (this.#skippedMs === 0) return;
    const changes = skipTime(this.#state, this.#skippedMs, this.#deps.clock.now());
    this.#grouping.follow(changes);
    this.#skippedMs = 0;
    this.#carrying.moved(changes);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#stopped) return;
    const now = this.#deps.clock.now();
    const retryAt = this.#writes.waiting ? now + STORE_RETRY_MS : null;
    const deadline = nextDeadline(this.#state);
    const at = Math.min(deadline ?? Infinity, retryAt ?? Infinity, this.#links.next);
    // A store that failed is asked again no later for what has come since.
    const set = this.#alarm.at;
    if (retryAt !== null && set !== null && set < at) return;
    this.#alarm.set(at);
  }

  async #tick(): Promise<void> {
    // Not in the mailbox: a store that is slow stops nobody's telephone.
    if (this.#writes.waiting) void this.#writes.flush();
    const now = this.#deps.clock.now();
    if ((nextDeadline(this.#state) ?? Infinity) <= now || this.#links.isDue(now)) {
      await this.tell({ type: 'Tick' });
    } else this.#schedule();
  }
}
