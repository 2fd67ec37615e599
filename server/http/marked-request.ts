import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { DomainError } from '../core/kernel/domain-error.ts';
import type { MarkedRequest } from '../core/kernel/answers.ts';

const HEADER = 'Idempotency-Key';

/**
 * What `Idempotency-Key` marks (draft-ietf-httpapi-idempotency-key-header): one actor's request to one address. Null: it has
 * none. The key may stand in quotes, as the draft wants it.
 * @throws DomainError `invalid-request`
 */
export function markedRequest(request: Request, actor: string): MarkedRequest | null {
  const header = request.get(HEADER);
  if (header === undefined) return null;
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (!/^[\x21-\x7e]{1,128}$/.test(key)) {
    throw new DomainError('invalid-request', `The header ${HEADER} is not as documented.`, {
      errors: [{ path: HEADER, message: 'Must be 1 to 128 visible ASCII characters' }],
    });
  }
  const address = `${request.method} ${request.originalUrl}`;
  return {
    id: digest([actor, address, key]),
    // With the key, which nobody can read in the database: a body may hold a password.
    fingerprint: digest([address, key, request.body ?? null, request.get('if-match') ?? null]),
  };
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
