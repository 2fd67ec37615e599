export interface SetupLinkRow {
  /** Keyed hash of the token, hex: the token itself is not kept. */
  tokenHash: string;
  /** ms since the epoch */
  expiresAt: number;
}

export interface SetupLinkStore {
  /** The one link that counts from now on; null: none. */
  set(link: SetupLinkRow | null): Promise<void>;
  byHash(tokenHash: string): Promise<SetupLinkRow | null>;
}
