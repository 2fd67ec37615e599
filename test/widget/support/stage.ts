import { ContextProvider } from '@lit/context';
import { QueryClient } from '@tanstack/query-core';
import { LitElement, html, render, type TemplateResult } from 'lit';
import type { Locale } from '../../../server/contract/wire.ts';
import { localizer } from '../../../widget/i18n/localizer.ts';
import {
  deskContext,
  preferencesContext,
  queriesContext,
  shellContext,
  topicsContext,
} from '../../../widget/live/contexts.ts';
import type { Preferences } from '../../../widget/live/desk.ts';
import { createPreferences, type PreferenceStore } from '../../../widget/live/preferences.ts';
import { createShell, type Shell } from '../../../widget/live/shell.ts';
import { FakeTopics } from './fake-topics.ts';
import { FakeDesk } from './fake-desk.ts';
import { FakeRecords } from './fake-records.ts';
import type { DeskState } from '../../../widget/live/desk.ts';
import type { Queries } from '../../../widget/records/queries.ts';

class StageElement extends LitElement {
  override createRenderRoot(): HTMLElement {
    return this;
  }
}
customElements.define('test-stage', StageElement);

const NOBODY_THERE: Queries['http'] = {
  request: ({ path }) => Promise.reject(new Error(`Nobody answers ${path}.`)),
};

/** What a page gives to elements, with fakes behind it. */
export interface Stage {
  root: HTMLElement;
  desk: FakeDesk;
  records: FakeRecords;
  shell: Shell;
  topics: FakeTopics;
  preferences: PreferenceStore;
  dispose(): void;
}

/** Puts elements on the page, with every context provided. */
export async function onStage(
  content: TemplateResult,
  {
    state,
    locale = 'en',
    records = new FakeRecords(),
    http = NOBODY_THERE,
    preferences: wishes = {},
  }: {
    state?: DeskState;
    locale?: Locale;
    records?: FakeRecords;
    http?: Queries['http'];
    preferences?: Partial<Preferences>;
  } = {},
): Promise<Stage> {
  await localizer.use(locale);
  await localizer.need('panels', 'screenPop', 'refusals', 'admin', 'account', 'people');
  const desk = new FakeDesk(state);
  const shell = createShell(desk);
  const topics = new FakeTopics();
  const preferences = createPreferences({ locale, ...wishes }, null);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const root = new StageElement();
  new ContextProvider(root, { context: deskContext, initialValue: desk });
  new ContextProvider(root, { context: queriesContext, initialValue: { client, records, http } });
  new ContextProvider(root, { context: preferencesContext, initialValue: preferences });
  new ContextProvider(root, { context: shellContext, initialValue: shell });
  new ContextProvider(root, { context: topicsContext, initialValue: topics });
  document.body.append(root);
  const slot = document.createElement('div');
  root.append(slot);
  render(html`${content}`, slot);
  return {
    root: slot,
    desk,
    records,
    shell,
    topics,
    preferences,
    dispose() {
      root.remove();
      client.clear();
    },
  };
}
