import type { ServerMessage } from '../contract/realtime/frame.ts';

export type LastWord = Extract<ServerMessage, { type: 'error' }>['code'];

/** Codes of RFC 6455 §7.4 and, from 4000, our own: the last two digits remind of HTTP. */
const CLOSE = {
  goingAway: 1001,
  internal: 1011,
  badMessage: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  takenOver: 4409,
  slowDown: 4429,
  versionMismatch: 4426,
} as const;

/** The close code that follows a last word. */
export function closeCodeOf(word: LastWord): number {
  switch (word) {
    case 'token-missing':
    case 'token-expired':
    case 'token-invalid':
      return CLOSE.unauthorized;
    case 'origin-not-allowed':
    case 'forbidden':
      return CLOSE.forbidden;
    case 'rate-limited':
      return CLOSE.slowDown;
    case 'taken-over':
      return CLOSE.takenOver;
    case 'version-mismatch':
      return CLOSE.versionMismatch;
    case 'shutting-down':
      return CLOSE.goingAway;
    case 'invalid-request':
      return CLOSE.badMessage;
    default:
      return CLOSE.internal;
  }
}
