import type { Locale, LocalizedText } from '../../server/contract/wire.ts';
import type { BarCatalog, Catalog, MessageKey, PanelCatalog, Parameters } from './catalog.ts';

/** Each language is two chunks of its own: a page loads only what somebody reads. */
const catalogs: Readonly<Record<Locale, () => Promise<BarCatalog>>> = {
  en: async () => (await import('./en.ts')).en,
  'zh-CN': async () => (await import('./zh-cn.ts')).zhCn,
};
const panels: Readonly<Record<Locale, () => Promise<PanelCatalog>>> = {
  en: async () => (await import('./en-panels.ts')).enPanels,
  'zh-CN': async () => (await import('./zh-cn-panels.ts')).zhCnPanels,
};

/** The language of the page's widget: sentences, and numbers and times as people there write them. */
export class Localizer {
  readonly #listeners = new Set<() => void>();
  #catalog: Catalog | null = null;
  #locale: Locale;
  #wanted: Locale;
  #plurals: Intl.PluralRules;
  /** Whether anything beyond the bar has been asked for. */
  #whole = false;

  constructor(locale: Locale) {
    this.#locale = locale;
    this.#wanted = locale;
    this.#plurals = new Intl.PluralRules(locale);
  }

  /** The language of the loaded sentences. */
  get locale(): Locale {
    return this.#locale;
  }

  /** False until the first catalog has come; `t` answers '' until then. */
  get ready(): boolean {
    return this.#catalog !== null;
  }

  /** Whether the sentences of panels are there too. */
  get complete(): boolean {
    return this.#catalog !== null && 'pop.label' in this.#catalog;
  }

  /** Fetches the sentences of panels, the screen pop and refusals. Rejects when they cannot be loaded. */
  async whole(): Promise<void> {
    this.#whole = true;
    if (this.complete) return;
    const locale = this.#wanted;
    const more = await panels[locale]();
    if (this.#catalog === null || this.#locale !== locale) return;
    this.#catalog = { ...this.#catalog, ...more };
    this.#tell();
  }

  /** Switches when the catalog has come; the last choice wins. Rejects when it cannot be loaded. */
  async use(locale: Locale): Promise<void> {
    this.#wanted = locale;
    if (this.#catalog !== null && this.#locale === locale) return;
    const [catalog, more] = await Promise.all([catalogs[locale](), this.#whole ? panels[locale]() : {}]);
    if (this.#wanted !== locale) return;
    this.#catalog = { ...catalog, ...more };
    this.#locale = locale;
    this.#plurals = new Intl.PluralRules(locale);
    this.#tell();
    // Asked for while the language was on its way.
    if (this.#whole && !this.complete) await this.whole();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The sentence of a key with its parameters filled in. */
  t<K extends MessageKey>(key: K, ...[values]: Parameters<K>): string {
    const message = this.#catalog?.[key];
    if (message === undefined) {
      // Drawn again when it has come.
      if (this.ready) this.whole().catch(reportError);
      return '';
    }
    const given: Readonly<Record<string, string | number>> = values ?? {};
    const text = typeof message === 'string' ? message : this.#plural(message, given['count']);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => this.#show(given[name]));
  }

  /** A label that the team has written in both languages; the other language when this one is empty. */
  label(text: LocalizedText): string {
    return text[this.#locale] || text.en || text['zh-CN'];
  }

  number(value: number, options?: Intl.NumberFormatOptions): string {
    return new Intl.NumberFormat(this.#locale, options).format(value);
  }

  /** A ratio from 0 to 1 as per cent. */
  percent(ratio: number): string {
    return this.number(ratio, { style: 'percent', maximumFractionDigits: 1 });
  }

  /** Time of day of a moment, ms since the epoch. */
  time(moment: number): string {
    return new Intl.DateTimeFormat(this.#locale, {
      hour: '2-digit',
      minute: '2-digit',
      hour12: false,
    }).format(moment);
  }

  /** Time of day when it was today, otherwise the day with it, with its year unless that is the present one. */
  moment(moment: number, now: number): string {
    const [then, today] = [new Date(moment), new Date(now)];
    if (then.toDateString() === today.toDateString()) return this.time(moment);
    return new Intl.DateTimeFormat(this.#locale, {
      ...(then.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' }),
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hour12: false,
    }).format(moment);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #plural(message: { one?: string; other: string }, count: string | number | undefined): string {
    const category = this.#plurals.select(Number(count ?? 0));
    return (category === 'one' ? message.one : undefined) ?? message.other;
  }

  #show(value: string | number | undefined): string {
    return typeof value === 'number' ? this.number(value) : (value ?? '');
  }
}

/** The language that the browser asks for, as far as Telebar speaks it. */
export function browserLocale(languages: readonly string[] = navigator.languages): Locale {
  const known = languages.find((language) => /^(zh|en)\b/i.test(language));
  return known !== undefined && /^zh/i.test(known) ? 'zh-CN' : 'en';
}

/** One page, one language. */
export const localizer = new Localizer(browserLocale());
