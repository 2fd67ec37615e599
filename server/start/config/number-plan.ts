import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { china } from '../../core/kernel/number/china.ts';
import type { NumberPlan } from '../../core/kernel/number/number-plan.ts';

/** A country as ISO 3166 writes it, as `GB`. */
export function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code);
}

/** How numbers are written there; China's plan knows more of its short and service numbers than tables of all countries do. */
export function numberPlanOf(country: string): NumberPlan {
  if (!isCountry(country)) throw new RangeError(`no country ${country}`);
  return country === 'CN' ? china : planOf(country);
}

/** From the tables of all countries: their codes, trunk and international prefixes, and lengths. */
function planOf(country: CountryCode): NumberPlan {
  const code = getCountryCallingCode(country);
  /** Null for what is no whole number: short, local, or nothing that anybody has. */
  const parse = (main: string) => {
    const number = parsePhoneNumberFromString(main, { defaultCountry: country, extract: false });
    return number?.isPossible() === true ? number : null;
  };
  return {
    name: country,
    called(main) {
      const digits = main.replace(/\D/g, '');
      if (digits.length === 0 || digits.length > 19) return null;
      const number = parse(main);
      if (number === null) return main.startsWith('+') && digits.length > 15 ? null : main;
      return number.countryCallingCode === code ? national(number) : number.number;
    },
    comparable(main) {
      const number = parse(main);
      if (number === null) return main.replace(/\D/g, '');
      return number.countryCallingCode === code ? number.nationalNumber : number.number.slice(1);
    },
    isWhole(digits) {
      if (/^\d{3}$/.test(digits)) return true;
      const number = parse(digits);
      if (number?.isValid() !== true) return false;
      // Where a zero is dialled before the area code, a number without it is only a part of one.
      return digits !== number.nationalNumber || digits === national(number);
    },
  };
}

function national(number: PhoneNumber): string {
  return number.formatNational().replace(/\D/g, '');
}
