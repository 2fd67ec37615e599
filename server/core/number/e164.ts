import { isFeatureCode, spell } from './spelling.ts';

/**
 * Numbers as people type them and as lines deliver them, brought to one form: for calling (`normaliseDialled`) and for
 * comparing (`comparableNumber`, `isSameNumber`). The plan is that of mainland China with international numbers beside it;
 * numbers of the team itself (agents, hotline) are short and stay as they are.
 */

/** What a person dialled, as the switch is given it: digits, perhaps `*` and `#`; `+` only at the start. Null: no number. */
export function normaliseDialled(typed: string): string | null {
  const { main } = spell(typed);
  if (!/^\+?[0-9*#]+$/.test(main)) return null;
  // At most 15 digits in E.164, with room for an international prefix before it.
  const digits = main.replace(/\D/g, '');
  if (digits.length === 0 || digits.length > 19) return null;
  if (main.startsWith('+')) {
    if (digits.length > 15 || /[*#]/.test(main)) return null;
    return withoutChina(digits) ?? `+${digits}`;
  }
  if (/[*#]/.test(main)) return main;
  if (isInternational(main)) return withoutChina(main.slice(2)) ?? main;
  return isChinaWithoutPlus(main) ? (withoutChina(main) ?? main) : main;
}

/** `00` and enough behind it for another country's number. */
function isInternational(digits: string): boolean {
  return digits.startsWith('00') && digits.length > 6;
}

/**
 * Trunks often deliver E.164 without its plus. Only 86 with a whole national number behind it is taken for that: ten digits
 * (Beijing and its like, 400) or eleven (mobile, area codes of three digits), with or without a trunk zero. No number of
 * the plan is so long and begins with 86.
 */
function isChinaWithoutPlus(digits: string): boolean {
  return /^86(?:1\d{9,10}|[2-9]\d{8,10}|0[1-9]\d{8,10})$/.test(digits) && digits.length >= 12;
}

/** National form of a number with China's country code; null for another country. A fixed line gets its trunk 0 back. */
function withoutChina(international: string): string | null {
  if (!international.startsWith('86') || international.length < 10) return null;
  const national = international.slice(2).replace(/^0+/, '');
  return isMobile(national) || isService(national) ? national : `0${national}`;
}

function isMobile(national: string): boolean {
  return /^1[3-9]\d{9}$/.test(national);
}

/** 400 and 800 numbers are dialled without an area code. */
function isService(national: string): boolean {
  return /^[48]00\d{7}$/.test(national);
}

/**
 * The form in which two spellings of one line are equal, for finding a customer: digits only, without international
 * prefix, China's country code and trunk zero, and without extension, which no line delivers. `+86 138 0013 8000`,
 * `0138 0013 8000` and `13800138000` are all `13800138000`; `+86 10 8888 6666`, `861088886666` and `010-8888/6666` are
 * `1088886666`. Numbers abroad keep their country code: `+1 212 555 0100` and `001 212 555 0100` are `12125550100`.
 * Feature codes stay whole. '' when it is no number (withheld, a name).
 */
export function comparableNumber(number: string): string {
  const { main } = spell(number);
  if (isFeatureCode(main)) return main;
  if (/\p{L}/u.test(main)) return '';
  const digits = main.replace(/\D/g, '');
  let rest = digits;
  if (main.startsWith('+') || isInternational(digits)) {
    rest = digits.replace(/^00/, '');
    if (!rest.startsWith('86') || rest.length < 10) return rest;
    rest = rest.slice(2);
  } else if (isChinaWithoutPlus(digits)) {
    rest = digits.slice(2);
  }
  // A trunk zero is written before an area code, and by some exchanges before a mobile number from elsewhere.
  return rest.length >= 8 ? rest.replace(/^0/, '') : rest;
}

/** Whether both spell one telephone: two people behind one line have extensions of their own. */
export function isSameNumber(one: string, other: string): boolean {
  const comparable = comparableNumber(one);
  return (
    comparable !== '' &&
    comparable === comparableNumber(other) &&
    spell(one).extension === spell(other).extension
  );
}

/** Numbers of agents: short, digits only, never with a trunk or international prefix. */
export function looksInternal(number: string): boolean {
  return /^[1-9]\d{1,5}$/.test(number);
}
