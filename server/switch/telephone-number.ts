import { SwitchError } from '../core/ports/switch.ts';

const DIALLED = /^[0-9A-Za-z*#+._-]{1,64}$/;
const TELEPHONE = /^\+?[0-9*#]{1,64}$/;

/**
 * What is put into a request or dial string as the number that is called. Nothing in it is read as more than that: a slash
 * or an ampersand would be by Asterisk, an @ or a semicolon by SIP.
 * @throws SwitchError `no-route`
 */
export function checkDialled(number: string): string {
  if (!DIALLED.test(number)) throw new SwitchError('no-route', 'not a number that can be dialled');
  return number;
}

/** As a private exchange at the trunk wants it: `9` for a line outside. A plus says already that the number is whole. */
export function withPrefix(prefix: string, number: string): string {
  return number.startsWith('+') ? number : `${prefix}${number}`;
}

/** For calls that leave our hands: what a telephone's keys can write, and no name. @throws SwitchError `no-route` */
export function checkTelephone(number: string): string {
  if (!TELEPHONE.test(number)) throw new SwitchError('no-route', 'not a telephone number');
  return number;
}
