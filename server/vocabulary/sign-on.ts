/** Why a login by the provider of a team has failed. */
export const SIGN_ON_FAULTS = [
  /** It was begun too long ago, elsewhere, or is over already. */
  'expired',
  /** The person has cancelled, or the provider lets them not in. */
  'denied',
  /** The provider says that it is another one than was set up. */
  'issuer',
  /** Id or secret of the client is not what the provider has. */
  'client',
  /** What it has signed is not valid yet, or not any more: a clock is wrong. */
  'clock',
  /** What it has answered is not what the protocol says. */
  'answer',
  /** It has not told the claim that names the user. */
  'claim',
  /** The address is of a domain that may not log in, or the provider has not verified it. */
  'domain',
  /** It names nobody of the team. */
  'unknown-user',
  /** It names several people of the team. */
  'ambiguous-user',
  /** It names somebody who may not log in any more. */
  'inactive-user',
] as const;
export type SignOnFault = (typeof SIGN_ON_FAULTS)[number];

/** What a claim of the provider is compared with. */
export const SIGN_ON_MATCHES = ['username', 'email'] as const;
/** What becomes of somebody whom the provider knows and the team does not. */
export const UNKNOWN_USERS = ['refuse', 'make'] as const;
