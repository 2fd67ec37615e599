import { StorageError, type RunOptions, type UnitOfWork } from '../../server/core/ports/unit-of-work.ts';
import { repositories, type Tables } from './memory-repositories.ts';
import { subscriptions, type Repositories } from '../../server/start/tables.ts';

/** A database in memory with real transactions: runs are serialised, and one that throws leaves nothing behind. */
export class MemoryStore implements UnitOfWork<Repositories> {
  tables: Tables = {
    teams: [],
    reasons: [],
    routes: [],
    phones: [],
    roles: [],
    fields: [],
    links: [],
    bindings: [],
    setupLinks: [],
    apiKeys: [],
    webhooks: [],
    deliveries: [],
    removedWebhooks: [],
    agents: [],
    groups: [],
    members: [],
    leaders: [],
    sessions: [],
    passwordResets: [],
    secondFactors: [],
    signOn: [],
    passkeys: [],
    loginChallenges: [],
    tokenIds: [],
    customers: [],
    calls: [],
    presences: [],
    browserPhones: [],
    journal: [],
    setAside: [],
    jobs: [],
    spans: [],
    parts: [],
    outbox: [],
    subscriptions: { ...subscriptions },
    audit: [],
    places: [],
    teamLeases: [],
    answers: [],
    contacts: [],
  };
  /** The database's own clock, ms since the epoch. */
  now: () => number = Date.now;
  /** Runs that fail at their end, after having written, from now on. */
  failures = 0;
  #tail: Promise<unknown> = Promise.resolve();

  /** Another program holds the lock: what only reads goes on, what writes waits until it has no more time. */
  stalled = false;
  /** Commits that are kept and reported as broken, from now on: the connection ends before the answer. */
  brokenCommits = 0;
  /** Whether a table does not take a row that is in these. */
  refuses: (tables: Tables) => boolean = () => false;

  run<T>(fn: (repositories: Repositories) => Promise<T>, { signal }: RunOptions = {}): Promise<T> {
    if (this.stalled) return this.#stall(fn, signal);
    const result = this.#tail.then(async () => {
      const working = structuredClone(this.tables);
      const value = await fn(repositories(working, this.now));
      if (this.failures > 0) {
        this.failures -= 1;
        throw new StorageError('unavailable', 'disk full');
      }
      if (this.refuses(working)) throw new StorageError('bad-row', 'a row that the table does not take');
      // JSON is what a database keeps of a snapshot.
      this.tables = JSON.parse(JSON.stringify(working)) as Tables;
      if (this.brokenCommits > 0) {
        this.brokenCommits -= 1;
        throw new StorageError('unavailable', 'the connection broke', { uncertain: true });
      }
      return value;
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  read<T>(fn: (repositories: Repositories) => Promise<T>): Promise<T> {
    return fn(repositories(structuredClone(this.tables), this.now));
  }

  async #stall<T>(fn: (repositories: Repositories) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const working = structuredClone(this.tables);
    const value = await fn(repositories(working, this.now));
    if (JSON.stringify(working) === JSON.stringify(this.tables)) return value;
    return new Promise((_resolve, reject) => {
      const late = () => reject(new StorageError('unavailable', 'late'));
      if (signal?.aborted === true) late();
      signal?.addEventListener('abort', late);
    });
  }
}
