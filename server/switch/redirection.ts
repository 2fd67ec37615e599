import { isIP } from 'node:net';
import { bareAddress, type SipUri } from './embedded/sip/sip-uri.ts';

/** So often one call may be sent on. */
export const MAX_REDIRECTIONS = 5;

/**
 * Whether a call to a number may follow a carrier's redirection there. It may go to another of the carrier's hosts, and to
 * nothing else: another number would be one that nobody has checked (who may dial it, what it costs), and another host one
 * that nobody trusts. Names are not resolved: who answers for them could be anybody.
 */
export function mayFollow({ scheme, user, host }: SipUri, number: string, hosts: readonly string[]): boolean {
  const address = bareAddress(host);
  const trusted = isIP(address) !== 0 && hosts.includes(address);
  return scheme === 'sip' && trusted && bareNumber(user ?? '') === bareNumber(number);
}

/** Without what carriers add: a plus, parameters of the number. */
function bareNumber(user: string): string {
  return user.replace(/;.*$/s, '').replace(/^\+/, '');
}
