import { DomainError } from '../../core/kernel/domain-error.ts';

/**
 * Whether a page of this origin may use a team. Patterns are exact origins (`https://crm.example`) or an origin with any
 * port (`http://localhost:*`); nothing else is a pattern, so that no list can be opened by accident.
 * @param origin as browsers send it in the `Origin` header; `null` of a sandboxed page is never allowed
 */
export function isOriginAllowed(origin: string, patterns: readonly string[]): boolean {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (page.origin === 'null') return false;
  return patterns.some((pattern) => {
    if (!pattern.endsWith(':*')) return URL.canParse(pattern) && new URL(pattern).origin === page.origin;
    const anyPort = pattern.slice(0, -':*'.length);
    return anyPort === `${page.protocol}//${page.hostname}`;
  });
}

/** @throws DomainError origin-not-allowed when it is the origin of a page that the team has not allowed */
export function requireOrigin(
  team: { readonly allowedOrigins: readonly string[] } | null,
  origin: string | null,
): void {
  if (origin === null || (team !== null && isOriginAllowed(origin, team.allowedOrigins))) return;
  throw new DomainError('origin-not-allowed', 'Pages of this origin may not use the team.', { origin });
}

/** @throws origin-not-allowed: pages of others have a token of their own back end */
export function requireOwnPage({ origin }: { readonly origin: string | null }): void {
  if (origin === null) return;
  throw new DomainError('origin-not-allowed', 'Only pages of this server log in this way.', { origin });
}
