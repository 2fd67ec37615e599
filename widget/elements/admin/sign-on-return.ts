import type { SignOnLogin } from '../../../server/contract/login.ts';
import type { SignOnBegun } from '../../../server/contract/single-sign-on.ts';

const KEY = 'telebar.signOn';

/** Goes to the provider. What proves that it was this window stays here meanwhile. */
export function beginSignOn({ url, secret }: SignOnBegun): void {
  sessionStorage.setItem(KEY, secret);
  location.assign(url);
}

/** What the provider has led back with, once; null: the page was opened otherwise. The address keeps nothing of it. */
export function returnedSignOn(): SignOnLogin | null {
  const response = location.search.slice(1);
  const told = new URLSearchParams(response);
  if (!told.has('state') || !(told.has('code') || told.has('error'))) return null;
  history.replaceState(null, '', location.pathname);
  let secret: string | null = null;
  try {
    secret = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
  } catch {
    // Storage is blocked: the server says that it was begun elsewhere.
  }
  return { secret: secret ?? '-', response };
}
