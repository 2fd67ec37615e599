import type { IceCandidateEvent, RTCSession } from 'jssip/lib/RTCSession';
import type { CallCause } from '../../server/contract/desk.ts';
import { measureQuality, type CallQuality, type QualityCounters } from './call-quality.ts';
import { IceReady } from './ice-ready.ts';
import type { Microphone } from './microphone.ts';
import type { RemoteAudio } from './remote-audio.ts';
import type { SoftphoneLeg } from './softphone.ts';

/** The part of a JsSIP session that a leg uses; a test drives a scripted one. */
export type LegSession = Pick<
  RTCSession,
  'on' | 'answer' | 'terminate' | 'mute' | 'unmute' | 'sendDTMF' | 'renegotiate' | 'isEnded' | 'connection'
>;

export interface LegIdentity {
  legId: string;
  callId: string | null;
  direction: 'incoming' | 'outgoing';
  remoteNumber: string;
  autoAnswer: boolean;
}

export interface LegListener {
  changed: () => void;
  quality: (quality: CallQuality) => void;
  ended: (cause: CallCause) => void;
}

const STATS_MS = 2000;
/** A short disturbance heals by itself; after this long the way is looked for anew. */
const DISTURBANCE_MS = 3000;
const ICE_RETRY_MS = 1000;
const DTMF = { duration: 120, interToneGap: 80 };

/** One leg of the browser phone: its SIP session, its microphone track and its sound. */
export class JsSipLeg {
  readonly identity: LegIdentity;
  readonly #session: LegSession;
  readonly #microphone: Microphone;
  readonly #audio: RemoteAudio;
  readonly #listener: LegListener;
  readonly #iceReady = new IceReady();
  #connection: RTCPeerConnection | null = null;
  #phase: SoftphoneLeg['phase'];
  #muted = false;
  #track: MediaStreamTrack | null = null;
  #counters: QualityCounters | null = null;
  #stats: ReturnType<typeof setInterval> | undefined;
  #recovery: ReturnType<typeof setTimeout> | undefined;
  #over = false;
  /** The one answer of this leg, however often it is asked for. */
  #answering: Promise<void> | null = null;

  constructor(
    identity: LegIdentity,
    session: LegSession,
    microphone: Microphone,
    audio: RemoteAudio,
    listener: LegListener,
  ) {
    this.identity = identity;
    this.#session = session;
    this.#microphone = microphone;
    this.#audio = audio;
    this.#listener = listener;
    this.#phase = identity.direction === 'incoming' ? 'ringing' : 'connecting';
    this.#follow();
    // The session of a call out has its connection before anybody can listen for it.
    if (identity.direction === 'outgoing' && session.connection) this.#connect(session.connection);
  }

  get view(): SoftphoneLeg {
    return { ...this.identity, phase: this.#phase, muted: this.#muted };
  }

  /** Resolves when the answer was handed to SIP; rejects when the leg is gone or there is no microphone. */
  answer(pcConfig: RTCConfiguration): Promise<void> {
    this.#answering ??= this.#answer(pcConfig);
    return this.#answering;
  }

  /** For a call out: the track that was put into the session. */
  useTrack(track: MediaStreamTrack): void {
    this.#track = track;
  }

  setMuted(muted: boolean): void {
    if (muted === this.#muted) return;
    this.#muted = muted;
    // Before there is a connection there is nothing to cut yet; `#connect` catches up.
    if (this.#session.connection) this.#applyMute();
    this.#listener.changed();
  }

  /** Refuses a ringing leg with 480, ends any other with BYE or CANCEL. */
  drop(statusCode?: number): void {
    if (this.#over || this.#session.isEnded()) return;
    this.#session.terminate(statusCode === undefined ? {} : { status_code: statusCode });
  }

  sendDigits(digits: string): void {
    const sender = this.#sender();
    // RFC 4733 when telephone-event was agreed on, else INFO.
    const transportType = sender?.dtmf?.canInsertDTMF === true ? 'RFC2833' : 'INFO';
    this.#session.sendDTMF(digits, { ...DTMF, transportType } as Parameters<RTCSession['sendDTMF']>[1]);
  }

  /** Takes a track of the newly chosen microphone in the middle of the call. */
  async changeMicrophone(): Promise<void> {
    const sender = this.#sender();
    if (this.#over || sender === undefined) return;
    const track = await this.#microphone.take();
    if (this.#over) return this.#microphone.release(track);
    track.enabled = !this.#muted;
    await sender.replaceTrack(track);
    if (this.#track !== null) this.#microphone.release(this.#track);
    this.#track = track;
  }

  /** The network may be another one: look for a new way unless the present one works. */
  recover(): void {
    const { connection } = this.#session;
    if (connection && connection.connectionState !== 'connected' && this.#phase === 'established') {
      this.#restartIce();
    }
  }

  async #answer(pcConfig: RTCConfiguration): Promise<void> {
    this.#phase = 'connecting';
    this.#listener.changed();
    let track: MediaStreamTrack;
    try {
      track = await this.#microphone.take();
    } catch (error) {
      // 480 and not 486: the agent is not busy, the device is not usable.
      this.drop(480);
      throw error;
    }
    if (this.#over || this.#session.isEnded()) {
      this.#microphone.release(track);
      throw new Error('The leg is gone.');
    }
    this.#track = track;
    this.#session.answer({ mediaStream: new MediaStream([track]), pcConfig });
  }

  #follow(): void {
    const session = this.#session;
    session.on('peerconnection', ({ peerconnection }) => this.#connect(peerconnection));
    session.on('icecandidate', (event: IceCandidateEvent) =>
      this.#iceReady.take(event, this.#connection?.remoteDescription?.sdp),
    );
    session.on('accepted', () => this.#establish());
    session.on('confirmed', () => this.#establish());
    session.on('ended', ({ cause }) => this.#end(cause));
    session.on('failed', ({ cause }) => this.#end(cause));
  }

  #connect(connection: RTCPeerConnection): void {
    this.#connection = connection;
    connection.addEventListener('track', ({ track }) => this.#audio.play(new MediaStream([track])));
    connection.addEventListener('connectionstatechange', () => {
      clearTimeout(this.#recovery);
      const { connectionState } = connection;
      if (connectionState === 'disconnected') {
        this.#recovery = setTimeout(() => this.#restartIce(), DISTURBANCE_MS);
      }
      // JsSIP ends the session itself when ICE has failed for good.
    });
    if (this.#muted) queueMicrotask(() => this.#applyMute());
  }

  #establish(): void {
    if (this.#over || this.#phase === 'established') return;
    this.#phase = 'established';
    this.#applyMute();
    this.#stats = setInterval(() => void this.#measure(), STATS_MS);
    this.#listener.changed();
  }

  #applyMute(): void {
    // Through JsSIP, because it sets the tracks again after each re-INVITE from what it knows.
    if (this.#muted) this.#session.mute({ audio: true });
    else this.#session.unmute({ audio: true });
    if (this.#track !== null) this.#track.enabled = !this.#muted;
  }

  #restartIce(): void {
    clearTimeout(this.#recovery);
    if (this.#over) return;
    const started = this.#session.renegotiate({ rtcOfferConstraints: { iceRestart: true } });
    // Another re-INVITE is under way, or the signalling is not back yet.
    if (!started) this.#recovery = setTimeout(() => this.recover(), ICE_RETRY_MS);
  }

  async #measure(): Promise<void> {
    const { connection } = this.#session;
    if (!connection || this.#over) return;
    const report = await connection.getStats();
    if (this.#over) return;
    const { quality, counters } = measureQuality(report.values(), this.#counters);
    this.#counters = counters;
    this.#listener.quality(quality);
  }

  #sender(): RTCRtpSender | undefined {
    return this.#session.connection?.getSenders().find((sender) => sender.track?.kind === 'audio');
  }

  #end(cause: string): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#stats);
    clearTimeout(this.#recovery);
    this.#iceReady.stop();
    this.#audio.stop();
    if (this.#track !== null) this.#microphone.release(this.#track);
    this.#track = null;
    this.#listener.ended(callCause(cause));
  }
}

/** JsSIP's causes (`JsSIP.C.causes`) in the words of the contract. */
const CAUSES: Readonly<Record<string, CallCause>> = {
  Terminated: 'normal',
  Canceled: 'cancelled',
  Busy: 'busy',
  Rejected: 'rejected',
  Unavailable: 'unreachable',
  'Not Found': 'unknown-number',
  'Address Incomplete': 'unknown-number',
  'Incompatible SDP': 'not-acceptable',
  'Missing SDP': 'not-acceptable',
  'Bad Media Description': 'not-acceptable',
  'WebRTC Error': 'not-acceptable',
  'Authentication Error': 'forbidden',
  'User Denied Media Access': 'not-acceptable',
  'No Answer': 'no-answer',
  Expires: 'expired',
  'RTP Timeout': 'media-lost',
  'Connection Error': 'signalling-lost',
  'Request Timeout': 'signalling-lost',
  'No ACK': 'signalling-lost',
  'Dialog Error': 'signalling-lost',
};

export function callCause(cause: string): CallCause {
  return CAUSES[cause] ?? 'switch-failure';
}
