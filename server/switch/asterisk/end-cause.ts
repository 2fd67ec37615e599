import type { EndCause } from '../../core/ports/switch.ts';

/** Q.850 cause values as Asterisk reports them (ITU-T Q.850 table 1, `causes.h`). */
const BY_Q850: Readonly<Record<number, EndCause>> = {
  1: 'unknown-number',
  2: 'unknown-number',
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
  44: 'media-lost',
  47: 'congestion',
  57: 'forbidden',
  58: 'not-acceptable',
  65: 'not-acceptable',
  79: 'not-acceptable',
  88: 'not-acceptable',
  102: 'expired',
};

/** SIP statuses that Q.850 as Asterisk maps it does not tell apart (RFC 3398 §7.2.4.1). */
const BY_STATUS: Readonly<Record<number, EndCause>> = {
  401: 'forbidden',
  403: 'forbidden',
  404: 'unknown-number',
  407: 'forbidden',
  410: 'unknown-number',
  415: 'not-acceptable',
  484: 'unknown-number',
  486: 'busy',
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

const Q850: Readonly<Record<EndCause, number>> = {
  normal: 16,
  busy: 17,
  'no-answer': 19,
  cancelled: 26,
  rejected: 21,
  'unknown-number': 1,
  unreachable: 20,
  forbidden: 21,
  'not-acceptable': 58,
  congestion: 42,
  'media-lost': 41,
  'signalling-lost': 41,
  'switch-failure': 38,
  expired: 102,
  'handed-over': 16,
};

/** RTP silence beyond `rtp_timeout` ends a channel with this (AST_CAUSE_REQUESTED_CHAN_UNAVAIL). */
export const RTP_TIMEOUT_CAUSE = 44;

/** @param sipStatus 0 or absent: unknown. @param hadRung tells nobody there from nobody who took it */
export function causeOf(q850: number, sipStatus: number | undefined, hadRung: boolean): EndCause {
  if (sipStatus === 408 || sipStatus === 480) return hadRung ? 'no-answer' : 'unreachable';
  return (sipStatus ? BY_STATUS[sipStatus] : undefined) ?? BY_Q850[q850] ?? 'rejected';
}

export function q850Of(cause: EndCause): number {
  return Q850[cause];
}
