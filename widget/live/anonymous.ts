import { NO_PHONE } from '../softphone/lazy-softphone.ts';
import type { DeskState } from './desk.ts';

/** Nobody is logged in and nothing is known. */
export const ANONYMOUS: DeskState = {
  connection: 'anonymous',
  session: null,
  snapshot: null,
  phone: NO_PHONE,
  latencyMs: null,
  clockOffsetMs: 0,
  pending: new Set(),
  failures: {},
  owed: [],
  quality: null,
};
