import { texts, type Locale, type TextKey } from './texts.ts';

/** The address decides, then what was chosen before, then the browser. Kept for all pages of the demo. */
function choose<T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
  const asked = new URLSearchParams(location.search).get(name);
  const kept = asked ?? localStorage.getItem(`telebar-demo-${name}`);
  const chosen = allowed.find((value) => value === kept) ?? otherwise;
  if (asked !== null) localStorage.setItem(`telebar-demo-${name}`, chosen);
  return chosen;
}

export const locale: Locale = choose(
  'lang',
  ['en', 'zh-CN'],
  navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en',
);

export const theme: 'light' | 'dark' = choose(
  'theme',
  ['light', 'dark'],
  matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
);

/** A text of the demo; `{0}`, `{1}` … are replaced by the values. */
export function t(key: TextKey, ...values: (string | number)[]): string {
  return texts[locale][key].replace(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)] ?? ''));
}

/** The same page with another parameter. */
function addressWith(name: string, value: string): string {
  const address = new URL(location.href);
  address.searchParams.set(name, value);
  return address.href;
}

/** Writes the texts into `[data-text]` and `[data-title]`, and makes the switches for language and theme work. */
export function preparePage(): void {
  document.documentElement.lang = locale;
  document.documentElement.dataset['theme'] = theme;
  const isKey = (key: string): key is TextKey => key in texts.en;
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
    const key = element.dataset['text'] ?? '';
    if (isKey(key)) element.textContent = t(key);
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) {
    const key = element.dataset['label'] ?? '';
    if (!isKey(key)) continue;
    element.setAttribute('aria-label', t(key));
    element.title = t(key);
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-switch="lang"]')) {
    link.href = addressWith('lang', locale === 'en' ? 'zh-CN' : 'en');
    link.textContent = locale === 'en' ? '中文' : 'English';
    link.lang = locale === 'en' ? 'zh-CN' : 'en';
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-switch="theme"]')) {
    link.href = addressWith('theme', theme === 'light' ? 'dark' : 'light');
    link.textContent = t(theme === 'light' ? 'theme.dark' : 'theme.light');
  }
}

export function find<T extends HTMLElement = HTMLElement>(selector: string): T {
  const element = document.querySelector<T>(selector);
  if (element === null) throw new Error(`the page has no ${selector}`);
  return element;
}

type Attributes = Record<string, string | boolean | ((event: Event) => void) | undefined>;

/** One element: functions become listeners, true an empty attribute, false and undefined nothing. */
export function el(name: string, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, '');
    else if (typeof value === 'string') element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** m:ss, or h:mm:ss from an hour on. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}
