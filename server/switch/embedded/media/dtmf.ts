import { FRAME_SAMPLES, RTP_HEADER_BYTES, SAMPLES_PER_MS, type RtpHeader } from './rtp-packet.ts';
import type { RtpSender } from './rtp-sender.ts';

/** Telephone events (RFC 4733), DTMF part: event codes 0 to 15. */

const DIGITS = '0123456789*#ABCD';
/** Length of a digit that we send and of the pause after it, in packets of 20 ms. */
const DIGIT_PACKETS = 5;
const END_PACKETS = 3;
const PAUSE_PACKETS = 3;
const VOLUME = 10;
/** An event whose end packets are all lost ends when nothing of it has come for this long, ms. */
const LOST_END_MS = 200;

/** Event codes of a string of digits; null when it is empty or has anything else in it. */
export function eventCodes(digits: string): number[] | null {
  if (!/^[0-9*#A-D]+$/i.test(digits)) return null;
  return digits
    .toUpperCase()
    .split('')
    .map((digit) => DIGITS.indexOf(digit));
}

/** Turns the packets of an event (with its repeats) into one digit. */
export class DigitReceiver {
  #emit: (digit: string, durationMs: number) => void;
  #timestamp: number | null = null;
  #event = 0;
  #duration = 0;
  #reported = true;
  #heardAt = 0;

  constructor(emit: (digit: string, durationMs: number) => void) {
    this.#emit = emit;
  }

  receive(header: RtpHeader, packet: Buffer, now: number): void {
    if (header.payloadLength < 4) return;
    const event = packet[header.payloadOffset] ?? 255;
    if (event >= DIGITS.length) return;
    const ended = ((packet[header.payloadOffset + 1] ?? 0) & 0x80) !== 0;
    const duration = packet.readUInt16BE(header.payloadOffset + 2);
    if (header.timestamp !== this.#timestamp) {
      this.#finish();
      this.#timestamp = header.timestamp;
      this.#event = event;
      this.#duration = 0;
      this.#reported = false;
    }
    this.#heardAt = now;
    this.#duration = Math.max(this.#duration, duration);
    if (ended) this.#finish();
  }

  /** Ends an event whose end was lost. Called now and then. */
  expire(now: number): void {
    if (!this.#reported && now - this.#heardAt > LOST_END_MS) this.#finish();
  }

  /** Nobody listened for `ms`. */
  excuse(ms: number): void {
    this.#heardAt += ms;
  }

  #finish(): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#emit(DIGITS[this.#event] ?? '', Math.round(this.#duration / SAMPLES_PER_MS));
  }
}

/** Sends queued digits, one packet per 20 ms tick; the end packet goes out three times (RFC 4733 §2.5.1.4). */
export class DigitSender {
  #queue: number[] = [];
  #step = 0;
  #timestamp = 0;

  get active(): boolean {
    return this.#queue.length > 0;
  }

  /** @returns false when a character is no digit (nothing is queued then) */
  enqueue(digits: string): boolean {
    const events = eventCodes(digits);
    if (events === null) return false;
    this.#queue.push(...events);
    return true;
  }

  /** The packet of this tick, or null in the pause between digits (the caller sends audio then). */
  next(sender: RtpSender, payloadType: number, now: number): Buffer | null {
    const event = this.#queue[0];
    if (event === undefined) return null;
    this.#step += 1;
    const step = this.#step;
    if (step > DIGIT_PACKETS + END_PACKETS) {
      if (step === DIGIT_PACKETS + END_PACKETS + PAUSE_PACKETS) {
        this.#queue.shift();
        this.#step = 0;
      }
      return null;
    }
    const first = step === 1;
    if (first) this.#timestamp = sender.beginEvent(now);
    const packet = sender.event(payloadType, first, this.#timestamp, now);
    packet[RTP_HEADER_BYTES] = event;
    packet[RTP_HEADER_BYTES + 1] = (step > DIGIT_PACKETS ? 0x80 : 0) | VOLUME;
    packet.writeUInt16BE(Math.min(step, DIGIT_PACKETS) * FRAME_SAMPLES, RTP_HEADER_BYTES + 2);
    return packet;
  }
}
