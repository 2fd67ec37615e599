import type { Request } from 'express';
import { clientAddress } from './client-address.ts';

/** The token of `Authorization: Bearer …` (RFC 6750 §2.1), or null. */
export function bearerToken(request: Request): string | null {
  const match = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(request.get('authorization') ?? '');
  return match?.[1] ?? null;
}

/**
 * The origin of the page that asks, for judging it by the team's list; null when no page asks, or one of this server
 * itself: our own pages need no permission.
 */
export function pageOrigin(request: Request): string | null {
  const origin = request.get('origin') ?? null;
  return origin === `${request.protocol}://${request.get('host') ?? ''}` ? null : origin;
}

/** The client's address, as the trusted proxies tell it. */
export function addressOf(request: Request): string {
  return clientAddress(request, Number(request.app.get('trust proxy')));
}
