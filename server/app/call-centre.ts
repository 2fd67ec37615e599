import type { Clock } from '../core/ports/clock.ts';
import type { IdSource } from '../core/ports/id-source.ts';
import type { Switch } from '../core/ports/switch.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import type { SipCredential } from '../contract/session.ts';
import type { Logger } from './logger.ts';
import type { AgentCommands, CallCommands, Desks, Identity } from './services.ts';

/** What the browser phones of this installation are told, and how their secrets are made. */
export interface SipAccounts {
  /** Domain of the SIP address, as in sip:user@domain. */
  readonly domain: string;
  /** Digest realm. */
  readonly realm: string;
  /** Address of SIP over WebSocket, absolute or path-only. */
  readonly server: string;
  readonly iceServers: SipCredential['iceServers'];
  /** A fresh random password. */
  newPassword(): string;
  /** MD5(username:realm:password), hex (RFC 3261 §22.4). */
  ha1(username: string, password: string): string;
  /** SHA-256(username:realm:password), hex (RFC 8760). */
  ha1Sha256(username: string, password: string): string;
}

export interface CallCentreDeps {
  readonly unitOfWork: UnitOfWork;
  /** Started and stopped by the caller: start it before `CallCentre.start()`, stop it after `CallCentre.stop()`. */
  readonly switch: Switch;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly sip: SipAccounts;
  /** Rejects with `wrong-password`; used to unlock a desk. */
  checkPassword(who: Identity, password: string): Promise<void>;
  /** Compares a PIN that was keyed in at a telephone with the stored PHC string. */
  checkPin(pin: string, pinHash: string): Promise<boolean>;
}

/** Live call control of all teams: agents, calls and desks, and what drives them. */
export interface CallCentre {
  readonly agents: AgentCommands;
  readonly calls: CallCommands;
  readonly desks: Desks;
  /** Whether calls can be taken now. */
  readonly ready: boolean;
  /** Loads the teams (after migration and seeding), closes what a crash left open, provisions desk phones, takes calls. */
  start(): Promise<void>;
  /** Stops taking calls, ends live ones with cause `server-restart` in the records, and releases timers. */
  stop(): Promise<void>;
}

export declare function createCallCentre(deps: CallCentreDeps): CallCentre;
