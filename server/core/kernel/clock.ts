/** Time as a port: the core and the use cases never read the wall clock or set timers themselves. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls `fn` once after `ms` milliseconds; the returned function cancels it. Time in which the whole process stood still
   * does not count: a peer is never found silent before it has been listened to.
   */
  after(ms: number, fn: () => void): () => void;
  /**
   * Tells, before `now()` shows it, of a jump of `now()` that timers do not count: ms, negative when the clock was set back.
   * Points in time that somebody's silence is judged by have to be moved by it. Absent: this clock never jumps.
   */
  onSkip?(listener: (ms: number) => void): () => void;
  /**
   * Resolves when everything has been handed on that came to the process at the same time as what is handled now: what is written for
   * all of it costs the database no more than for one. Absent: at once.
   */
  gathered?(): Promise<void>;
}
