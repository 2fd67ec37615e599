import { BlockList, isIP, SocketAddress } from 'node:net';

type Network = readonly [address: string, prefix: number];

function list(...networks: readonly Network[]): BlockList {
  const blocks = new BlockList();
  for (const [address, prefix] of networks) {
    blocks.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return blocks;
}

const LOOPBACK = list(['127.0.0.0', 8], ['::1', 128]);
/** Of use only inside of their own network: RFC 1918, RFC 6598, RFC 4193 and link-local. */
const PRIVATE = list(
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['fc00::', 7],
  ['fe80::', 10],
);
/** Nobody's: unspecified, multicast, broadcast and reserved. */
const NOBODY = list(['0.0.0.0', 8], ['224.0.0.0', 3], ['::', 128], ['ff00::', 8]);

/** From how far an address can be reached. */
export type Scope = 'nobody' | 'loopback' | 'private' | 'public';

export function scopeOf(address: string): Scope {
  const family = isIP(address);
  if (family === 0) return 'nobody';
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  if (NOBODY.check(address, kind)) return 'nobody';
  if (LOOPBACK.check(address, kind)) return 'loopback';
  return PRIVATE.check(address, kind) ? 'private' : 'public';
}

/** Whether somebody who signals from `signaller` can mean `address` when he writes it. */
export function canMean(signaller: string, address: string): boolean {
  switch (scopeOf(address)) {
    case 'nobody':
      return false;
    case 'loopback':
      return scopeOf(signaller) === 'loopback';
    case 'private':
      return scopeOf(signaller) !== 'public';
    case 'public':
      return true;
  }
}

/** One spelling for each address, as sockets write it; what is none comes back as it is. */
export function canonicalAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const { address: canonical } = new SocketAddress({ address: address.replace(/%.*$/, ''), family: 'ipv6' });
  return canonical.replace(/^::ffff:(?=\d+\.)/, '');
}
