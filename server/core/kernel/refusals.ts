import { DomainError } from './domain-error.ts';
import { StorageError } from '../ports/unit-of-work.ts';
import { SwitchError, type SwitchErrorCode } from '../ports/switch.ts';
import type { RefusalCode } from '../../vocabulary/refusal-codes.ts';

/** A failure that the client is told: a code, a sentence for developers and details. */
export interface Refusal {
  code: RefusalCode;
  message: string;
  details: Readonly<Record<string, unknown>>;
}

/** What the switch refuses in words of the house; null: our own mistake, nothing that a client could act on. */
const SWITCH_REFUSALS: Readonly<Record<SwitchErrorCode, RefusalCode | null>> = {
  'no-such-leg': 'call-not-active',
  'no-such-room': null,
  'no-such-endpoint': 'unknown-device',
  'endpoint-offline': 'device-not-connected',
  'no-route': 'no-route',
  'wrong-state': 'call-not-active',
  'bad-source': null,
  unsupported: null,
  'switch-down': 'unavailable',
};

/** Null for everything that is a fault of the program: log it and say `internal`. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof DomainError) {
    return { code: error.code, message: error.message, details: error.details };
  }
  if (error instanceof SwitchError) {
    const code = SWITCH_REFUSALS[error.code];
    return code === null ? null : { code, message: error.message, details: {} };
  }
  if (error instanceof StorageError && (error.code === 'unavailable' || error.code === 'collision')) {
    return { code: 'unavailable', message: 'The database cannot be used at the moment.', details: {} };
  }
  return null;
}
