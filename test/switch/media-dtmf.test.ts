import { describe, expect, test } from 'vitest';
import { DigitReceiver, DigitSender } from '../../server/switch/embedded/media/dtmf.ts';
import {
  emptyHeader,
  readRtp,
  RTP_HEADER_BYTES,
  writeRtp,
} from '../../server/switch/embedded/media/rtp-packet.ts';
import { RtpSender } from '../../server/switch/embedded/media/rtp-sender.ts';
import { digitTones } from '../../server/switch/embedded/media/tones.ts';
import { tonesIn } from '../support/goertzel.ts';

function receiver(): {
  heard: Array<[string, number]>;
  event: (event: number, timestamp: number, duration: number, end?: boolean, now?: number) => void;
  digits: DigitReceiver;
} {
  const heard: Array<[string, number]> = [];
  const digits = new DigitReceiver((digit, durationMs) => heard.push([digit, durationMs]));
  const header = emptyHeader();
  return {
    heard,
    digits,
    event: (event, timestamp, duration, end = false, now = 0) => {
      const packet = Buffer.alloc(RTP_HEADER_BYTES + 4);
      writeRtp(packet, 101, false, 1, timestamp, 1);
      packet[RTP_HEADER_BYTES] = event;
      packet[RTP_HEADER_BYTES + 1] = end ? 0x8a : 0x0a;
      packet.writeUInt16BE(duration, RTP_HEADER_BYTES + 2);
      readRtp(packet, header);
      digits.receive(header, packet, now);
    },
  };
}

describe('digits in', () => {
  test('an event with its updates and three ends is one digit with its duration', () => {
    const { heard, event } = receiver();
    for (const duration of [160, 320, 480]) event(5, 1000, duration);
    for (let repeat = 0; repeat < 3; repeat += 1) event(5, 1000, 800, true);
    expect(heard).toEqual([['5', 100]]);
  });

  test('the same digit pressed twice is two digits', () => {
    const { heard, event } = receiver();
    event(11, 1000, 800, true);
    event(11, 3000, 400, true);
    expect(heard).toEqual([
      ['#', 100],
      ['#', 50],
    ]);
  });

  test('a digit whose ends are lost ends with the next one, or after a while', () => {
    const { heard, event, digits } = receiver();
    event(1, 1000, 480, false, 0);
    event(2, 3000, 160, false, 250);
    expect(heard).toEqual([['1', 60]]);
    digits.expire(400);
    expect(heard).toHaveLength(1);
    digits.expire(500);
    expect(heard).toEqual([
      ['1', 60],
      ['2', 20],
    ]);
  });

  test('a late repeat of the digit before does not come again', () => {
    const { heard, event } = receiver();
    event(1, 1000, 800, true);
    event(1, 1000, 480);
    event(1, 1000, 800, true);
    expect(heard).toHaveLength(1);
  });

  test('events that are no digits are ignored', () => {
    const { heard, event } = receiver();
    event(16, 1000, 800, true);
    event(66, 2000, 800, true);
    expect(heard).toEqual([]);
  });
});

describe('digits out', () => {
  test('five packets, three ends, a pause; one timestamp, rising duration, marker on the first', () => {
    const rtp = new RtpSender();
    const sender = new DigitSender();
    expect(sender.enqueue('d')).toBe(true);
    const sent: Array<{ marker: boolean; timestamp: number; end: boolean; duration: number; event: number }> =
      [];
    let now = 0;
    for (; sender.active; now += 20) {
      const packet = sender.next(rtp, 101, now);
      if (packet === null) continue;
      const header = emptyHeader();
      readRtp(packet, header);
      sent.push({
        marker: header.marker,
        timestamp: header.timestamp,
        event: packet[12] ?? 0,
        end: ((packet[13] ?? 0) & 0x80) !== 0,
        duration: packet.readUInt16BE(14),
      });
    }
    expect(sent.map(({ marker }) => marker)).toEqual([true, ...Array<boolean>(7).fill(false)]);
    expect(new Set(sent.map(({ timestamp }) => timestamp)).size).toBe(1);
    expect(sent.map(({ duration }) => duration)).toEqual([160, 320, 480, 640, 800, 800, 800, 800]);
    expect(sent.map(({ end }) => end)).toEqual([...Array<boolean>(5).fill(false), true, true, true]);
    expect(sent.every(({ event }) => event === 15)).toBe(true);
    const after = emptyHeader();
    readRtp(rtp.frame(0, now), after);
    expect((after.timestamp - (sent[0]?.timestamp ?? 0)) >>> 0).toBeGreaterThanOrEqual(800 + 160);
  });

  test('what is no digit is refused as a whole', () => {
    const sender = new DigitSender();
    expect(sender.enqueue('12x')).toBe(false);
    expect(sender.enqueue('')).toBe(false);
    expect(sender.active).toBe(false);
  });

  test('as audio each digit has its two frequencies', () => {
    const rows = [697, 770, 852, 941];
    const columns = [1209, 1336, 1477, 1633];
    '123A456B789C*0#D'.split('').forEach((digit, index) => {
      const source = digitTones(digit);
      const samples = new Int16Array(800);
      for (let at = 0; at < 800; at += 160) source.read(samples.subarray(at, at + 160));
      expect(tonesIn(samples, [...rows, ...columns], 3000)).toEqual([rows[index >> 2], columns[index & 3]]);
    });
  });
});
