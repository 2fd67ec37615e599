import type { LegId } from '../../../core/kernel/ids.ts';
import type { Voice } from '../../../core/ports/switch.ts';
import { DigitReceiver, DigitSender } from './dtmf.ts';
import { decodeG711, encodeG711, SILENCE_BYTE, type Codec } from './g711.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import type { LegTransport, Negotiated } from './leg-transport.ts';
import type { MediaEvent, MediaTransport } from './media-engine.ts';
import type { Playback } from './playback.ts';
import { canonicalName, QualityMeter } from './quality.ts';
import type { LegRecorder } from './recorder.ts';
import type { Feed, Room } from './room.ts';
import { emptyHeader, FRAME_SAMPLES, readRtp, RTP_HEADER_BYTES } from './rtp-packet.ts';
import { RtpSender } from './rtp-sender.ts';
import type { MusicCursor } from './tones.ts';

const STATIC_CODECS: Readonly<Record<number, Codec>> = { 0: 'pcmu', 8: 'pcma' };
/** A forwarded speaker who pauses this long is filled with silence, so that the far side does not think us gone. */
const FILL_AFTER_MS = 100;
const REPORT_FIRST_MS = 1000;
const REPORT_MS = 5000;
/** Time for ICE and DTLS after the descriptions are exchanged. */
const CONNECT_MS = 15_000;
/** A leg that we answered may be answered to its caller only after somebody picked up. */
const CONNECT_ANSWERED_MS = 45_000;
/** After a stall of our own, what waits at the sockets (and in the threads of WebRTC) is read in this time. */
const SETTLE_MS = 500;
/** A plain RTP leg that need not send (a hold) is quiet after so long, ms. */
const QUIET_ON_HOLD_MS = 30_000;
/** It is told again that a leg is quiet, ms. */
const QUIET_AGAIN_MS = 5_000;
/** Added to the allowed silence after an ICE restart. */
const RECONNECT_GRACE_MS = 5000;

const header = emptyHeader();
const decoded = new Int16Array(2048);

/** One far side: its streams in both directions, what it hears and who hears it. Sockets and SDP are its transport's. */
export class Leg {
  readonly id: LegId;
  readonly kind: MediaTransport;
  readonly sender = new RtpSender();
  readonly quality = new QualityMeter();
  readonly digitsOut = new DigitSender();
  readonly recorders = new Set<LegRecorder>();
  transport: LegTransport | null = null;
  negotiated: Negotiated | null = null;
  connected = false;

  room: Room<Leg> | null = null;
  voice: Voice = { kind: 'all' };
  music: MusicCursor | null = null;
  playback: Playback | null = null;
  /** What is played beside everything else. */
  overlay: Playback | null = null;

  /** Set by routing. */
  feed: Feed = 'silence';
  forwardTo: readonly Leg[] = [];
  /** The one heard when `feed` is `forward`. */
  speaker: Leg | null = null;
  /** Somebody needs this leg's audio as samples. */
  tapped = false;
  readonly jitter = new JitterBuffer();
  /** What came from the leg in this tick, and what it hears (kept up only while needed). */
  readonly said = new Int16Array(FRAME_SAMPLES);
  readonly heard = new Int16Array(FRAME_SAMPLES);

  #emit: (event: MediaEvent) => void;
  #digitHeard: (leg: Leg, digit: string) => void;
  #digitsIn: DigitReceiver;
  #filling = true;
  #heardAt = 0;
  #quietToldAt = Number.NEGATIVE_INFINITY;
  #reportAt = Number.POSITIVE_INFINITY;
  #connectBy = Number.POSITIVE_INFINITY;

  constructor(
    id: LegId,
    kind: MediaTransport,
    emit: (event: MediaEvent) => void,
    digitHeard: (leg: Leg, digit: string) => void,
  ) {
    this.id = id;
    this.kind = kind;
    this.#emit = emit;
    this.#digitHeard = digitHeard;
    this.#digitsIn = new DigitReceiver((digit, durationMs) => {
      this.#emit({ type: 'digit', legId: this.id, digit, durationMs });
      this.#digitHeard(this, digit);
    });
  }

  /** Takes over what offer and answer agreed on. @param answered we gave the answer */
  agree(negotiated: Negotiated, answered: boolean, now: number): void {
    if (this.negotiated !== null && !this.negotiated.sending && negotiated.sending) this.sender.interrupt();
    this.negotiated = negotiated;
    this.#heardAt = negotiated.reconnecting ? now + RECONNECT_GRACE_MS : now;
    if (this.kind === 'webrtc' && !this.connected) {
      this.#connectBy = now + (answered ? CONNECT_ANSWERED_MS : CONNECT_MS);
    }
  }

  handleConnected(now: number): void {
    if (this.connected) return;
    this.connected = true;
    this.#connectBy = Number.POSITIVE_INFINITY;
    this.#heardAt = now;
    this.#reportAt = now + REPORT_FIRST_MS;
    this.#emit({ type: 'leg-connected', legId: this.id });
  }

  /** Audio can leave to this leg now. */
  get sending(): boolean {
    return this.negotiated?.sending === true && (this.connected || this.kind === 'rtp');
  }

  handleRtp(packet: Buffer, now: number): void {
    if (!readRtp(packet, header)) return;
    this.#heardAt = Math.max(this.#heardAt, now);
    const { negotiated } = this;
    if (negotiated === null) return;
    const isEvent = header.payloadType === negotiated.telephoneEvent;
    const codec =
      header.payloadType === negotiated.payloadType ? negotiated.codec : STATIC_CODECS[header.payloadType];
    if (!isEvent && codec === undefined) return;
    this.quality.packet(header, now, !isEvent);
    if (isEvent) {
      for (const hearer of this.forwardTo) hearer.#forwardEvent(this, packet, now);
      this.#digitsIn.receive(header, packet, now);
      return;
    }
    if (codec === undefined) return;
    for (const hearer of this.forwardTo) hearer.#forwardAudio(this, packet, codec, now);
    if (this.tapped && header.payloadLength <= decoded.length) {
      decodeG711(codec, packet, header.payloadOffset, header.payloadLength, decoded);
      this.jitter.put(header.timestamp, decoded, header.payloadLength);
    }
  }

  handleRtcp(packet: Buffer, now: number): void {
    this.#heardAt = Math.max(this.#heardAt, now);
    this.quality.rtcp(packet, this.sender.ssrc);
  }

  /** Something of ours goes to the leg instead of what it would hear. */
  get occupied(): boolean {
    return this.playback !== null || this.music !== null || this.digitsOut.active;
  }

  #forwardAudio(from: Leg, packet: Buffer, codec: Codec, now: number): void {
    const { negotiated, transport } = this;
    if (negotiated === null || transport === null || !this.sending || this.occupied) return;
    const transcode = codec === negotiated.codec ? null : codec;
    const out = this.sender.forward(from, header, packet, negotiated.payloadType, transcode, now);
    if (out === null) return;
    this.#filling = false;
    transport.sendRtp(out);
  }

  #forwardEvent(from: Leg, packet: Buffer, now: number): void {
    const { negotiated, transport } = this;
    if (negotiated === null || transport === null || !this.sending || this.occupied) return;
    if (negotiated.telephoneEvent === null) return;
    const out = this.sender.forward(from, header, packet, negotiated.telephoneEvent, null, now);
    if (out === null) return;
    this.#filling = false;
    transport.sendRtp(out);
  }

  /**
   * Sends what is due in this tick. `heard` holds the frame when the leg is mixed for, plays something or has music;
   * silence and forwarding need none.
   * @param own `heard` is to be sent
   */
  sendTick(own: boolean, now: number): void {
    const { negotiated, transport } = this;
    if (negotiated === null || transport === null || !this.sending) return;
    if (this.digitsOut.active && negotiated.telephoneEvent !== null) {
      const event = this.digitsOut.next(this.sender, negotiated.telephoneEvent, now);
      if (event !== null) {
        transport.sendRtp(event);
        return;
      }
    }
    if (!own && this.feed === 'forward' && !this.digitsOut.active) {
      if (!this.#filling && now - this.sender.sentAt < FILL_AFTER_MS) return;
      this.#filling = true;
    }
    const frame = this.sender.frame(negotiated.payloadType, now);
    if (own) encodeG711(negotiated.codec, this.heard, FRAME_SAMPLES, frame, RTP_HEADER_BYTES);
    else frame.fill(SILENCE_BYTE[negotiated.codec], RTP_HEADER_BYTES);
    transport.sendRtp(frame);
  }

  /** This process has not listened for `ms`: the far side is not judged by that time. */
  excuse(ms: number, now: number): void {
    this.#connectBy += ms + SETTLE_MS;
    this.#heardAt = Math.max(this.#heardAt, Math.min(this.#heardAt + ms + SETTLE_MS, now));
    this.#digitsIn.excuse(ms);
  }

  /** Reports and losses; called a few times a second. @returns why the leg is lost, or null */
  supervise(now: number, silenceMs: number): 'silence' | 'ice-failed' | null {
    this.#digitsIn.expire(now);
    if (now > this.#connectBy) return 'ice-failed';
    if (this.kind === 'rtp') this.#tellQuiet(now, silenceMs);
    if (!this.connected) return null;
    if (now >= this.#reportAt) {
      // RFC 3550 §6.2: intervals vary so that reports of many legs do not fall together.
      this.#reportAt = now + REPORT_MS * (0.9 + Math.random() * 0.2);
      const { packet, sample } = this.quality.report(this.sender, canonicalName(this.kind), now);
      this.transport?.sendRtcp(packet);
      this.#emit({ type: 'quality', legId: this.id, sample });
    }
    if (this.kind === 'rtp') return null;
    return this.negotiated?.expecting === true && now - this.#heardAt > silenceMs ? 'silence' : null;
  }

  #tellQuiet(now: number, silenceMs: number): void {
    if (this.negotiated === null) return;
    const patience = this.negotiated.expecting ? silenceMs : QUIET_ON_HOLD_MS;
    if (now - this.#heardAt <= patience || now - this.#quietToldAt < QUIET_AGAIN_MS) return;
    this.#quietToldAt = now;
    this.#emit({ type: 'leg-quiet', legId: this.id });
  }
}
