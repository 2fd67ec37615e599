import type { MicrophoneState } from '../../server/vocabulary/microphone-states.ts';

/**
 * The browser's voice: registers one SIP contact and carries audio. It decides nothing about calls: the server says what
 * a leg means, the softphone answers, sends and plays it. Its adapter is the only importer of JsSIP.
 */
export interface Softphone {
  readonly state: SoftphoneState;
  subscribe(listener: (event: SoftphoneEvent) => void): () => void;
  /** Registers; keeps itself registered over network changes until `stop`. Idempotent. */
  start(account: SoftphoneAccount): Promise<void>;
  stop(): Promise<void>;
  /** Asks for the microphone, so that the first call does not wait for a permission. Never rejects: look at the result. */
  prepareMicrophone(): Promise<MicrophoneState>;
  /** Answers the ringing leg. Idempotent; rejects with `no-such-leg` when it is gone. */
  answer(legId: string): Promise<void>;
  /** Refuses or ends the leg at this side only; used when the server cannot be reached. `statusCode`: why it is refused. */
  drop(legId: string, statusCode?: number): void;
  /** Cuts the microphone of the leg at once. */
  setMuted(legId: string, muted: boolean): void;
  /** Calls out; only for the demo's customer phone. Agents dial through the server. Returns the leg's id. */
  call(number: string): Promise<string>;
  sendDigits(legId: string, digits: string): void;
  selectMicrophone(deviceId: string | null): Promise<void>;
  /** Where the other side is heard, and where calls ring; null: the system's choice. The page rings by itself. */
  selectOutputs(speakerId: string | null, ringId: string | null): Promise<void>;
  /** Whether the microphone stays open between calls. */
  keepMicrophone(keep: boolean): Promise<void>;
  /** Reconnects now, e.g. on the `online` event. */
  refresh(): void;
}

export interface SoftphoneAccount {
  uri: string;
  username: string;
  password: string;
  realm: string;
  /** Absolute ws(s) address. */
  server: string;
  iceServers: RTCIceServer[];
}

export type RegistrationState = 'stopped' | 'connecting' | 'registered' | 'refused' | 'displaced' | 'lost';
export type { MicrophoneState };

export interface SoftphoneLeg {
  /** From the header X-Telebar-Leg; a generated one for legs without. */
  legId: string;
  callId: string | null;
  direction: 'incoming' | 'outgoing';
  phase: 'ringing' | 'connecting' | 'established';
  muted: boolean;
  remoteNumber: string;
  /** The server asks this leg to answer by itself (header X-Telebar-Auto-Answer). */
  autoAnswer: boolean;
}

export interface SoftphoneState {
  registration: RegistrationState;
  microphone: MicrophoneState;
  /** Chosen devices that cannot be used; the system's own stand in. */
  absent: readonly ('microphone' | 'speaker' | 'ring')[];
  /** Round trip of the signalling socket, ms. */
  latencyMs: number | null;
  legs: readonly SoftphoneLeg[];
}

export type SoftphoneEvent =
  | { type: 'state'; state: SoftphoneState }
  /** Carries the last media figures of an established leg, about every two seconds. */
  | {
      type: 'quality';
      legId: string;
      roundTripMs: number | null;
      jitterMs: number | null;
      lossIn: number | null;
      mos: number | null;
    }
  /** A leg is over. `cause` in words of the contract's `CallCause`. */
  | { type: 'leg-ended'; legId: string; cause: string };
