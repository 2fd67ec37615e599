interface Task {
  run: () => Promise<void>;
  /** Its place went to another. */
  turnOut: () => void;
}

interface Lane {
  readonly tasks: Task[];
  busy: boolean;
  pauses: number;
  /** It was paused: who came last is first. */
  slowed: boolean;
}

interface Source {
  /** Each lane is worked off one after the other. In the order of their turns. */
  readonly lanes: Map<string, Lane>;
  waiting: number;
  pauses: number;
  slowed: boolean;
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
 * behind himself and not before others. Where something was paused, who came last is first: whoever filled it waits for
 * what he has brought, and one who comes after him does not.
 */
export class FairQueue {
  readonly #options: FairQueueOptions;
  /** In the order of their turns. */
  readonly #sources = new Map<string, Source>();
  #running = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  /** Null: it was turned out, as the first of the longest lane, when the source had more waiting than it may. */
  run<T>(source: string, lane: string, task: () => Promise<T>): Promise<T | null> {
    const entry = this.#source(source);
    return new Promise<T | null>((resolve, reject) => {
      laneOf(entry, lane).tasks.push({
        run: () => task().then(resolve, reject),
        turnOut: () => resolve(null),
      });
      entry.waiting += 1;
      if (entry.waiting > this.#options.perSource) this.#turnOut(entry);
      this.#start();
    });
  }

  /** Nothing more of this source is begun for so long; others go on. */
  pause(source: string, ms: number): void {
    this.#pause(source, this.#source(source), ms);
  }

  /** Nothing more of this lane is begun for so long; the others of its source go on. */
  pauseLane(source: string, lane: string, ms: number): void {
    this.#pause(source, laneOf(this.#source(source), lane), ms);
  }

  #pause(source: string, what: Source | Lane, ms: number): void {
    what.pauses += 1;
    what.slowed = true;
    this.#options.after(ms, () => {
      what.pauses -= 1;
      this.#tidy(source);
      this.#start();
    });
  }

  #source(source: string): Source {
    const entry = this.#sources.get(source) ?? { lanes: new Map(), waiting: 0, pauses: 0, slowed: false };
    this.#sources.set(source, entry);
    return entry;
  }

  #turnOut(entry: Source): void {
    let longest: Lane | null = null;
    for (const lane of entry.lanes.values()) {
      if (lane.tasks.length > (longest?.tasks.length ?? 0)) longest = lane;
    }
    const first = longest?.tasks.shift();
    if (first === undefined) return;
    entry.waiting -= 1;
    first.turnOut();
  }

  #start(): void {
    while (this.#running < this.#options.atOnce) {
      const next = this.#next();
      if (next === null) return;
      this.#running += 1;
      void next.task.run().finally(() => {
        this.#running -= 1;
        next.lane.busy = false;
        this.#tidy(next.source);
        this.#start();
      });
    }
  }

  #next(): { source: string; lane: Lane; task: Task } | null {
    for (const [source, entry] of this.#sources) {
      if (entry.waiting === 0 || entry.pauses > 0) continue;
      const lanes = entry.slowed ? [...entry.lanes].toReversed() : entry.lanes;
      for (const [name, lane] of lanes) {
        if (lane.busy || lane.pauses > 0) continue;
        const task = lane.slowed ? lane.tasks.pop() : lane.tasks.shift();
        if (task === undefined) continue;
        // To the end of both rows.
        if (!entry.slowed) {
          entry.lanes.delete(name);
          entry.lanes.set(name, lane);
        }
        this.#sources.delete(source);
        this.#sources.set(source, entry);
        lane.busy = true;
        entry.waiting -= 1;
        return { source, lane, task };
      }
    }
    return null;
  }

  #tidy(source: string): void {
    const entry = this.#sources.get(source);
    if (entry === undefined) return;
    for (const [name, { tasks, busy, pauses }] of entry.lanes) {
      if (tasks.length === 0 && !busy && pauses === 0) entry.lanes.delete(name);
    }
    if (entry.lanes.size === 0 && entry.pauses === 0) this.#sources.delete(source);
  }
}

function laneOf(entry: Source, name: string): Lane {
  const lane = entry.lanes.get(name) ?? { tasks: [], busy: false, pauses: 0, slowed: false };
  entry.lanes.set(name, lane);
  return lane;
}
