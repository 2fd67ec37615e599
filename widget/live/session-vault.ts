import { stringify } from '../platform/platform.ts';
import { Session } from '../../server/contract/session.ts';
import type { KeyValueStorage } from './preferences.ts';
import { sessionKey } from './session-key.ts';

/** Keeps the session over a reload of the page. */
export interface SessionVault {
  /** Null when there is none, or it is over, or it is damaged. */
  read(): Session | null;
  keep(session: Session): void;
  clear(): void;
}

/**
 * Sessions in `sessionStorage`, one per server. Not `localStorage`: a token there outlives the browser window on a shared
 * computer, and it would make every second tab of the CRM the same agent (docs/decisions/0007-widget-bundles.md).
 */
export function createSessionVault(server: string, storage: KeyValueStorage | null): SessionVault {
  const key = sessionKey(server);
  const attempt = <T>(action: () => T, otherwise: T): T => {
    try {
      return action();
    } catch {
      // Storage is blocked or full, or holds something else: the agent logs in again after a reload, nothing worse.
      return otherwise;
    }
  };
  return {
    read: () =>
      attempt(() => {
        const parsed = Session.safeParse(JSON.parse(storage?.getItem(key) ?? 'null'));
        return parsed.success && parsed.data.expiresAt > Date.now() ? parsed.data : null;
      }, null),
    keep: (session) => attempt(() => storage?.setItem(key, stringify(session)), undefined),
    clear: () => attempt(() => storage?.removeItem(key), undefined),
  };
}
