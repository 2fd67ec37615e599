/** Why a leg ended, in words of the field. Adapters map Q.850 causes and SIP status codes (RFC 3398 §7.2.4.1). */
export const END_CAUSES = [
  'normal',
  'busy',
  'no-answer',
  'cancelled',
  'rejected',
  'unknown-number',
  'unreachable',
  'forbidden',
  'not-acceptable',
  'congestion',
  'media-lost',
  'signalling-lost',
  'switch-failure',
  'expired',
  /** We have handed it over to somebody outside: it goes on without us. */
  'handed-over',
] as const;
export type EndCause = (typeof END_CAUSES)[number];

/** Why a call ended: what the switch tells, and what only call control knows. */
export const CALL_CAUSES = [
  ...END_CAUSES,
  'abandoned',
  'server-restart',
  'group-closed',
  /** The line was full. */
  'queue-full',
  /** Nobody was signed in there, or all were paused or busy, and callers are not let wait then. */
  'not-staffed',
  'waited-too-long',
  'taken-over',
  /** It rang at several, and another one was the first. */
  'answered-elsewhere',
] as const;
export type CallCause = (typeof CALL_CAUSES)[number];
