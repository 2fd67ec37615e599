import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * The client's address as the reverse proxies in front tell it, for requests, realtime and SIP alike: each of `hops` proxies is
 * believed about the one before it, nobody about more. The mapped form of IPv4 is made plain.
 * @param hops proxies whose `X-Forwarded-For` is believed; 0: none
 */
export function clientAddress(request: Pick<IncomingMessage, 'headers' | 'socket'>, hops: number): string {
  const forwarded = request.headers['x-forwarded-for'] ?? '';
  const told = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)
    .split(',')
    .map((part) => addressIn(part.trim()))
    .toReversed();
  let address = request.socket.remoteAddress ?? '';
  for (const before of told.slice(0, hops)) {
    // What is no address was written by nobody whom we trust: the proxy that passed it on is the last one that is sure.
    if (before === null) break;
    address = before;
  }
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** Some proxies write a port behind the address. */
function addressIn(text: string): string | null {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? null : bare;
}
