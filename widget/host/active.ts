import type { QueryClient } from '@tanstack/query-core';
import type { Softphone } from '../softphone/softphone.ts';
import type { DeviceChoice } from '../live/browser-phone.ts';
import type { DeskState, Preferences } from '../live/desk.ts';
import { LiveDesk, type LiveDeskOptions } from '../live/live-desk.ts';
import { WebPageLock } from '../live/page-lock.ts';
import { DEFAULT_PREFERENCES, availableStorage, type PreferenceStore } from '../live/preferences.ts';
import type { Queries } from '../records/queries.ts';
import { createSessionVault } from '../live/session-vault.ts';
import type { Shell } from '../live/shell.ts';
import type { Topics } from '../live/topics.ts';
import { EventSource } from './event-source.ts';
import { IncomingAlert } from './incoming-alert.ts';
import { ScreenPop } from './screen-pop.ts';
import type { Stamp } from './stamp.ts';
import type { TelebarOptions } from './telebar.ts';

export { Farewells } from '../live/farewells.ts';

// Everything that a page needs only when somebody is logged in; one chunk, fetched with the login.

export type DeskSources = Partial<Pick<LiveDeskOptions, 'fetch' | 'openSocket' | 'softphone' | 'lock'>>;

export interface ActivePage {
  options: TelebarOptions & { server: string };
  sources: DeskSources;
  softphone: () => Softphone;
  preferences: PreferenceStore;
  shell: Shell;
  topics: Topics;
  stamp: Stamp;
  dispatch: (event: Event) => boolean;
}

export interface Active {
  desk: LiveDesk;
  /** Made when an element first wants records; a call alone does not. */
  queries: () => Promise<Queries>;
  dispose(): Promise<void>;
}

export function activate(page: ActivePage): Active {
  const { options, preferences, shell, stamp, dispatch } = page;
  const { server } = options;
  const session = availableStorage('sessionStorage');
  const desk = new LiveDesk({
    server,
    lock: new WebPageLock(),
    ...page.sources,
    topics: page.topics,
    softphone: page.sources.softphone ?? page.softphone(),
    vault: createSessionVault(server, session),
    storage: session,
    shared: availableStorage('localStorage'),
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.getToken === undefined ? {} : { getToken: options.getToken }),
  });
  let client: Promise<QueryClient> | null = null;
  const stopFollowing: (() => void)[] = [];
  const alert = new IncomingAlert(desk, preferences, shell);
  const events = new EventSource(desk, stamp, dispatch, { server, storage: session });
  const pop = new ScreenPop(desk, shell, stamp, {
    mode: options.mode === 'headless' ? 'event' : (options.screenPop ?? 'panel'),
    urlTemplate: options.screenPopUrl ?? '',
    headless: options.mode === 'headless',
    storage: session,
    findCustomers: (number) => desk.records.customersByNumber(number),
    onContactMatch: options.onContactMatch,
    dispatch,
  });
  stopFollowing.push(followDevices(desk, preferences));
  return {
    desk,
    async queries() {
      client ??= import('../records/query-client.ts').then(({ createQueryClient }) => {
        const made = createQueryClient();
        stopFollowing.push(followQueries(desk, made));
        return made;
      });
      return { client: await client, records: desk.records, http: desk.http };
    },
    async dispose() {
      for (const stop of stopFollowing) stop();
      events.dispose();
      pop.dispose();
      (await client)?.clear();
      await alert.dispose();
    },
  };
}

/**
 * Records of one agent are not shown to the next, and the history is read again after a call and when something has been
 * noted down about it.
 */
export function followQueries(desk: Pick<LiveDesk, 'state' | 'subscribe'>, client: QueryClient): () => void {
  let before = desk.state;
  return desk.subscribe((state) => {
    if (state.session?.agent.id !== before.session?.agent.id) client.clear();
    const noted = state.snapshot?.agent.wrapUp ?? null;
    const changed =
      endedCalls(state) > endedCalls(before) ||
      (noted !== null && noted.at !== before.snapshot?.agent.wrapUp?.at);
    before = state;
    if (changed) void client.invalidateQueries({ queryKey: ['history'] });
  });
}

function endedCalls({ snapshot }: DeskState): number {
  return snapshot?.calls.filter(({ phase }) => phase === 'ended').length ?? 0;
}

/** The chosen devices reach the softphone when somebody is logged in; before, its code is not even loaded. */
function followDevices(desk: LiveDesk, preferences: PreferenceStore): () => void {
  let applied = JSON.stringify(choiceOf(DEFAULT_PREFERENCES));
  const apply = (): void => {
    // With the connection the phone comes up, which opens the microphone: the right one.
    if (['anonymous', 'taken-over'].includes(desk.state.connection)) return;
    const choice = choiceOf(preferences.state);
    const chosen = JSON.stringify(choice);
    if (chosen === applied) return;
    applied = chosen;
    desk.selectDevices(choice).catch((error: unknown) => {
      console.warn('Telebar cannot use the chosen devices', error);
    });
  };
  const unsubscribes = [desk.subscribe(apply), preferences.subscribe(apply)];
  return () => unsubscribes.forEach((unsubscribe) => unsubscribe());
}

function choiceOf({ microphoneId, speakerId, ringDeviceId, keepMicrophone }: Preferences): DeviceChoice {
  return { microphoneId, speakerId, ringDeviceId, keepMicrophone };
}
