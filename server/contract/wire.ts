import * as z from 'zod/mini';
import { LOCALES } from '../vocabulary/locales.ts';
import { showable, showableLine } from './client-text.ts';

/** Version of everything on the wire. A client with another version is told to reload. */
export const WIRE_VERSION = 3;

export const Locale = z.enum(LOCALES);
export type Locale = z.infer<typeof Locale>;

/** A label that a team has written in both languages. */
export const LocalizedText = z.object({ en: z.string(), 'zh-CN': z.string() });
export type LocalizedText = z.infer<typeof LocalizedText>;

/** A limit before a pattern: of a text that is too long nothing more is read. */
export const atMost = (max: number) => z.maxLength(max, { abort: true });

/** Opaque id, at most 64 characters. */
export const Id = z.string().check(z.minLength(1), atMost(64), z.regex(/^[A-Za-z0-9_.:-]+$/));

/** A text of a person or a page, without what cannot be shown: at most so many characters. */
export const freeText = (max: number, min = 0) => shown(showable, max, min);

/** The same on one line: what stands in lists and beside other texts, as a name does. */
export const lineOfText = (max: number, min = 0) => shown(showableLine, max, min);

const shown = (show: (written: string) => string, max: number, min: number) =>
  z.string().check(z.overwrite(show), z.trim(), z.minLength(min), z.maxLength(max));

/** A record of at most so many keys. */
export function boundedRecord<K extends z.core.$ZodRecordKey, V extends z.core.$ZodType>(
  key: K,
  value: V,
  keys: number,
) {
  return z.record(key, value).check(
    z.refine((record) => Object.keys(record).length <= keys, `Must have at most ${keys} keys`),
    z.meta({ maxProperties: keys }),
  );
}

/** Milliseconds since the Unix epoch, by the server's clock. */
export const Timestamp = z.number().check(z.int(), z.nonnegative());

/** What is understood of the parameters of a `tel:` link (RFC 3966); others say nothing that is dialled. */
const PARAMETER =
  /;(?!(?:ext=\d{1,8}|postd=[\dA-D*#pw,]{1,32}|phone-context=\+[\d.()-]{1,20})(?:;|$))[a-z-]+=[^;\s]*/gi;
/** Longer than any link to a number: it is refused as it is. */
const LONGEST_LINK = 1000;

/**
 * What a person may type as a number, and a page mark as one: digits of any width, * # +, the usual separators, `tel:`, an
 * extension. What it is called as and compared by is the server's (`core/kernel/number`).
 */
export const numberText = (min: number, max = 64) =>
  z.string().check(
    z.overwrite((value: string) =>
      value.length > LONGEST_LINK
        ? value
        : value
            .normalize('NFKC')
            .replace(/[\p{Cf}\p{Cc}]/gu, '')
            .replace(/^\s*tel:/i, '')
            .replace(PARAMETER, ''),
    ),
    z.trim(),
    z.minLength(min),
    atMost(max),
    z.regex(
      /^[+*# .,·/()\p{Pd}]*\d[+*#\d .,·/()\p{Pd}]*((ext(ension)?\.?|x|转接?|轉|分机)[:：]? ?\d{1,8})?(;[a-z-]+=[^;\s]*)*$/iu,
    ),
  );
export const DialString = numberText(1);

/** Cursor paging: `next` is null on the last page. */
export const PageQuery = z.object({
  cursor: z.optional(z.string().check(z.maxLength(200))),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 25),
});
export type PageQuery = z.infer<typeof PageQuery>;

/**
 * As `PageQuery`, of a list with a search and orders of its own: `q` is a part of a name, or how a number begins; `sort` names a
 * column, with `-` in front from the last to the first. A cursor goes on in the order that gave it out.
 */
export function listQuery<const Column extends string>(first: Column, ...others: readonly Column[]) {
  const orders = [first, ...others].flatMap((column) => [column, `-${column}` as const]);
  return z.extend(PageQuery, {
    // It has the value in it by which the last row is ordered, in whatever script.
    cursor: z.optional(z.string().check(atMost(8_000))),
    q: z.optional(lineOfText(100)),
    sort: z._default(z.enum(orders), first as never),
  });
}

export function pageOf<T extends z.core.$ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.nullable(z.string()) });
}
export interface Page<T> {
  items: T[];
  next: string | null;
}
