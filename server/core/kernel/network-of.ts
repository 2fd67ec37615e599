const IPV6 = /^[\da-f]*:[\da-f:.]*$/i;

/**
 * Whom an address stands for where clients are counted: of IPv6 the whole network of 64 bits, since a single machine has
 * all of it.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!IPV6.test(plain)) return plain;
  const [before = '', after = ''] = plain.toLowerCase().split('::');
  const head = before.split(':').filter(Boolean);
  const tail = after.split(':').filter(Boolean);
  const gap = plain.includes('::') ? Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0') : [];
  const groups = [...head, ...gap, ...tail].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${groups.join(':')}::/64`;
}
