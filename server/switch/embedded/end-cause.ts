import type { EndCause } from '../../core/ports/switch.ts';

/** Q.850 cause values to words (ITU-T Q.850 table 1). */
const BY_Q850: Readonly<Record<number, EndCause>> = {
  1: 'unknown-number',
  3: 'unreachable',
  16: 'normal',
  17: 'busy',
  18: 'no-answer',
  19: 'no-answer',
  20: 'unreachable',
  21: 'rejected',
  22: 'unknown-number',
  26: 'cancelled',
  27: 'unreachable',
  28: 'unknown-number',
  31: 'normal',
  34: 'congestion',
  38: 'congestion',
  41: 'congestion',
  42: 'congestion',
  47: 'congestion',
  57: 'forbidden',
  65: 'not-acceptable',
  79: 'not-acceptable',
  88: 'not-acceptable',
  102: 'expired',
};

const BY_STATUS: Readonly<Record<number, EndCause>> = {
  401: 'forbidden',
  402: 'forbidden',
  403: 'forbidden',
  404: 'unknown-number',
  406: 'not-acceptable',
  407: 'forbidden',
  410: 'unknown-number',
  415: 'not-acceptable',
  484: 'unknown-number',
  486: 'busy',
  487: 'cancelled',
  488: 'not-acceptable',
  502: 'unreachable',
  503: 'congestion',
  504: 'unreachable',
  600: 'busy',
  603: 'rejected',
  604: 'unknown-number',
  606: 'not-acceptable',
  607: 'rejected',
  608: 'rejected',
};

/** The status that refuses an offered leg. */
const STATUS: Readonly<Record<EndCause, number>> = {
  normal: 480,
  busy: 486,
  'no-answer': 480,
  cancelled: 487,
  rejected: 603,
  'unknown-number': 404,
  unreachable: 480,
  forbidden: 403,
  'not-acceptable': 488,
  congestion: 503,
  'media-lost': 500,
  'signalling-lost': 500,
  'switch-failure': 500,
  expired: 480,
  // Told of a leg that lives on; nobody is refused with it.
  'handed-over': 480,
};

const Q850: Readonly<Record<EndCause, number>> = {
  normal: 16,
  busy: 17,
  'no-answer': 19,
  cancelled: 26,
  rejected: 21,
  'unknown-number': 1,
  unreachable: 20,
  forbidden: 57,
  'not-acceptable': 88,
  congestion: 42,
  'media-lost': 41,
  'signalling-lost': 41,
  'switch-failure': 38,
  expired: 102,
  'handed-over': 16,
};

/** The cause in a Reason header (RFC 3326); null when it has none that we know. */
export function causeOfReason(reason: string): EndCause | null {
  const value = /^\s*Q\.850\s*;.*?\bcause\s*=\s*(\d+)/i.exec(reason)?.[1];
  return value === undefined ? null : (BY_Q850[Number(value)] ?? null);
}

/** A refusal in words (RFC 3398 §7.2.4.1); the Reason header knows better than the status. */
export function causeOfStatus(status: number, reason: string, hadRung: boolean): EndCause {
  const known = causeOfReason(reason) ?? BY_STATUS[status];
  if (known) return known;
  // Nobody there, or nobody who took it: the ringing tells which.
  if (status === 408 || status === 480) return hadRung ? 'no-answer' : 'unreachable';
  if (status >= 500) return 'congestion';
  return 'rejected';
}

export function statusOfCause(cause: EndCause): number {
  return STATUS[cause];
}

/** The Reason header for a BYE, CANCEL or refusal. */
export function reasonOfCause(cause: EndCause): string {
  return `Q.850;cause=${Q850[cause]}`;
}
