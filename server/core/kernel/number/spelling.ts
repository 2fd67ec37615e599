/** A number as it was written, taken apart. */
export interface Spelling {
  /** Without what only helps reading: `+` at the start, digits, `*`, `#`; letters when it is no number at all. */
  readonly main: string;
  /** Keys, and `,` for a pause, that are sent when the call is answered; '' without. */
  readonly extension: string;
}

/** What announces an extension: a pause, or a word. */
const ANNOUNCED = /,$|(?:ext(?:ension)?\.?|x|转接?|轉|分机)[:：]?$/i;
/** Blanks, dots, commas (a pause, as in `9,010…`), slashes, hyphens of every width, brackets, and what cannot be seen. */
const SEPARATORS = /[\s.,·/\\()_\p{Pd}\p{Cf}]/gu;

/**
 * Takes apart what people type, web pages mark and lines deliver: full-width digits, separators, `tel:` and `sip:` addresses
 * (RFC 3261 §19.1.6), the trunk zero in brackets of `+86 (0)10`, extensions; of the parameters of RFC 3966 `ext`, `postd`, and a
 * `phone-context` of digits, which a local number stands behind.
 */
export function spell(written: string): Spelling {
  const address = written
    .normalize('NFKC')
    .trim()
    .replace(/^(?:tel|sips?|callto):(?:\/\/)?/i, '')
    .replace(/@.*$/s, '');
  const [local = '', ...parameters] = address.split(';');
  const context = local.trim().startsWith('+') ? '' : parameter(parameters, 'phone-context');
  const [before, extension] = withoutExtension(local);
  const main = (context.startsWith('+') ? context + before : before)
    .replace(/^(\s*(?:\+|00)[\d\s]*)\(0\)/, '$1')
    .replace(SEPARATORS, '');
  const keys = parameter(parameters, 'ext') || postDial(parameters) || extension;
  return { main, extension: keys.replace(/[\s.()-]/g, '') };
}

/**
 * `x12`, `ext. 12`, `,,12`, 转12, 分机 12, behind something that can be a number of its own. From the end and step by step:
 * what callers are called by is read as well, and one pattern for all of it would try each way to divide it.
 */
function withoutExtension(local: string): [before: string, extension: string] {
  let start = local.length;
  while (start > 0 && /\d/.test(local.charAt(start - 1))) start -= 1;
  const keys = local.slice(start);
  const announcing = local.slice(0, start).trimEnd();
  const word = ANNOUNCED.exec(announcing);
  if (keys === '' || keys.length > 8 || word === null) return [local, ''];
  const before = announcing.slice(0, word.index);
  return /\d{3}/.test(before) ? [before, keys] : [local, ''];
}

function parameter(parameters: readonly string[], name: string): string {
  const found = parameters.find((each) => each.toLowerCase().startsWith(`${name}=`));
  return found === undefined ? '' : found.slice(name.length + 1);
}

/** RFC 3966's predecessor and many pages write a pause as `p`, and `w` for a wait. */
function postDial(parameters: readonly string[]): string {
  return parameter(parameters, 'postd')
    .toUpperCase()
    .replace(/[PW]/g, ',')
    .replace(/^,+(?=\d{1,8}$)/, '');
}

/** `*64`, `*21*1002#`: for the switch itself, and never a spelling of something else. */
export function isFeatureCode(main: string): boolean {
  return /^[*#]/.test(main) && /^[*#\d]+$/.test(main);
}

/** Numbers of agents: short, digits only, never with a trunk or international prefix. */
export function looksInternal(number: string): boolean {
  return /^[1-9]\d{1,5}$/.test(number);
}
