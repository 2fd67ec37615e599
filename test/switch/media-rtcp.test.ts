import { describe, expect, test } from 'vitest';
import { meanOpinionScore, QualityMeter } from '../../server/switch/embedded/media/quality.ts';
import {
  buildReport,
  ntpMiddle,
  parseReport,
  Reception,
  wallClock,
} from '../../server/switch/embedded/media/rtcp.ts';
import { emptyHeader, type RtpHeader } from '../../server/switch/embedded/media/rtp-packet.ts';
import { RtpSender } from '../../server/switch/embedded/media/rtp-sender.ts';

function header(sequence: number, timestamp: number, ssrc = 7): RtpHeader {
  return { ...emptyHeader(), sequence: sequence & 0xffff, timestamp, ssrc };
}

const BLOCK = {
  ssrc: 9,
  lossShare: 0.25,
  lost: -3,
  extendedMax: 70_000,
  jitter: 12,
  lastReport: 0xabcd1234,
  delay: 65_536,
};

describe('reports', () => {
  test('a sender report is read as it was written', () => {
    const epochMs = 1_800_000_000_500;
    const info = { epochMs, rtpTimestamp: 160, packets: 5, octets: 800 };
    const packet = buildReport(42, 'name', info, BLOCK);
    expect(packet.length % 4).toBe(0);
    expect(parseReport(packet)).toEqual({
      senderReport: { ssrc: 42, ntpMiddle: ntpMiddle(epochMs) },
      blocks: [BLOCK],
      goodbye: false,
    });
    // RFC 3550 §6.4.1: NTP seconds count from 1900; half a second is half of the fraction.
    expect(packet.readUInt32BE(8)).toBe((1_800_000_000 + 2_208_988_800) >>> 0);
    expect(packet.readUInt32BE(12)).toBe(0x80000000);
  });

  test('who has sent nothing reports as a receiver', () => {
    const packet = buildReport(42, 'name', null, BLOCK);
    expect(packet[1]).toBe(201);
    expect(parseReport(packet)).toMatchObject({ senderReport: null, blocks: [BLOCK] });
  });

  test('cut and foreign bytes are skipped', () => {
    const whole = buildReport(42, 'name', { epochMs: 0, rtpTimestamp: 0, packets: 0, octets: 0 }, BLOCK);
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => parseReport(whole.subarray(0, length))).not.toThrow();
    }
    expect(parseReport(Buffer.from('hello world, no report'))).toMatchObject({ blocks: [] });
  });

  test('a goodbye is seen', () => {
    expect(parseReport(Buffer.from([0x81, 203, 0, 1, 0, 0, 0, 7])).goodbye).toBe(true);
  });
});

describe('reception', () => {
  test('counts losses over the wrap of the sequence numbers', () => {
    const reception = new Reception();
    for (const sequence of [65_533, 65_534, 65_535, 1, 2, 4]) {
      reception.packet(header(sequence, sequence * 160), sequence * 20, true);
    }
    expect(reception.expected).toBe(8);
    expect(reception.lost).toBe(2);
    expect(reception.extendedMax).toBe(65_540);
    expect(reception.takeLossShare()).toBeCloseTo(0.25);
    reception.packet(header(5, 0), 0, false);
    expect(reception.takeLossShare()).toBe(0);
  });

  test('late packets are not lost', () => {
    const reception = new Reception();
    for (const sequence of [1, 3, 2, 4])
      reception.packet(header(sequence, sequence * 160), sequence * 20, true);
    expect(reception.lost).toBe(0);
  });

  test('jitter of even arrivals is zero, and of arrivals that swing by 5 ms approaches that', () => {
    const even = new Reception();
    const swinging = new Reception();
    for (let index = 0; index < 400; index += 1) {
      even.packet(header(index, index * 160), index * 20, true);
      swinging.packet(header(index, index * 160), index * 20 + (index % 2) * 5, true);
    }
    expect(even.jitter).toBe(0);
    expect(swinging.jitter / 8).toBeCloseTo(5, 0);
  });

  test('a new source starts a new count', () => {
    const reception = new Reception();
    reception.packet(header(100, 0), 0, true);
    reception.packet(header(9, 0, 8), 0, true);
    expect(reception.ssrc).toBe(8);
    expect(reception.lost).toBe(0);
  });
});

describe('quality', () => {
  test('the round trip is what the far side did not wait', () => {
    const meter = new QualityMeter();
    const sender = new RtpSender();
    // Their report about us: they got our report 300 ms ago and waited 200 ms.
    const block = {
      ...BLOCK,
      ssrc: sender.ssrc,
      lastReport: ntpMiddle(wallClock() - 300),
      delay: Math.round(0.2 * 65_536),
    };
    meter.rtcp(buildReport(9, 'far', null, block), sender.ssrc);
    const { sample } = meter.report(sender, 'name', 0);
    expect(sample.roundTripMs).toBeGreaterThan(95);
    expect(sample.roundTripMs).toBeLessThan(125);
    expect(sample.lossOut).toBe(0.25);
  });

  test('reports about other streams are not ours', () => {
    const meter = new QualityMeter();
    const sender = new RtpSender();
    meter.rtcp(buildReport(9, 'far', null, { ...BLOCK, ssrc: sender.ssrc ^ 1 }), sender.ssrc);
    expect(meter.report(sender, 'name', 0).sample).toMatchObject({ roundTripMs: null, lossOut: null });
  });

  test('our report tells the far side when its own came, so that it can reckon the round trip', () => {
    const meter = new QualityMeter();
    const sender = new RtpSender();
    const epochMs = wallClock();
    meter.packet(header(1, 160), 0, true);
    meter.rtcp(
      buildReport(7, 'far', { epochMs, rtpTimestamp: 0, packets: 1, octets: 160 }, null),
      sender.ssrc,
    );
    const [block] = parseReport(meter.report(sender, 'name', 0).packet).blocks;
    expect(block?.ssrc).toBe(7);
    expect(block?.lastReport).toBe(ntpMiddle(epochMs));
    expect(block?.delay).toBeLessThan(65_536 / 4);
  });

  test('the middle of a time is the same in a report and in what is reckoned from it, at any time', () => {
    for (let n = 0; n < 2000; n++) {
      const epochMs = 1_795_917_000_000 + n * 7.8125 + n / 65_536;
      const report = buildReport(7, 'far', { epochMs, rtpTimestamp: 0, packets: 1, octets: 160 }, null);
      expect(parseReport(report).senderReport?.ntpMiddle).toBe(ntpMiddle(epochMs));
    }
  });

  test('the score falls with loss and delay and stays between 1 and 4.5', () => {
    const perfect = meanOpinionScore(0, 0, 0);
    expect(perfect).toBeGreaterThan(4.3);
    expect(meanOpinionScore(0, 0, 0.05)).toBeLessThan(perfect - 0.5);
    expect(meanOpinionScore(600, 0, 0)).toBeLessThan(perfect - 0.4);
    expect(meanOpinionScore(5000, 500, 1)).toBe(1);
  });
});
