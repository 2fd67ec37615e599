/** Longer than any number that is dialled, with room for names in place of one. */
export const MAX_NUMBER = 64;
export const MAX_NAME = 128;

/**
 * Control characters, marks of direction and width zero (Cf), what a font draws as nothing (Default_Ignorable: fillers,
 * joiners, selectors, tags), halves of surrogate pairs.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** More marks on one letter than any script writes: they would run over the lines above and below. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;

/**
 * What a stranger has written, as it may be shown and stored: one line in which everything can be seen and nothing turns
 * what stands beside it. Escapes in a URI can bring any character.
 * @param most code points that are kept
 */
export function plain(text: string, most: number): string {
  // Long before anything is kept of it: the work is bounded as well.
  const bounded = text.slice(0, most * 8);
  const visible = bounded
    .replace(/[\t\n\v\f\r\p{Z}]+/gu, ' ')
    .replace(INVISIBLE, '')
    .replace(PILED_MARKS, '$1');
  return Array.from(visible.trim()).slice(0, most).join('');
}
