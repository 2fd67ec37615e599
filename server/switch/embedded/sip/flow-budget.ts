import type { Clock } from '../../../core/kernel/clock.ts';
import { TokenBucket } from './token-bucket.ts';

/** Messages of one socket: at once, then one each so many ms. A page with a call says less than one a second. */
const STRANGER = { burst: 20, everyMs: 200 };
const KNOWN = { burst: 500, everyMs: 10 };
/** Bytes of one socket, counted in pieces of 1 KiB. */
const STRANGER_BYTES = { burst: 64, everyMs: 62.5 };
const KNOWN_BYTES = { burst: 1024, everyMs: 4 };

/** A stranger's first messages, enough to register with, come out of its own budget alone. */
const OWN = 6;

/** Spends from a budget that others spend from, too. Returns ms until there is some again. */
export type SpendShared = () => number;

/** What one socket may send: little until somebody has registered on it, and then enough for anything but a flood. */
export class FlowBudget {
  readonly #isKnown: () => boolean;
  readonly #shared: SpendShared;
  readonly #stranger: Buckets;
  readonly #known: Buckets;
  #count = 0;

  /** `shared` is for strangers of the same network, so that many sockets get no more than a few. */
  constructor(clock: Clock, isKnown: () => boolean, shared: SpendShared) {
    const bucket = ({ burst, everyMs }: { burst: number; everyMs: number }): TokenBucket =>
      new TokenBucket(clock, burst, everyMs);
    this.#isKnown = isKnown;
    this.#shared = shared;
    this.#stranger = [bucket(STRANGER), bucket(STRANGER_BYTES)];
    this.#known = [bucket(KNOWN), bucket(KNOWN_BYTES)];
  }

  /**
   * Counts one message. Returns how long nothing more should be served, ms; 0: go on. What comes before that is over is owed
   * by this socket alone.
   */
  spend(bytes: number): number {
    const early = this.#count++ < OWN;
    if (!early && this.#isKnown()) return spendOf(this.#known, bytes);
    const owes = waitOf(this.#stranger) > 0;
    const own = spendOf(this.#stranger, bytes);
    if (early && own === 0) return 0;
    if (early && this.#isKnown()) return spendOf(this.#known, bytes);
    return owes ? own : Math.max(own, this.#shared());
  }
}

type Buckets = readonly [messages: TokenBucket, kibibytes: TokenBucket];

function spendOf(buckets: Buckets, bytes: number): number {
  buckets[0].spend();
  buckets[1].spend(bytes / 1024);
  return waitOf(buckets);
}

function waitOf([messages, kibibytes]: Buckets): number {
  return Math.max(messages.wait, kibibytes.wait);
}
