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
