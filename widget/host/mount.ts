import { DialRequestEvent } from '../events/dial-request.ts';
import { ReadyEvent } from '../events/ready.ts';
import { LazySoftphone } from '../softphone/lazy-softphone.ts';
import type { Softphone } from '../softphone/softphone.ts';
import {
  deskContext,
  preferencesContext,
  queriesContext,
  shellContext,
  topicsContext,
} from '../live/contexts.ts';
import type { Desk } from '../live/desk.ts';
import { LazyDesk } from '../live/lazy-desk.ts';
import { availableStorage, createPreferences, type PreferenceStore } from '../live/preferences.ts';
import { endedKey, sessionKey } from '../live/session-key.ts';
import { createShell, type DialSource, type Shell } from '../live/shell.ts';
import { Topics } from '../live/topics.ts';
import type { Active, DeskSources } from './active.ts';
import { isPosition } from './attributes.ts';
import { DIALLING_ELEMENTS, listenForDialling } from './click-to-dial.ts';
import { contextsOfPage } from './contexts-of-page.ts';
import { Presence } from './presence.ts';
import { shieldEvents } from './shield.ts';
import { createStamp } from './stamp.ts';
import type { TelebarOptions } from './telebar.ts';

/** Telebar on a page. */
export interface Mounted {
  readonly desk: Desk;
  readonly shell: Shell;
  readonly preferences: PreferenceStore;
  dispose(): Promise<void>;
}

/** JsSIP is fetched with the first call of its method, not with the page. */
export function createSoftphone(): Softphone {
  return new LazySoftphone(async () => new (await importSoftphone()).JsSipSoftphone());
}

/** A failure is told by whoever uses the softphone. */
const importSoftphone = () => import('../softphone/jssip-softphone.ts');

/** Puts everything on the page and starts the desk. Rejects when the place to mount into does not exist. */
export async function mount(
  options: TelebarOptions & { server: string },
  sources: DeskSources = {},
): Promise<Mounted> {
  const { server } = options;
  const headless = options.mode === 'headless';
  const abort = new AbortController();
  const place = headless ? null : await placeFor(options.position);
  const preferences = createPreferences({
    locale: options.locale ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en'),
    ...(options.theme === undefined ? {} : { theme: options.theme }),
    ...(options.keepMicrophone === undefined ? {} : { keepMicrophone: options.keepMicrophone }),
    ...(options.position !== undefined && isPosition(options.position) ? { position: options.position } : {}),
  });
  let presence: Presence | null = null;
  const dispatch = (event: Event): boolean => {
    const bar = presence?.element('telebar-phone-bar');
    return (bar?.isConnected === true ? bar : document).dispatchEvent(event);
  };

  const mayResume = (): boolean =>
    options.token !== undefined || options.getToken !== undefined || hasSession(server);
  // A reload in a call: the customer hears music until the phone is back, so its code comes beside the desk's, not after.
  if (mayResume() && sources.softphone === undefined) importSoftphone().catch(() => {});
  let active: Active | null = null;
  const topics = new Topics();
  const desk = new LazyDesk({
    async load() {
      const { activate } = await import('./active.ts');
      active = activate({
        options,
        sources,
        softphone: createSoftphone,
        preferences,
        shell,
        topics,
        stamp,
        dispatch,
      });
      contextsOfPage.offer(queriesContext, active.queries);
      return active.desk;
    },
    mayResume,
    onLogin: askForNotifications,
  });
  contextsOfPage.offer(queriesContext, async () => {
    await desk.load();
    if (active === null) throw new Error('The desk has come without its queries.');
    return active.queries();
  });
  const stamp = createStamp(desk);
  const allowDial = (number: string, source: DialSource): boolean =>
    dispatch(new DialRequestEvent({ ...stamp(), number, source }));
  const shell = createShell(desk, allowDial);
  listenForDialling(
    options.clickToDial ?? DIALLING_ELEMENTS,
    (number) => {
      if (desk.state.session === null || !allowDial(number, 'click')) return false;
      // The refusal is in `failures.dial`, which the bar shows.
      desk.commands.dial({ number }).catch(() => {});
      return true;
    },
    abort.signal,
  );
  const forgetPop = headless ? null : loadScreenPop(shell);

  contextsOfPage.provide(deskContext, desk);
  contextsOfPage.provide(preferencesContext, preferences);
  contextsOfPage.provide(shellContext, shell);
  contextsOfPage.provide(topicsContext, topics);
  if (!headless) {
    shieldEvents(abort.signal);
    presence = new Presence(
      ['telebar-screen-pop', 'telebar-phone-bar'].map((name) => ({
        element: document.createElement(name),
        selector: name === 'telebar-phone-bar' && place !== document.body ? (options.position ?? null) : null,
      })),
      abort.signal,
    );
  }
  dispatch(new ReadyEvent(stamp()));
  void desk.start();
  if (!mayResume()) sayFarewells(server);

  return {
    desk,
    shell,
    preferences,
    async dispose() {
      abort.abort();
      forgetPop?.();
      contextsOfPage.withdraw();
      await Promise.all([desk.dispose(), active?.dispose()]);
    },
  };
}

function hasSession(server: string): boolean {
  return isKept('sessionStorage', sessionKey(server));
}

function isKept(storage: 'sessionStorage' | 'localStorage', key: string): boolean {
  try {
    return availableStorage(storage)?.getItem(key) != null;
  } catch {
    // Blocked: then nothing can have been kept.
    return false;
  }
}

/** A page before this one has logged out, and could not tell the server. */
function sayFarewells(server: string): void {
  if (!isKept('localStorage', endedKey(server))) return;
  import('./active.ts').then(
    ({ Farewells }) => new Farewells(server, availableStorage('localStorage')).resume(),
    (error: unknown) => console.warn('Telebar cannot tell the server of a logout', error),
  );
}

/** Only in a click does the browser let us ask. */
function askForNotifications(): void {
  if (window.Notification?.permission === 'default') {
    // Refusing is an answer; the title still flashes.
    Notification.requestPermission().catch(() => {});
  }
}

/** The body, or the element that a selector names. */
async function placeFor(position: string | undefined): Promise<HTMLElement> {
  if (document.readyState === 'loading') {
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
  }
  if (position === undefined || isPosition(position)) return document.body;
  const place = document.querySelector<HTMLElement>(position);
  if (place === null) throw new Error(`Telebar: there is no element "${position}" to mount into.`);
  return place;
}

/** The screen pop's code comes with the first pop. */
function loadScreenPop(shell: Shell): () => void {
  const unsubscribe = shell.subscribe(({ pop, panel }) => {
    if (pop === null && panel !== 'screen-pop') return;
    unsubscribe();
    import('../elements/screen-pop/screen-pop.ts').catch((error: unknown) => {
      console.error('Telebar cannot load the screen pop', error);
    });
  });
  return unsubscribe;
}
