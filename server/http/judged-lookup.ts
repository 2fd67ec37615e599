import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { hostOf, isPublic } from './hook-address.ts';
import type { HostAddresses } from './host-addresses.ts';

/**
 * What can be seen of an address before its name is looked up.
 * @param inside whether addresses of the own network, and plain HTTP, are allowed
 * @throws Error with a sentence
 */
export function checkTarget(target: URL, inside: boolean): void {
  if (inside) return;
  if (target.protocol !== 'https:') {
    throw new Error('Plain HTTP is refused, because others could read along: use https://.');
  }
  const host = hostOf(target);
  if (isIP(host) !== 0 && !isPublic(host)) throw outOfReach(host);
}

/** The very addresses that were looked up are judged and connected to: a name cannot mean another one a moment later. */
export function judgedLookup(addressesOf: HostAddresses, inside: boolean): LookupFunction {
  const judged = callbackify(async (host: string) => {
    const addresses = await addressesOf(host);
    const found = inside ? undefined : addresses.find((address) => !isPublic(address));
    if (found !== undefined) throw outOfReach(found);
    return addresses.map((address) => ({ address, family: isIP(address) }));
  });
  return (host, options, callback) => {
    judged(host, (error, all) => {
      if (error) callback(error, []);
      else if (options.all === true) callback(null, all);
      else callback(null, all[0]?.address ?? '', all[0]?.family);
    });
  };
}

function outOfReach(address: string): Error {
  return new Error(`The address ${address} is not one of the public internet.`);
}
