import { DomainError } from '../core/kernel/domain-error.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import { StorageError, isAbsence, type UnitOfWork } from '../core/ports/unit-of-work.ts';
import type { TeamId } from '../core/kernel/ids.ts';
import {
  NOTHING,
  factWrites,
  factsIn,
  firstPart,
  isEmpty,
  merge,
  piecesOf,
  store,
  without,
} from './writes.ts';
import type { Undo, Writes } from './writes.ts';
import { WholeCalls } from './call-writes.ts';
import type { LiveMeters } from './live-meters.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { CallRow, JournalRow, LiveRepositories } from '../core/ports/live-store.ts';
import { LeaseLost, type Lease } from './ownership/lease.ts';

/** A live team waits so long for the store, then the store counts as away, ms. Nobody on a line waits for a disk. */
const LIVE_WRITE_MS = 400;
/** What is kept back is written outside the mailbox, where nobody waits, ms. */
const BACKLOG_WRITE_MS = 5_000;
/** So many rows of what is kept back are tried beside a live write; more go by themselves, in parts. */
const FEW_ROWS = 100;
const ROWS_A_PART = 500;
/** Beyond this the oldest events are given up, and that is told; calls and presences are kept, in their last state. */
const MOST_ROWS = 50_000;

export interface LiveWritesDeps {
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly meters: LiveMeters;
  readonly lease: Lease;
}

/**
 * What a live team writes. When the store is away, refused commands leave no trace, and what cannot be refused is kept back
 * in memory and written when the store is there again, in order. A row that its table does not take, now or ever, is set aside
 * for the operator: nothing else waits for it, and nobody is refused for it.
 */
export class LiveWrites {
  readonly #teamId: TeamId;
  readonly #deps: LiveWritesDeps;
  /** What could not be stored yet. Facts stay true when the database is away. */
  #backlog: Writes;
  /** Kept perhaps, by a commit whose outcome was never heard: taken out again by the next write. */
  #doubtful = {
    journal: new Map<string, JournalRow>(),
    calls: new Map<string, CallRow>(),
    outbox: new Set<string>(),
    facts: NOTHING,
  };
  readonly #whole = new WholeCalls();
  /** It has taken too long to answer: only the backlog asks it until it has answered. */
  #away = false;
  #told = false;
  #flushing: Promise<void> | null = null;
  #keeping: Promise<void> = Promise.resolve();
  #lostRows = 0;
  #setAside = 0;

  /** `owed`: what is to be stored with the first write, or after a second. */
  constructor(teamId: TeamId, deps: LiveWritesDeps, owed: Writes = NOTHING) {
    this.#teamId = teamId;
    this.#backlog = owed;
    this.#deps = deps;
  }

  /** Whether something has to be written later: see `flush`. */
  get waiting(): boolean {
    return this.#away || !isEmpty(this.#backlog) || this.#isDoubtful;
  }

  /** Rows of the journal that are kept back. */
  get keptBack(): number {
    return this.#backlog.journal.length;
  }

  /** Rows that were set aside since the start. */
  get setAside(): number {
    return this.#setAside;
  }

  /**
   * Stores what a decision has written. `reject`: throws `unavailable` when it cannot be, and nothing of it is kept;
   * `carry-on`: it is kept back and written later. `undo`: what takes it out again, when it was kept perhaps.
   */
  keep(writes: Writes, onFailure: 'reject' | 'carry-on', undo: () => Undo): Promise<void> {
    if (isEmpty(writes)) return Promise.resolve();
    const kept = this.#keep(writes, onFailure, undo);
    this.#keeping = kept.catch(() => undefined);
    return kept;
  }

  async #keep(writes: Writes, onFailure: 'reject' | 'carry-on', undo: () => Undo): Promise<void> {
    if (onFailure === 'reject' && this.#flushing !== null && !this.#away) await this.#flushing;
    if (this.#away || this.#flushing !== null || this.keptBack > FEW_ROWS) {
      if (onFailure === 'reject') throw unavailable();
      this.#keepBack(writes);
      return;
    }
    const all = merge(this.#backlog, writes);
    try {
      await this.#write(all, LIVE_WRITE_MS);
      this.#backlog = NOTHING;
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      if (!isAbsence(error)) {
        this.#backlog = all;
        await this.#drain(LIVE_WRITE_MS).catch(() => undefined);
        return;
      }
      if (onFailure === 'carry-on') {
        this.#keepBack(writes);
        return;
      }
      // Also when the store has not answered: what is written next shows that it takes writes again.
      if (isUncertain(error) || this.#away) this.#undo(undo());
      throw unavailable(error);
    }
  }

  /** Writes what was kept back, in parts. Never rejects. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => (this.#flushing = null));
    return this.#flushing;
  }

  /** Another process writes for the team from now on; what is kept back here cannot be joined with that. */
  abandon(): void {
    if (!isEmpty(this.#backlog)) {
      const { logger } = this.#deps;
      logger.error(
        { teamId: this.#teamId, rows: this.keptBack },
        'events that could not be stored are lost: another server has the team',
      );
    }
    this.#backlog = NOTHING;
    this.#away = false;
    this.#doubtful.journal.clear();
    this.#doubtful.calls.clear();
  }

  async #flush(): Promise<void> {
    // What is kept back is in its hands, too.
    await this.#keeping;
    // A failure is told already; the next turn tries again.
    await this.#drain(BACKLOG_WRITE_MS).catch(() => undefined);
  }

  /** Writes all that is kept back, a part at a time. Rejects when the store is away. */
  async #drain(limitMs: number): Promise<void> {
    do await this.#writeApart(piecesOf(firstPart(this.#backlog, ROWS_A_PART)), limitMs);
    while (!isEmpty(this.#backlog));
  }

  /** Writes all together, and in halves when a row among them cannot be stored, until that row is alone. */
  async #writeApart(pieces: readonly Writes[], limitMs: number): Promise<void> {
    const all = merge(...pieces);
    try {
      await this.#write(all, limitMs);
      // What has changed meanwhile is still to be written.
      this.#backlog = without(this.#backlog, all);
    } catch (error) {
      if (isAbsence(error) || error instanceof LeaseLost) throw error;
      if (pieces.length <= 1) {
        this.#putAside(all, error);
        return;
      }
      const half = Math.ceil(pieces.length / 2);
      await this.#writeApart(pieces.slice(0, half), limitMs);
      await this.#writeApart(pieces.slice(half), limitMs);
    }
  }

  #putAside(piece: Writes, error: unknown): void {
    this.#backlog = without(this.#backlog, piece);
    this.#whole.forget(piece.calls.keys());
    const { logger, clock, ids } = this.#deps;
    const reason = error instanceof Error ? error.message : String(error);
    const { journal, calls, presences, spans, parts, outbox, setAside } = piece;
    const content = {
      ...factsIn(piece),
      journal,
      calls: [...calls.values()],
      presences: [...presences.values()],
      outbox,
    };
    const subjects = [
      ...[...journal, ...outbox].map((row) => row.subject),
      ...[calls, presences, spans, parts].flatMap((rows) => [...rows.keys()]),
    ];
    if (isEmpty({ ...piece, setAside: [] })) {
      // Not even as text: what is known of it stands in the log of before.
      logger.error({ teamId: this.#teamId, rows: setAside.map(({ id }) => id), err: error }, 'rows are lost');
      return;
    }
    this.#setAside += 1;
    const row = { id: ids.next('aside'), teamId: this.#teamId, time: clock.now(), reason, content };
    logger.error(
      { teamId: this.#teamId, setAside: row.id, subjects, err: error },
      'a row that the database does not take was set aside in the table set_aside; everything else goes on',
    );
    this.#backlog = { ...this.#backlog, setAside: [...this.#backlog.setAside, row] };
  }

  async #write(writes: Writes, limitMs: number): Promise<void> {
    const { unitOfWork, clock, meters, lease } = this.#deps;
    const live = limitMs === LIVE_WRITE_MS;
    const journal = [...this.#doubtful.journal.values()];
    const calls = [...this.#doubtful.calls.values()];
    const facts = factsIn(this.#doubtful.facts);
    const told = [...this.#doubtful.outbox];
    const limit = new AbortController();
    const cancel = clock.after(limitMs, () => limit.abort());
    try {
      await meters.commits.time(live ? 'live' : 'backlog', () =>
        unitOfWork.run(
          async (repositories) => {
            await lease.fence(repositories);
            await repositories.journal.retract(journal);
            await repositories.outbox.retract(told);
            for (const call of calls) await repositories.calls.retract(call.teamId, call.id);
            await repositories.facts.retract(facts);
            await store(repositories, writes, this.#whole.completed(writes.calls));
          },
          { signal: limit.signal, ...(live ? { live: 'commits' } : {}) },
        ),
      );
      this.#doubtful.journal.clear();
      this.#doubtful.calls.clear();
      this.#doubtful.facts = NOTHING;
      this.#doubtful.outbox.clear();
      this.#whole.stored(writes.calls);
      this.#worked();
    } catch (error) {
      if (isUncertain(error)) {
        for (const row of writes.journal) this.#doubtful.journal.set(`${row.subject}/${row.sequence}`, row);
        for (const { id } of writes.outbox) this.#doubtful.outbox.add(id);
      }
      if (limit.signal.aborted) this.#away = true;
      if (isAbsence(error)) this.#failed(error);
      throw error;
    } finally {
      cancel();
    }
  }

  get #isDoubtful(): boolean {
    const { journal, calls, outbox, facts } = this.#doubtful;
    return journal.size > 0 || calls.size > 0 || outbox.size > 0 || !isEmpty(facts);
  }

  #undo({ said, unmade }: Undo): void {
    for (const call of unmade.calls) this.#doubtful.calls.set(call.id, call);
    this.#doubtful.facts = merge(this.#doubtful.facts, factWrites(unmade.facts));
    this.#backlog = merge(this.#backlog, said);
  }

  #keepBack(writes: Writes): void {
    const all = merge(this.#backlog, writes);
    const surplus = Math.max(0, all.journal.length - MOST_ROWS);
    this.#lostRows += surplus;
    this.#backlog = surplus === 0 ? all : { ...all, journal: all.journal.slice(surplus) };
  }

  #failed(error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    this.#deps.logger.error({ teamId: this.#teamId, err: error }, 'storing failed');
  }

  #worked(): void {
    this.#away = false;
    if (!this.#told) return;
    this.#told = false;
    const { logger } = this.#deps;
    if (this.#lostRows > 0) {
      logger.error(
        { teamId: this.#teamId, events: this.#lostRows },
        'the journal lacks its oldest events of the time when the store was away',
      );
      this.#lostRows = 0;
    }
    logger.info({ teamId: this.#teamId }, 'storing works again');
  }
}

function isUncertain(error: unknown): boolean {
  return error instanceof StorageError && error.uncertain;
}

function unavailable(cause?: unknown): DomainError {
  return new DomainError('unavailable', 'The database is not available.', {}, { cause });
}
