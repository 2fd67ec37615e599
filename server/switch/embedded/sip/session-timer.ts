import type { Clock } from '../../../core/kernel/clock.ts';
import type { SipHeaders } from './sip-headers.ts';

/** The shortest session interval that we take, s (RFC 4028 §4). */
export const MIN_SESSION_EXPIRES = 90;
/** What we ask for, s. */
export const SESSION_EXPIRES = 1_800;

/** The interval in seconds and who refreshes, seen from the request that negotiates it. */
export interface SessionExpires {
  readonly seconds: number;
  readonly refresher: 'uac' | 'uas' | null;
}

/** Null when there is none or it is malformed. */
export function parseSessionExpires(headers: SipHeaders): SessionExpires | null {
  const match = /^(\d{1,9})\s*(;.*)?$/.exec(headers.get('session-expires') ?? '');
  if (!match) return null;
  const refresher = /;\s*refresher\s*=\s*"?(uac|uas)/i.exec(match[2] ?? '')?.[1]?.toLowerCase();
  return {
    seconds: Number(match[1]),
    refresher: refresher === 'uac' || refresher === 'uas' ? refresher : null,
  };
}

/**
 * The answer to a request with (or without) Session-Expires (RFC 4028 §9): what to write into the 2xx, and whether we refresh.
 * `too-small` is a 422; `off` when neither side wants a timer.
 */
export function negotiateAsServer(headers: SipHeaders):
  | { readonly kind: 'off' }
  | { readonly kind: 'too-small' }
  | {
      readonly kind: 'on';
      readonly seconds: number;
      readonly weRefresh: boolean;
      readonly headers: ReadonlyArray<readonly [string, string]>;
    } {
  const supported = headers.includes('supported', 'timer');
  const asked = parseSessionExpires(headers);
  if (asked && asked.seconds < MIN_SESSION_EXPIRES) return { kind: 'too-small' };
  if (!asked && !supported) return { kind: 'off' };
  const least = Number(/^\d{1,9}/.exec(headers.get('min-se') ?? '')?.[0] ?? 0);
  const seconds = asked?.seconds ?? Math.max(SESSION_EXPIRES, least);
  const weRefresh = !supported || asked?.refresher === 'uas';
  const result: Array<readonly [string, string]> = [
    ['Session-Expires', `${seconds};refresher=${weRefresh ? 'uas' : 'uac'}`],
  ];
  // Only a peer that knows the extension can be told to use it.
  if (supported && !weRefresh) result.push(['Require', 'timer']);
  return { kind: 'on', seconds, weRefresh, headers: result };
}

/** Runs one session interval: refreshes at half of it, or gives up shortly before its end (RFC 4028 §10). */
export class SessionTimer {
  readonly #clock: Clock;
  readonly #refresh: () => void;
  readonly #expire: () => void;
  #cancel: Array<() => void> = [];
  #seconds = 0;

  constructor(clock: Clock, refresh: () => void, expire: () => void) {
    this.#clock = clock;
    this.#refresh = refresh;
    this.#expire = expire;
  }

  /** The interval in force, s; 0: none. */
  get seconds(): number {
    return this.#seconds;
  }

  start(seconds: number, weRefresh: boolean): void {
    this.stop();
    this.#seconds = seconds;
    if (weRefresh) this.#cancel.push(this.#clock.after(seconds * 500, this.#refresh));
    this.#cancel.push(this.#clock.after((seconds - Math.min(32, seconds / 3)) * 1000, this.#expire));
  }

  stop(): void {
    for (const cancel of this.#cancel) cancel();
    this.#cancel = [];
    this.#seconds = 0;
  }
}
