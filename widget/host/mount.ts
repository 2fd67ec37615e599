import { QueryClient } from '@tanstack/query-core';
import { DialRequestEvent } from '../events/dial-request.ts';
import { ReadyEvent } from '../events/ready.ts';
import { LazySoftphone } from '../softphone/lazy-softphone.ts';
import type { Softphone } from '../softphone/softphone.ts';
import { deskContext, preferencesContext, queriesContext, shellContext } from '../store/contexts.ts';
import { LiveDesk, type LiveDeskOptions } from '../store/live-desk.ts';
import { WebPageLock } from '../store/page-lock.ts';
import { availableStorage, createPreferences, type PreferenceStore } from '../store/preferences.ts';
import type { Queries } from '../store/queries.ts';
import { createSessionVault } from '../store/session-vault.ts';
import { createShell, type DialSource, type Shell } from '../store/shell.ts';
import { isPosition } from './attributes.ts';
import { DIALLING_ELEMENTS, listenForDialling } from './click-to-dial.ts';
import { contextsOfPage } from './contexts-of-page.ts';
import { createStamp, EventSource } from './event-source.ts';
import { IncomingAlert } from './incoming-alert.ts';
import { ScreenPop } from './screen-pop.ts';
import type { TelebarOptions } from './telebar.ts';

/** Telebar on a page. */
export interface Mounted {
  readonly desk: LiveDesk;
  readonly shell: Shell;
  readonly preferences: PreferenceStore;
  dispose(): Promise<void>;
}

/** Where the widget gets what is not its own; tests give scripted ones. */
export type MountSources = Partial<Pick<LiveDeskOptions, 'fetch' | 'openSocket' | 'softphone' | 'lock'>>;

/** JsSIP is fetched with the first call of its method, not with the page. */
export function createSoftphone(): Softphone {
  return new LazySoftphone(async () => {
    const { JsSipSoftphone } = await import('../softphone/jssip-softphone.ts');
    return new JsSipSoftphone();
  });
}

/** Puts everything on the page and starts the desk. Rejects when the place to mount into does not exist. */
export async function mount(
  options: TelebarOptions & { server: string },
  sources: MountSources = {},
): Promise<Mounted> {
  const { server } = options;
  const headless = options.mode === 'headless';
  const session = availableStorage('sessionStorage');
  const abort = new AbortController();
  const place = headless ? null : await placeFor(options.position);
  const preferences = createPreferences({
    locale: options.locale ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en'),
    ...(options.theme === undefined ? {} : { theme: options.theme }),
    ...(options.position !== undefined && isPosition(options.position) ? { position: options.position } : {}),
  });
  const bar = place === null ? null : document.createElement('telebar-phone-bar');
  const dispatch = (event: Event): boolean =>
    (bar?.isConnected === true ? bar : document).dispatchEvent(event);

  const desk = new LiveDesk({
    server,
    softphone: createSoftphone(),
    lock: new WebPageLock(),
    ...sources,
    vault: createSessionVault(server, session),
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.getToken === undefined ? {} : { getToken: options.getToken }),
    onLogin: () => alert.askPermissions(),
  });
  const stamp = createStamp(desk);
  const allowDial = (number: string, source: DialSource): boolean =>
    dispatch(new DialRequestEvent({ ...stamp(), number, source }));
  const shell = createShell(desk, allowDial);
  const queries: Queries = { client: queryClient(), records: desk.records };
  const alert = new IncomingAlert(desk, preferences);
  const events = new EventSource(desk, stamp, dispatch, { server, storage: session });
  const pop = new ScreenPop(desk, shell, stamp, {
    mode: headless ? 'event' : (options.screenPop ?? 'panel'),
    urlTemplate: options.screenPopUrl ?? '',
    storage: session,
    findCustomers: (number) => desk.records.customersByNumber(number),
    onContactMatch: options.onContactMatch,
    dispatch,
  });
  const unsubscribes = [
    followQueries(desk, queries.client),
    followDevices(desk, preferences),
    ...(headless ? [] : [loadScreenPop(desk)]),
  ];
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

  contextsOfPage.provide(deskContext, desk);
  contextsOfPage.provide(queriesContext, queries);
  contextsOfPage.provide(preferencesContext, preferences);
  contextsOfPage.provide(shellContext, shell);
  const screenPop = headless ? null : document.createElement('telebar-screen-pop');
  if (bar !== null && place !== null) {
    // In a place of the host's own layout the bar does not float.
    bar.toggleAttribute('inline', place !== document.body);
    place.append(bar);
  }
  // One that the host has put into its layout is used instead of ours.
  if (screenPop !== null && document.querySelector('telebar-screen-pop') === null)
    document.body.append(screenPop);
  dispatch(new ReadyEvent(stamp()));
  void desk.start();

  return {
    desk,
    shell,
    preferences,
    async dispose() {
      abort.abort();
      for (const unsubscribe of unsubscribes) unsubscribe();
      events.dispose();
      pop.dispose();
      contextsOfPage.withdraw();
      bar?.remove();
      screenPop?.remove();
      queries.client.clear();
      await Promise.all([desk.dispose(), alert.dispose()]);
    },
  };
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

function queryClient(): QueryClient {
  // The HTTP client's failures are final or shown with a button to try again.
  return new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } });
}

/** Records of one agent are not shown to the next, and the history is read again after a call. */
function followQueries(desk: LiveDesk, client: QueryClient): () => void {
  let before = desk.state;
  return desk.subscribe((state) => {
    if (state.session?.agent.id !== before.session?.agent.id) client.clear();
    const ended = state.snapshot?.calls.filter(({ phase }) => phase === 'ended').length ?? 0;
    const endedBefore = before.snapshot?.calls.filter(({ phase }) => phase === 'ended').length ?? 0;
    before = state;
    if (ended > endedBefore) void client.invalidateQueries({ queryKey: ['history'] });
  });
}

/** The chosen devices reach the softphone when somebody is logged in; before, its code is not even loaded. */
function followDevices(desk: LiveDesk, preferences: PreferenceStore): () => void {
  let applied = JSON.stringify([null, null]);
  const apply = (): void => {
    if (desk.state.connection !== 'online') return;
    const { microphoneId, speakerId } = preferences.state;
    const chosen = JSON.stringify([microphoneId, speakerId]);
    if (chosen === applied) return;
    applied = chosen;
    desk.selectDevices({ microphoneId, speakerId }).catch((error: unknown) => {
      console.warn('Telebar cannot use the chosen devices', error);
    });
  };
  const unsubscribes = [desk.subscribe(apply), preferences.subscribe(apply)];
  return () => unsubscribes.forEach((unsubscribe) => unsubscribe());
}

/** The screen pop's code comes with the first connection, so that it is there when the first call is. */
function loadScreenPop(desk: LiveDesk): () => void {
  const unsubscribe = desk.subscribe(({ connection }) => {
    if (connection !== 'online') return;
    unsubscribe();
    import('../elements/screen-pop/screen-pop.ts').catch((error: unknown) => {
      console.error('Telebar cannot load the screen pop', error);
    });
  });
  return unsubscribe;
}
