import type { Locale, LocalizedText } from '../../server/contract/wire.ts';
import { areas, type Area } from './areas.ts';
import type { Catalog, MessageKey, Parameters } from './catalog.ts';
import type { Plural } from './sentences.ts';

/** What an element says: the sentences of the bar and of areas that it has asked for; numbers and times. */
export interface Texts<A extends Area = never> extends Omit<Localizer, 't'> {
  t<K extends MessageKey<A>>(key: K, ...values: Parameters<K>): string;
}

/** The language of the page's widget: sentences, and numbers and times as people there write them. */
export class Localizer {
  readonly #listeners = new Set<() => void>();
  /** Areas that somebody has asked for, in whatever language. */
  readonly #wantedAreas = new Set<Area>(['bar']);
  readonly #loaded = new Set<Area>();
  #catalog: Catalog = {};
  #locale: Locale;
  #wanted: Locale;
  #plurals: Intl.PluralRules;
  /** Whether a language was chosen; before that nothing is fetched. */
  #chosen = false;

  constructor(locale: Locale) {
    this.#locale = locale;
    this.#wanted = locale;
    this.#plurals = new Intl.PluralRules(locale);
  }

  /** The language of the loaded sentences. */
  get locale(): Locale {
    return this.#locale;
  }

  /** False until the bar's sentences have come; `t` answers '' until then. */
  get ready(): boolean {
    return this.has('bar');
  }

  /** Whether the sentences of an area are there, in the language that is shown. */
  has(area: Area): boolean {
    return this.#loaded.has(area);
  }

  /** Fetches the sentences of areas, now and in each language that is chosen later. Rejects when they cannot be loaded. */
  async need(...wanted: Area[]): Promise<void> {
    for (const area of wanted) this.#wantedAreas.add(area);
    if (this.#chosen) await this.#fetch();
  }

  /** Switches when all sentences have come; the last choice wins. Rejects when they cannot be loaded. */
  async use(locale: Locale): Promise<void> {
    this.#wanted = locale;
    this.#chosen = true;
    await this.#fetch();
  }

  async #fetch(): Promise<void> {
    const locale = this.#wanted;
    const missing = [...this.#wantedAreas].filter((area) => this.#locale !== locale || !this.has(area));
    if (missing.length === 0) return;
    const chunks = await Promise.all(missing.map((area) => areas[area][locale]()));
    if (this.#wanted !== locale) return;
    if (this.#locale !== locale) {
      this.#locale = locale;
      this.#plurals = new Intl.PluralRules(locale);
      this.#loaded.clear();
    }
    for (const area of missing) this.#loaded.add(area);
    this.#catalog = Object.assign({}, this.#catalog, ...chunks.map(({ words }) => words)) as Catalog;
    this.#tell();
    // What was asked for while the language was on its way.
    await this.#fetch();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The sentence of a key with its parameters filled in. */
  t<K extends MessageKey<Area>>(key: K, ...[values]: Parameters<K>): string {
    const message = this.#catalog[key];
    // Drawn again when it has come.
    if (message === undefined) return '';
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

  #plural(message: Plural, count: string | number | undefined): string {
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
