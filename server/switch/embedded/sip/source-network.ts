import { isIPv6 } from 'node:net';

/** What counts as one source: the address; of IPv6 the whole network of 64 bits, since a single machine has all of it. */
export function sourceNetwork(address: string): string {
  if (!isIPv6(address)) return address;
  const [before = '', after = ''] = address.toLowerCase().split('::');
  const head = before.split(':').filter(Boolean);
  const tail = after.split(':').filter(Boolean);
  const gap = address.includes('::')
    ? Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0')
    : [];
  return `${[...head, ...gap, ...tail].slice(0, 4).join(':')}::/64`;
}
