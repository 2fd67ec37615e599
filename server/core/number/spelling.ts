/** A number as it was written, taken apart. */
export interface Spelling {
  /** Without what only helps reading: `+` at the start, digits, `*`, `#`; letters when it is no number at all. */
  readonly main: string;
  /** Digits that are sent when the call is answered; '' without. */
  readonly extension: string;
}

/** `;ext=12` (RFC 3966 §5.3), `x12`, `ext. 12`, `,,12`, 转12, 分机 12, behind something that can be a number of its own. */
const EXTENSION =
  /^(.*\d{3}.*?)(?:;ext=|;postd=[p,]*|(?:\s*,)+|(?:ext(?:ension)?\.?|x|转接?|轉|分机)[:：]?)\s*(\d{1,8})$/i;
/** Blanks, dots, commas (a pause, as in `9,010…`), slashes, hyphens of every width, brackets, and what cannot be seen. */
const SEPARATORS = /[\s.,·/\\()_\p{Pd}\p{Cf}]/gu;

/**
 * Takes apart what people type, web pages mark and lines deliver: full-width digits, separators, `tel:` and `sip:` addresses
 * (RFC 3966, RFC 3261 §19.1.6), the trunk zero in brackets of `+86 (0)10`, extensions.
 */
export function spell(written: string): Spelling {
  const address = written
    .normalize('NFKC')
    .trim()
    .replace(/^(?:tel|sips?|callto):(?:\/\/)?/i, '')
    .replace(/@.*$/, '');
  const [, before = address, extension = ''] = EXTENSION.exec(address) ?? [];
  const main = before
    .replace(/;.*$/, '')
    .replace(/^(\s*(?:\+|00)[\d\s]*)\(0\)/, '$1')
    .replace(SEPARATORS, '');
  return { main, extension };
}

/** `*64`, `*21*1002#`: for the switch itself, and never a spelling of something else. */
export function isFeatureCode(main: string): boolean {
  return /^[*#]/.test(main) && /^[*#\d]+$/.test(main);
}

/** Numbers of agents: short, digits only, never with a trunk or international prefix. */
export function looksInternal(number: string): boolean {
  return /^[1-9]\d{1,5}$/.test(number);
}
