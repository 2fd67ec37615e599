import type { GroupId } from '../kernel/ids.ts';
import type { QueueRules } from './queue-rules.ts';

/** So many answers say how fast a line moves. */
const ANSWERS = 20;
/** Fewer say nothing. */
const FEWEST = 3;
/** Nor do answers of so long ago, ms. */
const FRESH_MS = 30 * 60_000;

/** What became of the calls of a line on one day by the team's clock, as far as this process has seen it. */
export interface DayCounts {
  readonly day: number;
  /** When the first of them was counted, ms since the epoch. */
  readonly since: number;
  readonly answered: number;
  readonly inTime: number;
  /** Short ones included. */
  readonly abandoned: number;
  readonly shortAbandoned: number;
}

/** A call has left a line: it was answered, or given up. */
export interface LeftLine {
  readonly groupId: GroupId;
  readonly at: number;
  readonly day: number;
  readonly waitedMs: number;
  readonly isAnswered: boolean;
  readonly rules: QueueRules['serviceLevel'];
}

/** How fast lines move, and how many calls were answered in time. Follows from what happens, and is not kept. */
export class LineCounts {
  readonly #answers = new Map<GroupId, number[]>();
  readonly #days = new Map<GroupId, DayCounts>();

  count({ groupId, at, day, waitedMs, isAnswered, rules }: LeftLine): void {
    const known = this.#days.get(groupId);
    const { answered, inTime, abandoned, shortAbandoned, since } =
      known?.day === day ? known : { since: at, answered: 0, inTime: 0, abandoned: 0, shortAbandoned: 0 };
    const isShort = !isAnswered && waitedMs < rules.shortAbandonMs;
    this.#days.set(groupId, {
      day,
      since,
      answered: answered + Number(isAnswered),
      inTime: inTime + Number(isAnswered && waitedMs <= rules.withinMs),
      abandoned: abandoned + Number(!isAnswered),
      shortAbandoned: shortAbandoned + Number(isShort),
    });
    if (isAnswered) this.#answers.set(groupId, [...(this.#answers.get(groupId) ?? []), at].slice(-ANSWERS));
  }

  /** Of the last day on which there were any; undefined: none. */
  dayOf(groupId: GroupId): DayCounts | undefined {
    return this.#days.get(groupId);
  }

  /** From one answer to the next, ms; null: there were too few of late. */
  pace(groupId: GroupId, now: number): number | null {
    const fresh = (this.#answers.get(groupId) ?? []).filter((at) => at > now - FRESH_MS);
    const [first] = fresh;
    return first === undefined || fresh.length < FEWEST ? null : (now - first) / fresh.length;
  }
}
