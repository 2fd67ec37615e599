import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** So long each of two tries waits for a name server, ms. */
const TRY_MS = 1_500;
const TRIES = 2;
const NOT_THERE = new Set(['ENOTFOUND', 'ENODATA']);
/** The look-up of the system would wait for the same name server. */
const SILENT = 'ETIMEOUT';

/** The IP addresses of a host, IPv4 first. Rejects when there are none. */
export type HostAddresses = (host: string) => Promise<string[]>;

interface LookUpOptions {
  readonly servers?: readonly string[];
  readonly tryMs?: number;
  readonly ofSystem?: HostAddresses;
}

/**
 * Asks the name servers of the system over the network, with a limit of time. The look-up of the operating system would hold
 * one of Node's four threads, which passwords and files need too, for as long as a name server does not answer.
 * @param own whether names that only this machine knows (its hosts file, its search domains) count too: those that name servers do
 *   not know, and all of them where no name server works
 * @param how name servers, as `127.0.0.1:53`, in place of those of the system; how long each try waits, ms; the look-up of the
 *   operating system
 */
export function hostAddresses(
  own: boolean,
  { servers, tryMs = TRY_MS, ofSystem = systemAddresses }: LookUpOptions = {},
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
    const codes = reasons.map((reason) => (reason as NodeJS.ErrnoException).code ?? '');
    const late = `No name server has answered for ${host} in time.`;
    if (own && !codes.includes(SILENT)) return within(tryMs * TRIES, ofSystem(host), late);
    throw new Error(codes.every((code) => NOT_THERE.has(code)) ? `There is no host ${host}.` : late, {
      cause: reasons[0],
    });
  };
}

async function systemAddresses(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** @throws Error with that message when it takes longer, ms */
async function within<T>(ms: number, asked: Promise<T>, late: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(late)), ms);
  });
  try {
    return await Promise.race([asked, end]);
  } finally {
    clearTimeout(timer);
  }
}
