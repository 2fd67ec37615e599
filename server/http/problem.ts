import type { Response } from 'express';
import { refusalOf, type Refusal } from '../core/kernel/refusals.ts';
import type { Problem, ProblemCode } from '../contract/problem.ts';

/** The one place where domain words meet HTTP. A code without a status does not compile. */
export const STATUS = {
  'invalid-request': 400,
  'payload-too-large': 413,
  'not-found': 404,
  'request-in-progress': 409,
  'key-reused': 422,
  'rate-limited': 429,
  internal: 500,
  unavailable: 503,
  'wrong-credentials': 401,
  'token-missing': 401,
  'token-expired': 401,
  'token-invalid': 401,
  'wrong-password': 403,
  'password-must-change': 403,
  'code-required': 403,
  'wrong-code': 403,
  'origin-not-allowed': 403,
  'sso-unavailable': 502,
  'sso-refused': 403,
  'passkey-refused': 403,
  'no-mail': 409,
  forbidden: 403,
  locked: 423,
  'not-signed-in': 409,
  'unknown-group': 404,
  'unknown-reason': 422,
  'static-member': 409,
  'device-not-connected': 409,
  'device-in-use': 409,
  'device-address-differs': 409,
  'device-cannot-answer': 409,
  'unknown-device': 404,
  'microphone-unavailable': 409,
  'not-allowed-now': 409,
  'no-such-call': 404,
  'call-not-ringing': 409,
  'call-not-active': 409,
  'call-full': 409,
  'consult-taken': 409,
  'call-held': 409,
  'call-not-held': 409,
  'held-by-other-side': 409,
  'held-at-phone': 409,
  'agent-busy': 409,
  'barge-taken': 409,
  'state-changed': 409,
  'target-busy': 409,
  'target-unavailable': 409,
  'unknown-number': 422,
  'number-leads-here': 422,
  'dialling-restricted': 403,
  'no-route': 409,
  'call-failed': 502,
  'version-conflict': 412,
  'version-required': 428,
  'duplicate-number': 409,
  'number-taken': 409,
  'username-taken': 409,
  'in-use': 409,
  'reason-loop': 409,
  'reason-depth': 409,
  'reasons-below': 409,
  'own-rights': 409,
  'last-administrator': 409,
  'overflow-loop': 409,
  'overflow-outside': 409,
} satisfies Record<ProblemCode, number>;

/** The same request can succeed later without anything being changed in it. */
const RETRYABLE: ReadonlySet<ProblemCode> = new Set([
  'request-in-progress',
  'rate-limited',
  'internal',
  'unavailable',
  'device-not-connected',
  'target-busy',
  'target-unavailable',
  'call-failed',
  'sso-unavailable',
]);

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not understood',
  401: 'Log in first',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible in the present state',
  412: 'Changed meanwhile',
  413: 'The request is too large',
  422: 'The request cannot be carried out',
  423: 'Locked',
  428: 'A version has to be named',
  429: 'Too many requests',
  500: 'The server has failed',
  502: 'Another server has refused, or does not answer',
  503: 'Not available at the moment',
};

/**
 * Turns any error into what the client is told. Errors without a code of the contract say nothing but `internal`.
 * @param instance correlation id of the request
 */
export function problemOf(error: unknown, instance: string): Problem {
  const refusal = refusalOf(error) ?? bodyRefusal(error);
  if (refusal === null) return build('internal', 'Something went wrong.', instance, {});
  return build(refusal.code, refusal.message, instance, refusal.details);
}

export function sendProblem(response: Response, problem: Problem): void {
  if (problem.retryAfterMs !== undefined) {
    response.set('Retry-After', String(Math.max(1, Math.ceil(problem.retryAfterMs / 1000))));
  }
  if (problem.status === 401) response.set('WWW-Authenticate', 'Bearer');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function build(
  code: ProblemCode,
  detail: string,
  instance: string,
  details: Readonly<Record<string, unknown>>,
): Problem {
  const status = STATUS[code];
  return {
    ...details,
    type: `urn:telebar:problem:${code}`,
    title: TITLES[status] ?? 'Failed',
    status,
    code,
    detail,
    instance,
    retryable: RETRYABLE.has(code),
  };
}

/** What Express and its body parser refuse carries a status below 500 (http-errors); everything else is our fault. */
function bodyRefusal(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  if (error.status === 413) {
    return {
      code: 'payload-too-large',
      message: 'The body is larger than this takes: 64 KiB, unless the route says otherwise.',
      details: {},
    };
  }
  if (error.status >= 400 && error.status < 500) {
    return { code: 'invalid-request', message: 'The request cannot be read.', details: {} };
  }
  return null;
}
