import type { NumberPlan } from './number-plan.ts';

/** Mainland China, with international numbers beside it. */
export const china: NumberPlan = {
  name: 'CN',
  called(main) {
    const digits = main.replace(/\D/g, '');
    // At most 15 digits in E.164, with room for an international prefix before it.
    if (digits.length === 0 || digits.length > 19) return null;
    if (main.startsWith('+')) {
      return digits.length > 15 ? null : (withoutChina(digits) ?? `+${digits}`);
    }
    if (isInternational(digits)) return withoutChina(digits.slice(2)) ?? digits;
    return isChinaWithoutPlus(digits) ? (withoutChina(digits) ?? digits) : digits;
  },
  comparable(main) {
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
  },
  isWhole: (digits) =>
    isInternational(digits) ||
    isChinaWithoutPlus(digits) ||
    isMobile(digits.replace(/^0/, '')) ||
    isService(digits) ||
    /^0[1-9]\d{8,10}$/.test(digits) ||
    // Local numbers, and the short ones: 110, 12345, 10086, 95588, 96110.
    /^(?:[2-8]\d{6,7}|1[12]\d|12\d{3}|10\d{3}|95\d{3,6}|96\d{3,4})$/.test(digits),
};

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
