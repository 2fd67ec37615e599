import type { LegId, PlaybackId, RecordingId, RoomId } from '../../../core/kernel/ids.ts';
import type { PlayRequest, QualitySample, RecordRequest, Voice } from '../../../core/ports/switch.ts';

/**
 * The media half of the embedded switch: terminates ICE, DTLS-SRTP and plain RTP, forwards, mixes, plays and records.
 * `MediaChild` runs it in a child process; both ends of the IPC speak this interface. Knows SDP, not SIP.
 *
 * Intents reject with `MediaError`. After `down` every leg and room is gone and `up` follows with an empty engine.
 */
export interface MediaEngine {
  start(): Promise<void>;
  stop(): Promise<void>;
  subscribe(listener: (event: MediaEvent) => void): () => void;

  /**
   * Takes the far side's offer and returns our answer. A WebRTC leg must connect within 45 s of it (`ice-failed` otherwise),
   * so a call that may ring for longer is answered with early media or offered to the far side late.
   * `not-acceptable` (488): no audio, no fingerprint, no ICE, no common codec.
   * `peer` here and below: the address that the far side's signalling comes from, whose plain RTP is believed.
   */
  answerOffer(legId: LegId, transport: MediaTransport, offer: string, peer?: string): Promise<string>;
  /** Makes our offer for a leg that we dial, or that came without SDP; for a leg that exists, a new offer of its session. */
  createOffer(legId: LegId, transport: MediaTransport, peer?: string): Promise<string>;
  /** Takes the far side's answer (also of a 183, then again of the 200). */
  acceptAnswer(legId: LegId, answer: string, peer?: string): Promise<void>;
  /** A re-INVITE or UPDATE with SDP from the far side: direction (RFC 3264 §8.4), new address, ICE restart. Returns our answer. */
  answerReoffer(legId: LegId, offer: string, peer?: string): Promise<string>;
  /** Ends the leg's media and frees it. Resolves also when it does not exist. */
  closeLeg(legId: LegId): Promise<void>;

  openRoom(roomId: RoomId): Promise<void>;
  closeRoom(roomId: RoomId): Promise<void>;
  place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void>;
  remove(legId: LegId): Promise<void>;
  music(legId: LegId, on: boolean): Promise<void>;
  /** Takes a leg out of its room and ends its music, playback and recordings; it stays connected and hears silence. */
  release(legId: LegId): Promise<void>;
  play(request: PlayRequest): Promise<void>;
  stopPlayback(playbackId: PlaybackId): Promise<void>;
  record(request: RecordRequest): Promise<void>;
  pauseRecording(recordingId: RecordingId): Promise<void>;
  resumeRecording(recordingId: RecordingId): Promise<void>;
  stopRecording(recordingId: RecordingId): Promise<void>;
  /** RFC 4733 events; rejects with `no-telephone-event` when the far side takes none (the adapter then sends INFO). */
  sendDigits(legId: LegId, digits: string): Promise<void>;
  legs(): Promise<Array<{ legId: LegId; roomId: RoomId | null }>>;
}

export type MediaTransport = 'webrtc' | 'rtp';

export interface MediaConfig {
  /** Local address that sockets are bound to. */
  bindAddress: string;
  /** Local address of IPv6 for plain RTP, announced as it is (`::`: every one, and the best is announced); absent: none. */
  ipv6Address?: string;
  /** Address that is written into SDP and candidates instead (containers, NAT); absent: the bound one, or for 0.0.0.0 all local ones. */
  announcedAddress?: string;
  /** The one UDP port of all WebRTC legs. */
  webrtcPort: number;
  /** First and last UDP port of plain RTP legs (RTP on even, RTCP on odd ports). */
  rtpPorts: readonly [number, number];
  /** STUN servers, asked for legs whose offer we answer. Our own offers rely on the announced address. */
  iceServers: readonly string[];
  /** WAV file of the music on hold; absent: a built-in melody. */
  musicFile?: string;
  /** Hosts whose plain RTP is taken when an SDP names them, wherever its signalling comes from. */
  mediaHosts?: readonly string[];
  /** A WebRTC leg without any RTP or RTCP for this long is lost, a plain one quiet, ms. */
  silenceMs: number;
}

export type MediaEvent =
  /** Packets flow to and from the far side (ICE and DTLS done, or first RTP). */
  | { type: 'leg-connected'; legId: LegId }
  /**
   * Nothing has come from a plain RTP leg for `silenceMs`, or much longer when it need not send (a hold). It may be silent for
   * good reasons: whether it is there is found out by its signalling. Told again now and then while it lasts.
   */
  | { type: 'leg-quiet'; legId: LegId }
  /** Of a WebRTC leg no RTP and no RTCP for `silenceMs`, DTLS closed or ICE failed. */
  | { type: 'leg-lost'; legId: LegId; reason: 'silence' | 'ice-failed' | 'dtls-closed' }
  | { type: 'digit'; legId: LegId; digit: string; durationMs: number }
  | { type: 'quality'; legId: LegId; sample: QualitySample }
  | {
      type: 'playback-finished';
      playbackId: PlaybackId;
      reason: 'completed' | 'stopped' | 'failed';
      message?: string;
    }
  | {
      type: 'recording-finished';
      recordingId: RecordingId;
      path: string;
      durationMs: number;
      failed?: string;
    }
  | { type: 'down'; reason: string }
  | { type: 'up' };

export type MediaErrorCode =
  | 'not-acceptable'
  | 'no-such-leg'
  | 'no-such-room'
  | 'no-ports'
  | 'bad-source'
  | 'unsupported'
  | 'no-telephone-event'
  | 'wrong-state'
  | 'down';

export class MediaError extends Error {
  readonly code: MediaErrorCode;
  constructor(code: MediaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MediaError';
    this.code = code;
  }
}
