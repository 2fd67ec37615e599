import { DomainError } from '../../core/kernel/domain-error.ts';

const AGAIN_MS = 1000;

export function keyReused(): DomainError {
  return new DomainError('key-reused', 'This Idempotency-Key was used for another request.');
}

export function inProgress(): DomainError {
  return new DomainError('request-in-progress', 'The first request with this Idempotency-Key is at work.', {
    retryAfterMs: AGAIN_MS,
  });
}
