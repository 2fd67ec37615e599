import { BlockList, isIP } from 'node:net';
import { DomainError } from '../core/kernel/domain-error.ts';

/** Not of the public internet: private, loopback, link-local, documentation, and whatever else leads nowhere public (IANA). */
const NOT_PUBLIC = new BlockList();
const IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
const IPV6 = [
  ['::', 128],
  ['::1', 128],
  // Others' IPv4 in an IPv6 address: what is behind it would have to be judged once more.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;
for (const [network, bits] of IPV4) NOT_PUBLIC.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of IPV6) NOT_PUBLIC.addSubnet(network, bits, 'ipv6');

/** @param address an IP address, without brackets */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !NOT_PUBLIC.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** The host of an address, without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/**
 * An address that may be told of what happens, as far as that can be seen before its name is looked up.
 * @param inside whether addresses of the own network, and those without TLS, are allowed
 * @throws DomainError invalid-request
 */
export function checkedUrl(text: string, inside: boolean): string {
  const refuse = (message: string) =>
    new DomainError('invalid-request', `The address of the webhook: ${message}`, {
      errors: [{ path: 'url', message }],
    });
  if (!URL.canParse(text)) throw refuse('write a whole address, as in https://crm.example/telebar.');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw refuse('leave user name and password out; the receiver verifies the signature.');
  if (inside) return url.href;
  if (url.protocol !== 'https:') throw refuse('use https://, so that nobody reads along.');
  const host = hostOf(url);
  const isInside = isIP(host) !== 0 ? !isPublic(host) : /^(.*\.)?localhost\.?$/i.test(host);
  if (isInside)
    throw refuse(
      'it leads into the own network. Use a public one, or ask the operator for TELEBAR_WEBHOOK_PRIVATE=1.',
    );
  return url.href;
}
