import type { DigestAlgorithm } from './sip/digest.ts';
import type { DigestCredential } from './sip/digest-client.ts';

/** The one carrier. */
export interface TrunkConfig {
  /** Where outbound calls go; absent: there are none. */
  readonly target?: { readonly host: string; readonly port: number };
  /** What the carrier is called over; UDP when not given. What it sends by itself is taken over either. */
  readonly transport?: 'UDP' | 'TCP';
  /** Put before every number that is called over it but those with a plus; nothing when not given. */
  readonly prefix?: string;
  /** For a carrier that challenges us. */
  readonly credential?: DigestCredential;
  /** Addresses that inbound calls are taken from without authentication. */
  readonly allowedAddresses: readonly string[];
}

export interface EmbeddedSwitchConfig {
  /** SIP over UDP and TCP is bound here. */
  readonly bindAddress: string;
  /** 0: any free port. */
  readonly sipPort: number;
  /** SIP over TCP at the same port; `try` (when not given) does without it where somebody else has that port. */
  readonly tcp?: 'on' | 'try' | 'off';
  /** Address that peers know us by, in Via and Contact; absent: the bound one, for 0.0.0.0 the first of this machine. */
  readonly announcedAddress?: string;
  /** SIP over UDP is bound here, too, at the same port; absent: there is no IPv6. */
  readonly ipv6Address?: string;
  readonly trunk: TrunkConfig;
  /** What phones on UDP are challenged with, best first; MD5 alone when not given. */
  readonly digests?: readonly DigestAlgorithm[];
  /** Legs at once; calls beyond are refused with 503. */
  readonly maxLegs?: number;
  /** Legs at once that one endpoint may have offered or dialled itself. */
  readonly maxLegsPerEndpoint?: number;
}

/** Many phones give up at a challenge with any other, also when MD5 stands first. */
export const STANDARD_DIGESTS: readonly DigestAlgorithm[] = ['MD5'];
export const STANDARD_MAX_LEGS = 600;
/** Of all legs, what calls from the trunk may take: agents can always call. */
export const TRUNK_SHARE = 0.75;
export const STANDARD_MAX_LEGS_PER_ENDPOINT = 8;
/** Registrations, s. */
export const REGISTRATION_EXPIRY = { min: 30, max: 3_600, standard: 600 } as const;
/** Round trip of phones on UDP is measured, and their NAT kept open, this often, ms. */
export const PHONE_KEEP_ALIVE_MS = 20_000;
/** A device that answers a request by nothing at all in this time is taken for dead, ms. Numbers outside have longer. */
export const UNHEARD_MS = 4_000;
/** A leg whose voice goes on is kept this long without its signalling socket (a network change, a restarted proxy), ms. */
export const SIGNALLING_GRACE_MS = 20_000;
/** A page that hangs up closes its voice as well, and the two come by different ways: the BYE is waited for this long, ms. */
export const GOODBYE_MS = 500;
