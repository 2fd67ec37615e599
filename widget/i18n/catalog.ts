import type { Area, areas } from './areas.ts';
import type { Plural } from './sentences.ts';

type English = { [A in Area]: Awaited<ReturnType<(typeof areas)[A]['en']>>['words'] };
type KeysOf<A extends Area> = A extends Area ? keyof English[A] : never;

/** Key of a sentence of the bar, or of other areas as well. A key that English lacks does not compile. */
export type MessageKey<A extends Area = never> = KeysOf<A | 'bar'>;

export type Catalog = Readonly<Partial<Record<MessageKey<Area>, string | Plural>>>;

type SentenceOf<K> = { [A in Area]: K extends keyof English[A] ? English[A][K] : never }[Area];
type TextOf<M> = M extends { readonly other: infer O extends string } ? O : M extends string ? M : never;
type NamesIn<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** Names of the parameters of a sentence, read off its English text. */
type ParameterNames<K> = NamesIn<TextOf<SentenceOf<K>>>;

/** What `t` wants behind the key: nothing for a sentence without parameters. */
export type Parameters<K> = [ParameterNames<K>] extends [never]
  ? []
  : [values: Readonly<Record<ParameterNames<K>, string | number>>];
