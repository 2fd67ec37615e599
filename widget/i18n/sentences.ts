/** Forms of one sentence by CLDR plural category; chosen by the parameter `count`. */
export interface Plural {
  readonly one?: string;
  readonly other: string;
}

/**
 * The sentences of an area in another language than English, which has the keys. `{name}` is a parameter. A key that is missing, or is not
 * in the English ones, does not compile.
 */
export type Sentences<English> = Readonly<Record<keyof English, string | Plural>>;
