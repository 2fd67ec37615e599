import { stringify } from '../platform/platform.ts';
import type { Preferences } from './desk.ts';
import { ObservableValue, type Observable } from './observable.ts';

/** Choices of this browser; every change is kept at once. */
export interface PreferenceStore extends Observable<Preferences> {
  set(patch: Partial<Preferences>): void;
}

/** The part of `Storage` that is used; pages in private mode or with blocked cookies throw on any access. */
export type KeyValueStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export const DEFAULT_PREFERENCES: Preferences = {
  locale: 'en',
  theme: 'auto',
  position: 'bottom-right',
  offset: null,
  pop: null,
  collapsed: false,
  ringDeviceId: null,
  speakerId: null,
  microphoneId: null,
  keepMicrophone: false,
  ringVolume: 0.6,
  lastTeam: '',
  lastUsername: '',
};

const KEY = 'telebar.preferences';

/**
 * Preferences in the storage of the host page's origin. `defaults` are what the integrator chose by attributes: they hold
 * until the agent chooses otherwise. Without storage the choices last as long as the page.
 */
export function createPreferences(
  defaults: Partial<Preferences> = {},
  storage: KeyValueStorage | null = availableStorage('localStorage'),
): PreferenceStore {
  let kept = read(storage);
  const value = new ObservableValue<Preferences>({ ...DEFAULT_PREFERENCES, ...defaults, ...kept });
  return {
    get state() {
      return value.state;
    },
    subscribe: (listener) => value.subscribe(listener),
    set(patch) {
      kept = { ...kept, ...patch };
      write(storage, kept);
      value.update(patch);
    },
  };
}

/** `window.localStorage` itself throws when storage is blocked. */
export function availableStorage(kind: 'localStorage' | 'sessionStorage'): KeyValueStorage | null {
  try {
    return window[kind];
  } catch {
    // Blocked by the user's settings or a sandboxed frame: the caller goes on without memory.
    return null;
  }
}

function read(storage: KeyValueStorage | null): Partial<Preferences> {
  try {
    const parsed: unknown = JSON.parse(storage?.getItem(KEY) ?? '{}');
    return sound(parsed);
  } catch {
    // Not ours or damaged: the defaults are a good answer, and the next choice overwrites it.
    return {};
  }
}

function write(storage: KeyValueStorage | null, kept: Partial<Preferences>): void {
  try {
    storage?.setItem(KEY, stringify(kept));
  } catch {
    // Quota or policy: the choice holds for this page only, which is what the user sees anyway.
  }
}

/** Keeps the known keys whose values have the type of their default; another version may have written the others. */
function sound(value: unknown): Partial<Preferences> {
  if (typeof value !== 'object' || value === null) return {};
  const nullable = new Set(['offset', 'pop', 'ringDeviceId', 'speakerId', 'microphoneId']);
  const entries = Object.entries(value).filter(([key, item]) => {
    if (!(key in DEFAULT_PREFERENCES)) return false;
    if (nullable.has(key))
      return item === null || (PLACES.has(key) ? isPlace(key, item) : typeof item === 'string');
    return typeof item === typeof DEFAULT_PREFERENCES[key as keyof Preferences];
  });
  return Object.fromEntries(entries) as Partial<Preferences>;
}

/** Places, by the numbers that they are made of. */
const PLACES: ReadonlyMap<string, readonly string[]> = new Map([
  ['offset', ['x', 'y']],
  ['pop', ['x', 'y', 'width', 'height']],
]);

function isPlace(key: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return PLACES.get(key)?.every((name) => Number.isFinite((value as Record<string, unknown>)[name])) === true;
}
