import type { Request } from 'express';
import { DomainError } from '../core/kernel/domain-error.ts';

const HEADER = 'If-Match';

/**
 * The version that `If-Match` names (RFC 9110 §13.1.1): a whole number in quotes, as `ETag` has it; a proxy that packs answers may have
 * made it weak. Null: there is none.
 * @throws DomainError `invalid-request`
 */
export function versionOf(request: Request): number | null {
  const header = request.get(HEADER);
  if (header === undefined) return null;
  const [, digits] = /^(?:W\/)?"(\d{1,15})"$/.exec(header.trim()) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new DomainError('invalid-request', `The header ${HEADER} is not as documented.`, {
    errors: [{ path: HEADER, message: 'Must be the ETag of an answer, as in "3"' }],
  });
}

export function versionMissing(): never {
  throw new DomainError('version-required', `${HEADER} has to name the version that was read.`);
}

/** Of an answer that is one thing with a version; null: it is none. */
export function etagOf(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('version' in answer)) return null;
  return typeof answer.version === 'number' ? `"${answer.version}"` : null;
}
