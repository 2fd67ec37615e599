import { describe, expect, test } from 'vitest';
import {
  emptyHeader,
  isRtcp,
  readRtp,
  RTP_HEADER_BYTES,
  sequenceDistance,
  writeRtp,
} from '../../server/switch/embedded/media/rtp-packet.ts';
import { RtpSender } from '../../server/switch/embedded/media/rtp-sender.ts';

function packet(sequence: number, timestamp: number, ssrc = 7, payload = Buffer.alloc(160, 1)): Buffer {
  const buffer = Buffer.alloc(RTP_HEADER_BYTES + payload.length);
  writeRtp(buffer, 0, false, sequence, timestamp, ssrc);
  payload.copy(buffer, RTP_HEADER_BYTES);
  return buffer;
}

describe('packets', () => {
  test('what is written is read', () => {
    const buffer = Buffer.alloc(RTP_HEADER_BYTES + 3);
    writeRtp(buffer, 101, true, 70_000, 2 ** 32 + 5, 0xdeadbeef);
    const header = emptyHeader();
    expect(readRtp(buffer, header)).toBe(true);
    expect(header).toEqual({
      marker: true,
      payloadType: 101,
      sequence: 4464,
      timestamp: 5,
      ssrc: 0xdeadbeef,
      payloadOffset: 12,
      payloadLength: 3,
    });
  });

  test('sources, extension and padding are taken off', () => {
    const buffer = Buffer.from([
      0xb1, 0x00, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0xbe, 0xde, 0, 1, 1, 2, 3, 4, 50, 51, 0, 2,
    ]); // prettier-ignore
    const header = emptyHeader();
    expect(readRtp(buffer, header)).toBe(true);
    expect([...buffer.subarray(header.payloadOffset, header.payloadOffset + header.payloadLength)]).toEqual([
      50, 51,
    ]);
  });

  test.each([
    ['empty', []],
    ['short', [0x80, 0, 0, 1, 0, 0]],
    ['of version 1', [0x40, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]],
    ['without its extension', [0x90, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xbe]],
    ['with an extension longer than itself', [0x90, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xbe, 0xde, 0xff, 0xff]],
    ['with more padding than payload', [0xa0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 200]],
    ['with padding of zero', [0xa0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0]],
  ])('a packet %s is refused', (_what, bytes) => {
    expect(readRtp(Buffer.from(bytes), emptyHeader())).toBe(false);
  });

  test('RTCP is told by its second byte', () => {
    expect(isRtcp(Buffer.from([0x80, 200]))).toBe(true);
    expect(isRtcp(Buffer.from([0x80, 223]))).toBe(true);
    expect(isRtcp(Buffer.from([0x80, 0]))).toBe(false);
    expect(isRtcp(Buffer.from([0x80, 0x80 | 101]))).toBe(false);
  });

  test('sequence numbers are compared on a circle', () => {
    expect(sequenceDistance(65_535, 0)).toBe(1);
    expect(sequenceDistance(0, 65_535)).toBe(-1);
    expect(sequenceDistance(10, 20)).toBe(10);
  });
});

describe('the outgoing stream', () => {
  const ALICE = {};
  const BOB = {};

  function send(
    sender: RtpSender,
    source: object,
    buffer: Buffer,
    now: number,
  ): { sequence: number; timestamp: number; marker: boolean; ssrc: number } | null {
    const header = emptyHeader();
    readRtp(buffer, header);
    const out = sender.forward(source, header, buffer, 0, null, now);
    if (out === null) return null;
    const sent = emptyHeader();
    readRtp(out, sent);
    return sent;
  }

  function frame(sender: RtpSender, now: number): { sequence: number; timestamp: number; marker: boolean } {
    const sent = emptyHeader();
    readRtp(sender.frame(0, now), sent);
    return sent;
  }

  test('a key in which frames of our own have filled a gap stays one key', () => {
    const sender = new RtpSender();
    const key = (sequence: number): Buffer => {
      const buffer = Buffer.alloc(RTP_HEADER_BYTES + 4);
      writeRtp(buffer, 101, false, sequence, 5000, 7);
      return buffer;
    };
    const begin = send(sender, ALICE, key(1), 0);
    frame(sender, 120);
    frame(sender, 140);
    const rest = send(sender, ALICE, key(2), 150);
    expect(rest).toMatchObject({ timestamp: begin?.timestamp, marker: false });
    expect(rest?.sequence).toBe(((begin?.sequence ?? 0) + 3) & 0xffff);
  });

  test('goes on with the next numbers when the source changes', () => {
    const sender = new RtpSender();
    const first = send(sender, ALICE, packet(65_535, 4_294_967_200), 0);
    const second = send(sender, ALICE, packet(0, 64), 20);
    const third = send(sender, BOB, packet(300, 9000, 8), 40);
    const fourth = frame(sender, 60);
    const fifth = send(sender, ALICE, packet(500, 7_000_000), 80);
    const all = [first, second, third, fourth, fifth];
    for (let index = 1; index < all.length; index += 1) {
      expect(((all[index]?.sequence ?? 0) - (all[index - 1]?.sequence ?? 0)) & 0xffff).toBe(1);
      expect(((all[index]?.timestamp ?? 0) - (all[index - 1]?.timestamp ?? 0)) >>> 0).toBe(160);
    }
    expect([second?.marker, third?.marker, fourth.marker, fifth?.marker]).toEqual([false, true, true, true]);
  });

  test('leaves the holes of lost packets and the order of late ones to the receiver', () => {
    const sender = new RtpSender();
    const first = send(sender, ALICE, packet(10, 1600), 0);
    const afterLoss = send(sender, ALICE, packet(12, 1920), 40);
    const late = send(sender, ALICE, packet(11, 1760), 41);
    const base = first?.sequence ?? 0;
    expect(((afterLoss?.sequence ?? 0) - base) & 0xffff).toBe(2);
    expect(((late?.sequence ?? 0) - base) & 0xffff).toBe(1);
  });

  test('drops what is older than the change of source, whose numbers are used', () => {
    const sender = new RtpSender();
    send(sender, ALICE, packet(10, 1600), 0);
    frame(sender, 20);
    expect(send(sender, ALICE, packet(20, 3200), 40)).not.toBeNull();
    expect(send(sender, ALICE, packet(19, 3040), 41)).toBeNull();
  });

  test('starts anew when the source does', () => {
    const sender = new RtpSender();
    const before = send(sender, ALICE, packet(10, 1600), 0);
    const after = send(sender, ALICE, packet(40_000, 5, 99), 20);
    expect(((after?.sequence ?? 0) - (before?.sequence ?? 0)) & 0xffff).toBe(1);
  });

  test('advances the timestamp by the clock over a pause', () => {
    const sender = new RtpSender();
    const before = frame(sender, 0);
    const after = frame(sender, 2000);
    expect((after.timestamp - before.timestamp) >>> 0).toBe(16_000);
    expect((after.sequence - before.sequence) & 0xffff).toBe(1);
  });

  test('drops what no Ethernet packet holds', () => {
    const sender = new RtpSender();
    expect(send(sender, ALICE, packet(1, 160, 7, Buffer.alloc(1600)), 0)).toBeNull();
  });
});
