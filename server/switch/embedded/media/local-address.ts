import { networkInterfaces } from 'node:os';
import { scopeOf } from './address-scope.ts';
import type { MediaConfig } from './media-engine.ts';

/** IPv4 addresses of this machine that others can reach; loopback only when there is nothing else. */
function localAddresses(): string[] {
  const all = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ family }) => family === 'IPv4');
  const outside = all.filter(({ internal }) => !internal);
  return (outside.length > 0 ? outside : all).map(({ address }) => address);
}

/** Every address that is written into candidates. */
export function announcedAddresses(config: MediaConfig): string[] {
  if (config.announcedAddress !== undefined) return [config.announcedAddress];
  return config.bindAddress === '0.0.0.0' ? localAddresses() : [config.bindAddress];
}

/** The one address of a plain RTP description. */
export function announcedAddress(config: MediaConfig): string {
  return announcedAddresses(config)[0] ?? '127.0.0.1';
}

/** The address of IPv6 that others know us by; for `::` the one that is reached from farthest. */
export function announcedIpv6Address(bindAddress: string): string {
  if (bindAddress !== '::') return bindAddress;
  const own = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ family, address }) => family === 'IPv6' && !address.startsWith('fe80'))
    .map(({ address }) => address);
  return (
    own.find((address) => scopeOf(address) === 'public') ?? own.find((address) => address !== '::1') ?? '::1'
  );
}
