/**
 * What cannot be seen, or turns what stands beside it: control characters but tab and line breaks, marks of direction and
 * of width zero, tags, fillers, halves of surrogate pairs. U+0000 is left to be refused.
 */
const UNSHOWABLE =
  /(?![\0\t\n\r])[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800\uFFF9-\uFFFB]/gu;

/** Where a mark that is drawn as nothing belongs to what it stands in (Unicode UTS #51, UTS #37, UAX #31 §2.3). */
const MEANT: ReadonlyArray<{ mark: RegExp; after: RegExp; before: RegExp }> = [
  // Scripts in which a joiner changes how a word is written: Arabic and its neighbours, those of India, Burmese, Khmer, Mongolian.
  {
    mark: /[\u200C\u200D]/u,
    after: /[\u0620-\u0DFF\u1000-\u109F\u1780-\u17B3\u17B6-\u17DD\u1820-\u18AA\uFB50-\uFDFF\uFE70-\uFEFC]$/u,
    before: /^[\u0620-\u0DFF\u1000-\u109F\u1780-\u17B3\u17B6-\u17DD\u1820-\u18AA\uFB50-\uFDFF\uFE70-\uFEFC]/u,
  },
  {
    mark: /\u200D/u,
    after: /(?:\p{Extended_Pictographic}\uFE0F?|\p{Emoji_Modifier})$/u,
    before: /^\p{Extended_Pictographic}/u,
  },
  { mark: /[\uFE0E\uFE0F]/u, after: /\p{Extended_Pictographic}$/u, before: /^/u },
  { mark: /\uFE0F/u, after: /[0-9#*]$/u, before: /^\u20E3/u },
  { mark: /[\u{E0100}-\u{E01EF}]/u, after: /\p{Script=Han}$/u, before: /^/u },
  { mark: /[\u180B-\u180F]/u, after: /\p{Script=Mongolian}$/u, before: /^/u },
];

/** More marks on one letter than any script writes: they would run over the lines above and below. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;

/** A text of a person or a page without what cannot be shown; every script and every emoji stays whole. */
export function showable(text: string): string {
  return text
    .replace(UNSHOWABLE, (mark, at: number) => (isMeant(text, mark, at) ? mark : ''))
    .replace(PILED_MARKS, '$1');
}

/** As `showable`, on one line. */
export function showableLine(text: string): string {
  return showable(text.replace(/[\t\n\v\f\r\p{Zl}\p{Zp}]+/gu, ' '));
}

function isMeant(text: string, mark: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 4), at);
  const after = text.slice(at + mark.length, at + mark.length + 2);
  return MEANT.some((each) => each.mark.test(mark) && each.after.test(before) && each.before.test(after));
}
