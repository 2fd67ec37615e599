import { SwitchError } from '../../core/ports/switch.ts';

/** Asterisk refused a request, or could not be asked. */
export class AriError extends Error {
  /** HTTP status; 0: there was no answer. */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AriError';
    this.status = status;
  }
}

/** Asterisk cannot be used as it is; the message says to the operator what to do. */
export class AsteriskUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AsteriskUnusable';
  }
}

/** What a failed request about a leg or room is in the words of the port. */
export function toSwitchError(error: unknown, gone: 'no-such-leg' | 'no-such-room'): Error {
  if (error instanceof SwitchError) return error;
  if (!(error instanceof AriError)) {
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  }
  if (error.status === 0) return new SwitchError('switch-down', 'Asterisk does not answer', { cause: error });
  if (error.status === 404) return new SwitchError(gone, error.message, { cause: error });
  if (lacksChannel(error)) return new SwitchError('no-such-leg', error.message, { cause: error });
  return new SwitchError('wrong-state', error.message, { cause: error });
}

export function isGone(error: unknown): boolean {
  return error instanceof AriError && (error.status === 404 || lacksChannel(error));
}

/** A channel that is to leave a bridge has left it by itself, or with the server that had put it there. */
export function isOutside(error: unknown): boolean {
  return error instanceof AriError && error.status === 422 && error.message.endsWith('not in this bridge');
}

/** What ARI says of a channel that has just ended, or is about to: 422 when a bridge is to take it or to let it go, 409 otherwise. */
function lacksChannel({ status, message }: AriError): boolean {
  return (
    (status === 400 && message.endsWith('Channel not found')) ||
    ((status === 409 || status === 422) && message.endsWith('Channel not in Stasis application'))
  );
}
