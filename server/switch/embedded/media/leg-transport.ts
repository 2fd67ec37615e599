import type { Codec } from './g711.ts';
import { takesAudio, type RemoteAudio } from './sdp.ts';

/** What offer and answer agreed on for a leg. */
export interface Negotiated {
  /** What we send; either law is accepted whatever was agreed. */
  codec: Codec;
  payloadType: number;
  telephoneEvent: number | null;
  /** The far side takes our audio. */
  sending: boolean;
  /** The far side should be sending: silence on such a leg means that it is gone. */
  expecting: boolean;
  /** A new ICE and DTLS connection is being made (ICE restart); the silence timer waits for it. */
  reconnecting: boolean;
}

/** What a transport tells its leg. Buffers may be written to but not kept. */
export interface TransportListener {
  rtp(packet: Buffer): void;
  rtcp(packet: Buffer): void;
  connected(): void;
  lost(reason: 'ice-failed' | 'dtls-closed'): void;
}

/** Carries one leg's packets and speaks its SDP. */
export interface LegTransport {
  createOffer(): Promise<string>;
  /** @param peer address that the signalling comes from */
  acceptAnswer(answer: string, peer?: string): Promise<Negotiated>;
  /** The first offer and each later one. */
  answerOffer(offer: string, peer?: string): Promise<{ answer: string; negotiated: Negotiated }>;
  /** False while packets cannot leave yet. The packet may be reused after a few more sends. */
  sendRtp(packet: Buffer): boolean;
  sendRtcp(packet: Buffer): void;
  close(): void;
}

/** The agreement that follows from the far side's description: its first format is what we send. */
export function agreement(remote: RemoteAudio, offeredEvent: boolean): Negotiated {
  const format = remote.formats[0] ?? { codec: 'pcmu' as const, payloadType: 0 };
  return {
    codec: format.codec,
    payloadType: format.payloadType,
    telephoneEvent: offeredEvent ? remote.telephoneEvent : null,
    sending: takesAudio(remote),
    expecting: remote.direction === 'sendrecv' && !remote.held,
    reconnecting: false,
  };
}
