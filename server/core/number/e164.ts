/**
 * Numbers as people type them and as lines deliver them, brought to one form. The plan is that of mainland China with
 * international numbers beside it; numbers of the team itself (agents, hotline) are short and stay as they are.
 */

/** What a person dialled, as the switch is given it: digits, perhaps `*` and `#`; `+` only at the start. Null: no number. */
export function normaliseDialled(typed: string): string | null {
  const compact = typed.replace(/[\s().-]/g, '');
  if (!/^\+?[0-9*#]+$/.test(compact)) return null;
  // At most 15 digits in E.164, with room for an international prefix before it.
  const digits = compact.replace(/\D/g, '');
  if (digits.length === 0 || digits.length > 19) return null;
  if (compact.startsWith('+')) {
    if (digits.length > 15 || /[*#]/.test(compact)) return null;
    return withoutChina(digits) ?? `+${digits}`;
  }
  if (compact.startsWith('00') && digits.length > 6) return withoutChina(digits.slice(2)) ?? compact;
  return compact;
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
 * The form in which two spellings of one number are equal, for finding a customer: digits only, without international
 * prefix, China's country code and trunk zero. `+86 138 0013 8000`, `0138 0013 8000` and `13800138000` are all
 * `13800138000`; `+86 10 8888 6666` and `010-88886666` are `1088886666`. Numbers abroad keep their country code:
 * `+1 212 555 0100` and `001 212 555 0100` are `12125550100`. '' when there is no digit (a withheld number).
 */
export function comparableNumber(number: string): string {
  const compact = number.trim();
  const digits = compact.replace(/\D/g, '');
  let rest = digits;
  const international = compact.startsWith('+') || (digits.startsWith('00') && digits.length > 6);
  if (international) {
    rest = digits.replace(/^00/, '');
    if (!rest.startsWith('86') || rest.length < 10) return rest;
    rest = rest.slice(2);
  } else if (/^86(1[3-9]\d{9}|[48]00\d{7}|0\d{9,11})$/.test(digits)) {
    // Trunks often deliver E.164 without its plus; only a full national number after 86 is taken for that.
    rest = digits.slice(2);
  }
  // A trunk zero is written before an area code, and by some exchanges before a mobile number from elsewhere.
  return rest.length >= 8 ? rest.replace(/^0/, '') : rest;
}

/** Numbers of agents: short, digits only, never with a trunk or international prefix. */
export function looksInternal(number: string): boolean {
  return /^[1-9]\d{1,5}$/.test(number);
}
