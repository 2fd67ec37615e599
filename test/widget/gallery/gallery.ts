import { html } from 'lit';
import type { Locale } from '../../../server/contract/wire.ts';
import type { Preferences } from '../../../widget/live/desk.ts';
import '../../../widget/elements/phone-bar/phone-bar.ts';
import '../../../widget/elements/screen-pop/screen-pop.ts';
import { onStage } from '../support/stage.ts';
import { inEnglish, views } from './views.ts';

/** `?view=idle&theme=dark&locale=zh-CN&position=bottom` shows one state of the elements over an empty page. */
const query = new URLSearchParams(location.search);
const name = query.get('view') ?? 'idle';
const locale = (query.get('locale') ?? 'zh-CN') as Locale;
const theme = (query.get('theme') ?? 'light') as Preferences['theme'];
const position = (query.get('position') ?? 'bottom-right') as Preferences['position'];
const inline = query.has('inline');
const view = views[name] ?? { state: views['idle']!.state };
document.body.dataset['theme'] = theme;

const stage = await onStage(
  html`<telebar-phone-bar ?inline=${inline}></telebar-phone-bar>
    <telebar-screen-pop ?inline=${inline}></telebar-screen-pop>`,
  {
    state: locale === 'en' ? inEnglish(view.state) : view.state,
    locale,
    preferences: {
      theme,
      position,
      collapsed: view.collapsed ?? false,
      lastTeam: 'demo',
      lastUsername: '1001',
    },
  },
);
view.prepare?.(stage);
view.open?.(stage);
// Parts come by dynamic import; the script waits for the page to be quiet and presses then.
Object.assign(window, { press: view.press ?? '' });
