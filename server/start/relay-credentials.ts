import { createHmac } from 'node:crypto';

/** As a browser's RTCPeerConnection takes it. */
export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

/** A browser shows its credential as long as its call lasts, and that may be a shift; s. */
const VALID_S = 12 * 3_600;

/** Whether it is a relay that nobody has given a credential: one that shares a secret with us. */
export function wantsCredential({ urls, credential }: IceServer): boolean {
  return credential === undefined && urls.some((url) => /^turns?:/.test(url));
}

/**
 * What a browser is told. Relays without a credential of their own get one that expires: the name carries the end of its
 * time, the password is the HMAC-SHA1 of the name (coturn's `use-auth-secret`, draft-uberti-behave-turn-rest-00 §2.2).
 * @param now ms since the epoch
 */
export function iceServersFor(
  { iceServers, turnSecret }: { iceServers: IceServer[]; turnSecret: string | null },
  username: string,
  now: number,
): IceServer[] {
  if (turnSecret === null) return iceServers;
  const name = `${Math.floor(now / 1_000) + VALID_S}:${username}`;
  const credential = createHmac('sha1', turnSecret).update(name).digest('base64');
  return iceServers.map((server) =>
    wantsCredential(server) ? { ...server, username: name, credential } : server,
  );
}
