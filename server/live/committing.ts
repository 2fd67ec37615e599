import { DomainError } from '../core/kernel/domain-error.ts';
import type { CallRow, JournalRow } from '../core/ports/repositories.ts';
import type { Clock } from '../core/kernel/clock.ts';
import { StorageError, type UnitOfWork } from '../core/ports/unit-of-work.ts';
import type { TeamId } from '../core/kernel/ids.ts';
import type { TeamState } from '../core/model/team.ts';
import { NOTHING, isEmpty, merge, store, undoOf } from './writes.ts';
import type { Writes } from './writes.ts';
import type { Logger } from '../core/kernel/logger.ts';

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
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * What a live team writes. When the store is away, refused commands leave no trace, and what cannot be refused is kept back
 * in memory and written when the store is there again, in order.
 */
export class LiveWrites {
  readonly #teamId: TeamId;
  readonly #deps: LiveWritesDeps;
  /** What could not be stored yet. Facts stay true when the database is away. */
  #backlog: Writes = NOTHING;
  /** Kept perhaps, by a commit whose outcome was never heard: taken out again by the next write. */
  #doubtful = { journal: new Map<string, JournalRow>(), calls: new Map<string, CallRow>() };
  /** It has taken too long to answer: only the backlog asks it until it has answered. */
  #away = false;
  #told = false;
  #flushing: Promise<void> | null = null;
  #lostRows = 0;

  constructor(teamId: TeamId, deps: LiveWritesDeps) {
    this.#teamId = teamId;
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

  /**
   * Stores what a decision has written. `reject`: throws `unavailable` when it cannot be, and nothing of it is kept;
   * `carry-on`: it is kept back and written later.
   */
  async keep(writes: Writes, onFailure: 'reject' | 'carry-on', before: TeamState): Promise<void> {
    if (isEmpty(writes)) return;
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
      if (onFailure === 'carry-on') {
        this.#keepBack(writes);
        return;
      }
      // Also when the store has not answered: what is written next shows that it takes writes again.
      if (isUncertain(error) || this.#away) this.#undo(before, writes);
      throw unavailable(error);
    }
  }

  /** Writes what was kept back, in parts. Never rejects. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => (this.#flushing = null));
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    try {
      do {
        const part = firstPart(this.#backlog);
        await this.#write(part, BACKLOG_WRITE_MS);
        const written = new Set(part.journal);
        // What has changed meanwhile is still to be written.
        this.#backlog = {
          journal: this.#backlog.journal.filter((row) => !written.has(row)),
          calls: without(this.#backlog.calls, part.calls),
          presences: without(this.#backlog.presences, part.presences),
        };
      } while (!isEmpty(this.#backlog));
    } catch {
      // Told already; the next turn tries again.
    }
  }

  async #write(writes: Writes, limitMs: number): Promise<void> {
    const { unitOfWork, clock } = this.#deps;
    const journal = [...this.#doubtful.journal.values()];
    const calls = [...this.#doubtful.calls.values()];
    const limit = new AbortController();
    const cancel = clock.after(limitMs, () => limit.abort());
    try {
      await unitOfWork.run(
        async (repositories) => {
          await repositories.journal.retract(journal);
          for (const call of calls) await repositories.calls.retract(call.teamId, call.id);
          await store(repositories, writes);
        },
        { signal: limit.signal },
      );
      this.#doubtful.journal.clear();
      this.#doubtful.calls.clear();
      this.#worked();
    } catch (error) {
      if (isUncertain(error)) {
        for (const row of writes.journal) this.#doubtful.journal.set(`${row.subject}/${row.sequence}`, row);
      }
      if (limit.signal.aborted) this.#away = true;
      this.#failed(error);
      throw error;
    } finally {
      cancel();
    }
  }

  get #isDoubtful(): boolean {
    return this.#doubtful.journal.size > 0 || this.#doubtful.calls.size > 0;
  }

  #undo(before: TeamState, writes: Writes): void {
    const { unmade, ...undo } = undoOf(before, writes, this.#deps.clock.now());
    for (const call of unmade) this.#doubtful.calls.set(call.id, call);
    this.#backlog = merge(this.#backlog, undo);
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

/** Calls and presences come last: their rows are in their last state, whatever part of the journal has led there. */
function firstPart(writes: Writes): Writes {
  if (writes.journal.length <= ROWS_A_PART) return writes;
  return { journal: writes.journal.slice(0, ROWS_A_PART), calls: new Map(), presences: new Map() };
}

function without<T>(rows: ReadonlyMap<string, T>, written: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...rows].filter(([id, row]) => written.get(id) !== row));
}

function isUncertain(error: unknown): boolean {
  return error instanceof StorageError && error.uncertain;
}

function unavailable(cause?: unknown): DomainError {
  return new DomainError('unavailable', 'The database is not available.', {}, { cause });
}
