/**
 * Marks a request that another server has passed on to the owner of its team: it is not passed on again. It opens nothing: who
 * asks is proved by the token, as everywhere.
 */
export const PASSED_ON = 'telebar-passed-on';

/** What the owner needs to judge a page as the first server would: its address as proxies told it, its origin, our own name. */
const TOLD = ['host', 'origin', 'user-agent', 'x-forwarded-for', 'x-forwarded-proto'] as const;

export function headersToPassOn(headers: Readonly<Record<string, string | string[] | undefined>>) {
  const told: Record<string, string> = { [PASSED_ON]: '1' };
  for (const name of TOLD) {
    const value = headers[name];
    if (value !== undefined) told[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return told;
}
