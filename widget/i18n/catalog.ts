import type { enPanels } from './en-panels.ts';
import type { en } from './en.ts';

type English = typeof en & typeof enPanels;

/** Key of a sentence; a key that English lacks does not compile. */
export type MessageKey = keyof English;

/** Forms of one sentence by CLDR plural category; chosen by the parameter `count`. */
interface Plural {
  readonly one?: string;
  readonly other: string;
}

type Sentences<K extends MessageKey> = Readonly<Record<K, string | Plural>>;

/** The two halves of one language. */
export type BarCatalog = Sentences<keyof typeof en>;
export type PanelCatalog = Sentences<keyof typeof enPanels>;
export type Catalog = BarCatalog & Partial<PanelCatalog>;

type TextOf<M> = M extends { readonly other: infer O extends string } ? O : M extends string ? M : never;
type NamesIn<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** Names of the parameters of a sentence, read off its English text. */
type ParameterNames<K extends MessageKey> = NamesIn<TextOf<English[K]>>;

/** What `t` wants behind the key: nothing for a sentence without parameters. */
export type Parameters<K extends MessageKey> = [ParameterNames<K>] extends [never]
  ? []
  : [values: Readonly<Record<ParameterNames<K>, string | number>>];
