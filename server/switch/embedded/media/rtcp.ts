import { SAMPLES_PER_MS, sequenceDistance, type RtpHeader } from './rtp-packet.ts';

/** RTCP (RFC 3550 §6) as far as a call needs it: sender and receiver reports, CNAME, BYE. */

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const NTP_EPOCH_OFFSET_S = 2_208_988_800;
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;

/** Milliseconds since the Unix epoch with fractions; does not jump when the wall clock is set. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now();
}

/** An NTP timestamp (RFC 3550 §4): seconds since 1900 and fractions of 1/2^32 s. */
function ntpTime(epochMs: number): { seconds: number; fraction: number } {
  const seconds = Math.floor(epochMs / 1000);
  return {
    seconds: (seconds + NTP_EPOCH_OFFSET_S) >>> 0,
    fraction: Math.floor(((epochMs - seconds * 1000) / 1000) * 4_294_967_296) >>> 0,
  };
}

/** The middle 32 bits of an NTP timestamp: 16.16 seconds. */
export function ntpMiddle(epochMs: number): number {
  const { seconds, fraction } = ntpTime(epochMs);
  return ((seconds << 16) | (fraction >>> 16)) >>> 0;
}

/** Statistics of one incoming stream (RFC 3550 appendix A.1, A.3, A.8). */
export class Reception {
  ssrc = 0;
  received = 0;
  /** RTP units (1/8 ms). */
  jitter = 0;
  #started = false;
  #baseSequence = 0;
  #maxSequence = 0;
  #cycles = 0;
  #transit = 0;
  #expectedPrior = 0;
  #receivedPrior = 0;

  /** @param arrivalMs monotonic, ms. @param timed false for packets whose timestamp is not their own time (events) */
  packet(header: RtpHeader, arrivalMs: number, timed: boolean): void {
    const step = sequenceDistance(this.#maxSequence, header.sequence);
    if (!this.#started || header.ssrc !== this.ssrc || step > MAX_DROPOUT || step < -MAX_MISORDER) {
      this.#begin(header);
    } else if (step > 0) {
      if (header.sequence < this.#maxSequence) this.#cycles += 65_536;
      this.#maxSequence = header.sequence;
    }
    this.received += 1;
    if (!timed) return;
    const transit = (Math.round(arrivalMs * SAMPLES_PER_MS) - header.timestamp) | 0;
    if (this.received > 1) {
      const difference = Math.abs((transit - this.#transit) | 0);
      // A new talk spurt of a source with its own idea of time is not network jitter.
      if (difference < 8000) this.jitter += (difference - this.jitter) / 16;
    }
    this.#transit = transit;
  }

  get extendedMax(): number {
    return (this.#cycles + this.#maxSequence) >>> 0;
  }

  get expected(): number {
    return this.#started ? this.#cycles + this.#maxSequence - this.#baseSequence + 1 : 0;
  }

  /** Packets lost so far; duplicates can make it negative. */
  get lost(): number {
    return this.expected - this.received;
  }

  get started(): boolean {
    return this.#started;
  }

  /** Share of packets lost since the last call, 0 to 1. */
  takeLossShare(): number {
    const expected = this.expected - this.#expectedPrior;
    const received = this.received - this.#receivedPrior;
    this.#expectedPrior = this.expected;
    this.#receivedPrior = this.received;
    return expected <= 0 ? 0 : Math.max(0, (expected - received) / expected);
  }

  #begin(header: RtpHeader): void {
    this.#started = true;
    this.ssrc = header.ssrc;
    this.#baseSequence = header.sequence;
    this.#maxSequence = header.sequence;
    this.#cycles = 0;
    this.received = 0;
    this.#expectedPrior = 0;
    this.#receivedPrior = 0;
    this.jitter = 0;
  }
}

/** What we report about what we receive. */
export interface ReportBlock {
  ssrc: number;
  /** 0 to 1 since the report before. */
  lossShare: number;
  lost: number;
  extendedMax: number;
  /** RTP units. */
  jitter: number;
  /** Middle of the last sender report's NTP time, and its age, 1/65536 s; 0 when none came. */
  lastReport: number;
  delay: number;
}

export interface SenderInfo {
  epochMs: number;
  rtpTimestamp: number;
  packets: number;
  octets: number;
}

/** A compound packet: SR (or RR when we sent nothing), then SDES with CNAME (RFC 3550 §6.1). */
export function buildReport(
  ssrc: number,
  cname: string,
  sender: SenderInfo | null,
  block: ReportBlock | null,
): Buffer {
  const reportBytes = 8 + (sender === null ? 0 : 20) + (block === null ? 0 : 24);
  const name = Buffer.from(cname, 'utf8').subarray(0, 255);
  // The item list ends with at least one zero byte, padded to a word.
  const chunkBytes = Math.ceil((4 + 2 + name.length + 1) / 4) * 4;
  const packet = Buffer.alloc(reportBytes + 4 + chunkBytes);
  packet[0] = 0x80 | (block === null ? 0 : 1);
  packet[1] = sender === null ? RECEIVER_REPORT : SENDER_REPORT;
  packet.writeUInt16BE(reportBytes / 4 - 1, 2);
  packet.writeUInt32BE(ssrc, 4);
  let at = 8;
  if (sender !== null) {
    const { seconds, fraction } = ntpTime(sender.epochMs);
    packet.writeUInt32BE(seconds, at);
    packet.writeUInt32BE(fraction, at + 4);
    packet.writeUInt32BE(sender.rtpTimestamp >>> 0, at + 8);
    packet.writeUInt32BE(sender.packets >>> 0, at + 12);
    packet.writeUInt32BE(sender.octets >>> 0, at + 16);
    at += 20;
  }
  if (block !== null) {
    packet.writeUInt32BE(block.ssrc >>> 0, at);
    packet[at + 4] = Math.min(255, Math.floor(block.lossShare * 256));
    packet.writeIntBE(Math.max(-8_388_608, Math.min(8_388_607, block.lost)), at + 5, 3);
    packet.writeUInt32BE(block.extendedMax, at + 8);
    packet.writeUInt32BE(Math.round(block.jitter) >>> 0, at + 12);
    packet.writeUInt32BE(block.lastReport >>> 0, at + 16);
    packet.writeUInt32BE(block.delay >>> 0, at + 20);
    at += 24;
  }
  packet[at] = 0x81;
  packet[at + 1] = SOURCE_DESCRIPTION;
  packet.writeUInt16BE(chunkBytes / 4, at + 2);
  packet.writeUInt32BE(ssrc, at + 4);
  packet[at + 8] = 1;
  packet[at + 9] = name.length;
  name.copy(packet, at + 10);
  return packet;
}

export interface ParsedReport {
  /** From a sender report: whose, and the middle of its NTP time. */
  senderReport: { ssrc: number; ntpMiddle: number } | null;
  /** What the far side says about each stream that it receives. */
  blocks: ReportBlock[];
  goodbye: boolean;
}

/** Reads a compound packet; parts that are cut off or of other types are skipped. */
export function parseReport(packet: Buffer): ParsedReport {
  const parsed: ParsedReport = { senderReport: null, blocks: [], goodbye: false };
  let at = 0;
  while (at + 8 <= packet.length && (packet[at] ?? 0) >> 6 === 2) {
    const count = (packet[at] ?? 0) & 0x1f;
    const type = packet[at + 1] ?? 0;
    const end = Math.min(packet.length, at + 4 + packet.readUInt16BE(at + 2) * 4);
    let block = at + 8;
    if (type === SENDER_REPORT && end >= at + 28) {
      parsed.senderReport = {
        ssrc: packet.readUInt32BE(at + 4),
        ntpMiddle: ((packet.readUInt16BE(at + 10) << 16) | packet.readUInt16BE(at + 12)) >>> 0,
      };
      block = at + 28;
    }
    if (type === SENDER_REPORT || type === RECEIVER_REPORT) {
      for (let index = 0; index < count && block + 24 <= end; index += 1, block += 24) {
        parsed.blocks.push({
          ssrc: packet.readUInt32BE(block),
          lossShare: (packet[block + 4] ?? 0) / 256,
          lost: packet.readIntBE(block + 5, 3),
          extendedMax: packet.readUInt32BE(block + 8),
          jitter: packet.readUInt32BE(block + 12),
          lastReport: packet.readUInt32BE(block + 16),
          delay: packet.readUInt32BE(block + 20),
        });
      }
    }
    if (type === GOODBYE) parsed.goodbye = true;
    at = end;
  }
  return parsed;
}
