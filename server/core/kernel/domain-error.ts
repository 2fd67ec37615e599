import type { RefusalCode } from '../../vocabulary/refusal-codes.ts';

/**
 * A refusal in domain words. `code` is one of the house's; `details` go to the client as they are.
 * Knows nothing of HTTP.
 */
export class DomainError<Code extends RefusalCode = RefusalCode> extends Error {
  readonly code: Code;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(
    code: Code,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DomainError';
    this.code = code;
    this.details = details;
  }
}
