import type { Clock } from '../../../core/ports/clock.ts';
import { TokenBucket } from './token-bucket.ts';

/** Messages of one socket: at once, then one each so many ms. A page with a call says less than one a second. */
const STRANGER = { burst: 20, everyMs: 200 };
const KNOWN = { burst: 500, everyMs: 10 };
/** Bytes of one socket, counted in pieces of 1 KiB. */
const STRANGER_BYTES = { burst: 64, everyMs: 62.5 };
const KNOWN_BYTES = { burst: 1024, everyMs: 4 };

/** A stranger's first messages, enough to register with, come out of its own budget alone. */
const OWN = 6;

/** A budget that others spend from, too. */
export interface SharedBudget {
  /** ms until there is some again. */
  wait(): number;
  take(): boolean;
}

/** What one socket may send: little until somebody has registered on it, and then enough for anything but a flood. */
export class FlowBudget {
  readonly #isKnown: () => boolean;
  readonly #shared: SharedBudget;
  readonly #stranger: readonly [TokenBucket, TokenBucket];
  readonly #known: readonly [TokenBucket, TokenBucket];
  #count = 0;

  /** `shared` is for strangers of the same network, so that many sockets get no more than a few. */
  constructor(clock: Clock, isKnown: () => boolean, shared: SharedBudget) {
    const bucket = ({ burst, everyMs }: { burst: number; everyMs: number }): TokenBucket =>
      new TokenBucket(clock, burst, everyMs);
    this.#isKnown = isKnown;
    this.#shared = shared;
    this.#stranger = [bucket(STRANGER), bucket(STRANGER_BYTES)];
    this.#known = [bucket(KNOWN), bucket(KNOWN_BYTES)];
  }

  /** Counts one message. Returns how long nothing more should be read, ms; 0: go on. */
  spend(bytes: number): number {
    const own = spendOf(this.#stranger, bytes);
    if (own === 0 && this.#count++ < OWN) return 0;
    if (this.#isKnown()) return spendOf(this.#known, bytes);
    return Math.max(own, this.#shared.take() ? 0 : this.#shared.wait());
  }
}

function spendOf([messages, kibibytes]: readonly [TokenBucket, TokenBucket], bytes: number): number {
  messages.spend();
  kibibytes.spend(bytes / 1024);
  return Math.max(messages.wait, kibibytes.wait);
}
