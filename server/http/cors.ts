import type { RequestHandler } from 'express';
import { DomainError } from '../core/kernel/domain-error.ts';
import type { Doorkeeper } from './route.ts';
import { pageOrigin } from './requester.ts';

/**
 * Lets pages of the teams' origins call the API. There are no cookies: a page can do nothing without a bearer token, and
 * a token works only on its own team's origins. A page of any other origin is refused on every request, and may read
 * that refusal, since otherwise its developer would see nothing but "network error". Its preflight therefore passes.
 */
export function cors({ isAllowedOrigin }: Pick<Doorkeeper, 'isAllowedOrigin'>): RequestHandler {
  return async (request, response, next) => {
    response.vary('Origin');
    const origin = pageOrigin(request);
    if (origin === null) return next();
    response.set({
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'ETag, Idempotency-Replayed, Retry-After, X-Request-Id',
    });
    if (request.method === 'OPTIONS' && request.get('access-control-request-method') !== undefined) {
      response.set({
        'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
        'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key, If-Match',
        'Access-Control-Max-Age': '600',
      });
      // A page of a public address that uses a server in the local network (Private Network Access).
      if (request.get('access-control-request-private-network') === 'true') {
        response.set('Access-Control-Allow-Private-Network', 'true');
      }
      response.status(204).end();
      return;
    }
    if (!(await isAllowedOrigin(origin))) {
      throw new DomainError('origin-not-allowed', 'Pages of this origin may not use this server.', {
        origin,
      });
    }
    next();
  };
}
