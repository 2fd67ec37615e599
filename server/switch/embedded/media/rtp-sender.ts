import { randomInt } from 'node:crypto';
import { transcodeInPlace, type Codec } from './g711.ts';
import {
  FRAME_SAMPLES,
  RTP_HEADER_BYTES,
  SAMPLES_PER_MS,
  sequenceDistance,
  timestampDistance,
  writeRtp,
  type RtpHeader,
} from './rtp-packet.ts';

/** Sends may be queued by the system for a moment: a buffer is reused only after this many more packets. */
const BUFFERS = 8;
const MAX_PAYLOAD = 1440;
/** A sequence jump beyond this is a source that started anew, not loss or reordering. */
const RESTART_DISTANCE = 1000;
/** Two own frames closer than this belong to one run, whatever the scheduler's jitter. */
const RUN_MS = 60;

/**
 * The one outgoing stream of a leg. Forwarded packets of changing sources and frames of our own share its SSRC, sequence
 * numbers and timestamps, so that the receiver never sees a break.
 */
export class RtpSender {
  readonly ssrc = randomInt(1, 0xffffffff);
  /** For the sender report. */
  packets = 0;
  octets = 0;
  /** Timestamp and `now` of the last packet. */
  timestamp = randomInt(0, 0xffffffff);
  sentAt = Number.NEGATIVE_INFINITY;

  #buffers = Array.from({ length: BUFFERS }, () => Buffer.alloc(RTP_HEADER_BYTES + MAX_PAYLOAD));
  #next = 0;
  #sequence = randomInt(0, 0x8000);
  /** Who is forwarded now (null: our own frames) and how its numbers map to ours. */
  #source: object | null = null;
  #sourceSsrc = 0;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #anchor = 0;
  /** The last packet that was forwarded: of whom, and its timestamp there. The offsets are its own until the next one. */
  #forwarded: object | null = null;
  #forwardedTimestamp = 0;
  #afterSilence = true;

  /**
   * Rewrites a received packet for this stream.
   * @param source identity of the sending leg
   * @param transcodeFrom law of the payload when it is not the one of this leg
   * @returns the packet to send, or null when it is too old or too large
   */
  forward(
    source: object,
    header: RtpHeader,
    packet: Buffer,
    payloadType: number,
    transcode: Codec | null,
    now: number,
  ): Buffer | null {
    if (header.payloadLength > MAX_PAYLOAD) return null;
    let marker = header.marker;
    if (
      this.#source !== source ||
      this.#sourceSsrc !== header.ssrc ||
      Math.abs(sequenceDistance(this.#sequence, header.sequence + this.#sequenceOffset)) > RESTART_DISTANCE
    ) {
      // Frames of our own have filled a gap inside a key: with another timestamp the rest would be a second one (RFC 4733 §2.5.1.2).
      const goesOn =
        this.#forwarded === source &&
        this.#sourceSsrc === header.ssrc &&
        this.#forwardedTimestamp === header.timestamp;
      this.#source = source;
      this.#sourceSsrc = header.ssrc;
      this.#anchor = (this.#sequence + 1) & 0xffff;
      this.#sequenceOffset = this.#anchor - header.sequence;
      if (!goesOn) this.#timestampOffset = this.#continued(now) - header.timestamp;
      marker = !goesOn;
    }
    const sequence = (header.sequence + this.#sequenceOffset) & 0xffff;
    // Older than the switch-over: its number is already used by what we sent before.
    if (sequenceDistance(this.#anchor, sequence) < 0) return null;
    const timestamp = (header.timestamp + this.#timestampOffset) >>> 0;
    this.#forwarded = source;
    this.#forwardedTimestamp = header.timestamp;
    const buffer = this.#take();
    writeRtp(buffer, payloadType, marker, sequence, timestamp, this.ssrc);
    packet.copy(buffer, RTP_HEADER_BYTES, header.payloadOffset, header.payloadOffset + header.payloadLength);
    if (transcode !== null) transcodeInPlace(transcode, buffer, RTP_HEADER_BYTES, header.payloadLength);
    if (sequenceDistance(this.#sequence, sequence) > 0) this.#sequence = sequence;
    if (timestampDistance(this.timestamp, timestamp) > 0) this.timestamp = timestamp;
    this.#count(header.payloadLength, now);
    return buffer.subarray(0, RTP_HEADER_BYTES + header.payloadLength);
  }

  /** A frame of our own (20 ms): the caller fills the payload, 160 bytes from `RTP_HEADER_BYTES`. */
  frame(payloadType: number, now: number): Buffer {
    const marker = this.#source !== null || this.#afterSilence;
    this.#afterSilence = false;
    this.timestamp = this.#continued(now) >>> 0;
    return this.#own(payloadType, marker, this.timestamp, FRAME_SAMPLES, now);
  }

  /** A telephone-event packet; all packets of one event carry the timestamp of its begin (RFC 4733 §2.5.1.2). */
  event(payloadType: number, marker: boolean, timestamp: number, now: number): Buffer {
    this.#afterSilence = true;
    const began = this.sentAt;
    const packet = this.#own(payloadType, marker, timestamp, 4, now);
    // Audio that follows is timed from the begin of the event, not from its last repeat.
    this.sentAt = marker ? now : began;
    return packet;
  }

  /** Begins an event: its timestamp is the time that the next audio would have had. */
  beginEvent(now: number): number {
    this.timestamp = this.#continued(now) >>> 0;
    return this.timestamp;
  }

  /** After a pause (far side on hold) the next packet begins a new talk spurt. */
  interrupt(): void {
    this.#source = null;
    this.#afterSilence = true;
  }

  #own(payloadType: number, marker: boolean, timestamp: number, length: number, now: number): Buffer {
    this.#source = null;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const buffer = this.#take();
    writeRtp(buffer, payloadType, marker, this.#sequence, timestamp, this.ssrc);
    this.#count(length, now);
    return buffer.subarray(0, RTP_HEADER_BYTES + length);
  }

  /** The timestamp that continues the stream now: one frame on in a run, by the clock after a pause. */
  #continued(now: number): number {
    const elapsed = now - this.sentAt;
    if (!(elapsed > RUN_MS)) return this.timestamp + FRAME_SAMPLES;
    if (elapsed === Number.POSITIVE_INFINITY) return this.timestamp;
    return this.timestamp + Math.round((elapsed * SAMPLES_PER_MS) / FRAME_SAMPLES) * FRAME_SAMPLES;
  }

  #take(): Buffer {
    this.#next = (this.#next + 1) % BUFFERS;
    return this.#buffers[this.#next] as Buffer;
  }

  #count(payloadLength: number, now: number): void {
    this.packets += 1;
    this.octets += payloadLength;
    this.sentAt = now;
  }
}
