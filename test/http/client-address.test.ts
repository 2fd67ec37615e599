import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../server/http/client-address.ts';

const through = (remoteAddress: string, forwarded: string | undefined, hops: number): string =>
  clientAddress(
    {
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress } as never,
    },
    hops,
  );

describe('the address of a client', () => {
  it.each([
    ['nobody is in front', '203.0.113.5', undefined, 0, '203.0.113.5'],
    ['a client claims another one and no proxy is trusted', '203.0.113.5', '10.0.0.1', 0, '203.0.113.5'],
    ['one proxy is in front', '127.0.0.1', '203.0.113.5', 1, '203.0.113.5'],
    ['a client claims another one to our proxy', '127.0.0.1', '10.0.0.1, 203.0.113.5', 1, '203.0.113.5'],
    ['two proxies are in front', '127.0.0.1', '203.0.113.5, 192.0.2.1', 2, '203.0.113.5'],
    ['fewer proxies wrote than are trusted', '127.0.0.1', '203.0.113.5', 3, '203.0.113.5'],
    ['the proxy wrote nothing', '127.0.0.1', undefined, 1, '127.0.0.1'],
    ['what was written is no address', '127.0.0.1', 'unknown', 1, '127.0.0.1'],
    ['the proxy writes ports', '127.0.0.1', '203.0.113.5:51234', 1, '203.0.113.5'],
    ['the proxy writes ports of IPv6', '::1', '[2001:db8::5]:51234', 1, '2001:db8::5'],
    ['IPv4 comes in the mapped form', '::ffff:203.0.113.5', undefined, 0, '203.0.113.5'],
  ])('is right when %s', (_when, remote, forwarded, hops, expected) => {
    expect(through(remote, forwarded, hops)).toBe(expected);
  });
});
