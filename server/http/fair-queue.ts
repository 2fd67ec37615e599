interface Task {
  run: () => Promise<void>;
}

interface Source {
  /** Each lane is worked off one after the other. In the order of their turns. */
  readonly lanes: Map<string, Task[]>;
  readonly busy: Set<string>;
  waiting: number;
  paused: boolean;
}

export interface FairQueueOptions {
  /** Tasks that run at the same moment. */
  readonly atOnce: number;
  /** Tasks of one source that may wait. */
  readonly perSource: number;
  readonly after: (ms: number, then: () => void) => void;
}

/**
 * Costly work in turns: the sources take turns, and the lanes of a source take turns in its own. Whoever brings much waits
 * behind himself and not before others.
 */
export class FairQueue {
  readonly #options: FairQueueOptions;
  /** In the order of their turns. */
  readonly #sources = new Map<string, Source>();
  #running = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  /** Null: the source has as much waiting as it may. */
  run<T>(source: string, lane: string, task: () => Promise<T>): Promise<T> | null {
    const entry = this.#sources.get(source) ?? {
      lanes: new Map<string, Task[]>(),
      busy: new Set<string>(),
      waiting: 0,
      paused: false,
    };
    if (entry.waiting >= this.#options.perSource) return null;
    this.#sources.set(source, entry);
    return new Promise<T>((resolve, reject) => {
      const tasks = entry.lanes.get(lane) ?? [];
      tasks.push({ run: () => task().then(resolve, reject) });
      entry.lanes.set(lane, tasks);
      entry.waiting += 1;
      this.#start();
    });
  }

  /** Nothing more of this source is begun for so long; others go on. */
  pause(source: string, ms: number): void {
    const entry = this.#sources.get(source);
    if (entry === undefined) return;
    entry.paused = true;
    this.#options.after(ms, () => {
      entry.paused = false;
      this.#tidy(source, entry);
      this.#start();
    });
  }

  #start(): void {
    while (this.#running < this.#options.atOnce) {
      const next = this.#next();
      if (next === null) return;
      this.#running += 1;
      void next.task.run().finally(() => {
        this.#running -= 1;
        next.entry.busy.delete(next.lane);
        this.#tidy(next.source, next.entry);
        this.#start();
      });
    }
  }

  #next(): { source: string; entry: Source; lane: string; task: Task } | null {
    for (const [source, entry] of this.#sources) {
      if (entry.paused) continue;
      for (const [lane, tasks] of entry.lanes) {
        if (entry.busy.has(lane)) continue;
        const task = tasks.shift();
        if (task === undefined) continue;
        // To the end of both rows.
        entry.lanes.delete(lane);
        if (tasks.length > 0) entry.lanes.set(lane, tasks);
        this.#sources.delete(source);
        this.#sources.set(source, entry);
        entry.busy.add(lane);
        entry.waiting -= 1;
        return { source, entry, lane, task };
      }
    }
    return null;
  }

  #tidy(source: string, entry: Source): void {
    const idle = entry.waiting === 0 && entry.busy.size === 0 && !entry.paused;
    if (idle && this.#sources.get(source) === entry) this.#sources.delete(source);
  }
}
