import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** So long each of two tries waits for a name server, ms. */
const TRY_MS = 1_500;
const TRIES = 2;
const NOT_THERE = new Set(['ENOTFOUND', 'ENODATA']);

/** The IP addresses of a host, IPv4 first. Rejects when there are none. */
export type HostAddresses = (host: string) => Promise<string[]>;

/**
 * Asks the name servers of the system over the network, with a limit of time. The look-up of the operating system would hold
 * one of Node's four threads, which passwords and files need too, for as long as a name server does not answer.
 * @param own whether names that only this machine knows (its hosts file, its search domains) count too
 * @param how name servers, as `127.0.0.1:53`, in place of those of the system; how long each try waits, ms
 */
export function hostAddresses(
  own: boolean,
  { servers, tryMs = TRY_MS }: { servers?: readonly string[]; tryMs?: number } = {},
): HostAddresses {
  const resolver = new Resolver({ timeout: tryMs, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return async (host) => {
    if (isIP(host) !== 0) return [host];
    // RFC 6761 §6.3: it is never asked for.
    if (/^(.*\.)?localhost\.?$/i.test(host)) return ['127.0.0.1', '::1'];
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length > 0) return found;
    const reasons = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as unknown] : [],
    );
    const isUnknown = reasons.every((reason) => NOT_THERE.has((reason as NodeJS.ErrnoException).code ?? ''));
    if (own && isUnknown) return (await lookup(host, { all: true })).map(({ address }) => address);
    throw new Error(
      isUnknown ? `There is no host ${host}.` : `No name server has answered for ${host} in time.`,
      { cause: reasons[0] },
    );
  };
}
