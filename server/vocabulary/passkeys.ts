/** Why a passkey was not taken. */
export const PASSKEY_FAULTS = [
  /** The question that it answers is older than five minutes, or was answered already. */
  'expired',
  /** Nobody has this passkey here, or somebody else than who knew the password. */
  'unknown',
  /** Its answer is not right, or is for another page. */
  'wrong',
  /** It counts less than it did: there may be a copy of it. */
  'copied',
  /** Whose it is may not log in any more. */
  'inactive',
  /** The server has no name for which passkeys could be. */
  'no-name',
  /** One has as many as may be. */
  'too-many',
] as const;
export type PasskeyFault = (typeof PASSKEY_FAULTS)[number];
