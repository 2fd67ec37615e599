/** A server that a browser finds its way through NAT with, as WebRTC takes it. */
export interface IceServer {
  urls: string[];
  username?: string | undefined;
  credential?: string | undefined;
}

/** What the browser phones of this installation are told, and how their secrets are made. */
export interface SipAccounts {
  /** Domain of the SIP address, as in sip:user@domain. */
  readonly domain: string;
  /** Digest realm. */
  readonly realm: string;
  /** SIP over WebSocket on this server, for endpoints that the switch gives no other address. */
  readonly ownPath: string;
  /** Where desk phones register on this server, UDP; null: another system is their registrar, or any free port was taken. */
  readonly registrarPort: number | null;
  /** STUN and TURN servers for this user, the latter with credentials. @param now ms since the epoch */
  iceServers(username: string, now: number): IceServer[];
  /** A fresh random password. */
  newPassword(): string;
  /** MD5(username:realm:password), hex (RFC 3261 §22.4). */
  ha1(username: string, password: string): string;
  /** SHA-256(username:realm:password), hex (RFC 8760). */
  ha1Sha256(username: string, password: string): string;
}
