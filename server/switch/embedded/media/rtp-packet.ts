/** RTP packets (RFC 3550 §5.1), read and written in place: nothing is allocated per packet. */

export const RTP_HEADER_BYTES = 12;
/** Samples of one packet: 20 ms at 8 kHz. */
export const FRAME_SAMPLES = 160;
export const FRAME_MS = 20;
export const SAMPLES_PER_MS = 8;

/** What a header says. Objects of this shape are reused by their owner. */
export interface RtpHeader {
  marker: boolean;
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** Where the payload begins and how long it is, bytes (CSRCs, extension and padding taken off). */
  payloadOffset: number;
  payloadLength: number;
}

export function emptyHeader(): RtpHeader {
  return {
    marker: false,
    payloadType: 0,
    sequence: 0,
    timestamp: 0,
    ssrc: 0,
    payloadOffset: 0,
    payloadLength: 0,
  };
}

/** Whether a packet on a multiplexed port is RTCP (RFC 5761 §4: second byte 192 to 223). */
export function isRtcp(packet: Uint8Array): boolean {
  const second = packet[1] ?? 0;
  return second >= 192 && second <= 223;
}

/** Reads a header into `into`. @returns false when the bytes are no RTP packet */
export function readRtp(packet: Buffer, into: RtpHeader): boolean {
  if (packet.length < RTP_HEADER_BYTES) return false;
  const first = packet[0] ?? 0;
  if (first >> 6 !== 2) return false;
  let offset = RTP_HEADER_BYTES + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (packet.length < offset + 4) return false;
    offset += 4 + packet.readUInt16BE(offset + 2) * 4;
  }
  let end = packet.length;
  if ((first & 0x20) !== 0) {
    const padding = packet[end - 1] ?? 0;
    if (padding === 0) return false;
    end -= padding;
  }
  if (offset > end) return false;
  const second = packet[1] ?? 0;
  into.marker = (second & 0x80) !== 0;
  into.payloadType = second & 0x7f;
  into.sequence = packet.readUInt16BE(2);
  into.timestamp = packet.readUInt32BE(4);
  into.ssrc = packet.readUInt32BE(8);
  into.payloadOffset = offset;
  into.payloadLength = end - offset;
  return true;
}

/** Writes a plain twelve-byte header (no CSRC, extension or padding). Numbers are taken modulo their field. */
export function writeRtp(
  into: Buffer,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  into[0] = 0x80;
  into[1] = (marker ? 0x80 : 0) | payloadType;
  into.writeUInt16BE(sequence & 0xffff, 2);
  into.writeUInt32BE(timestamp >>> 0, 4);
  into.writeUInt32BE(ssrc >>> 0, 8);
}

/** Signed distance from `from` to `to` on the 16-bit circle, -32768 to 32767. */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** Signed distance on the 32-bit circle. */
export function timestampDistance(from: number, to: number): number {
  return (to - from) | 0;
}
