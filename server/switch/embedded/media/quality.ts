import type { QualitySample } from '../../../core/ports/switch.ts';
import type { MediaTransport } from './media-engine.ts';
import { buildReport, ntpMiddle, parseReport, Reception, wallClock, type ReportBlock } from './rtcp.ts';
import { SAMPLES_PER_MS, type RtpHeader } from './rtp-packet.ts';
import type { RtpSender } from './rtp-sender.ts';

/** G.711 with repeat-and-fade concealment: loss robustness between none (4.3) and appendix I (25.1) of ITU-T G.113. */
const LOSS_ROBUSTNESS = 10;
/** Packetisation and jitter buffer of both ends, ms. */
const FIXED_DELAY_MS = 40;

/** Mean opinion score from the simplified E-model (ITU-T G.107): 1 to 4.5. @param loss 0 to 1 */
export function meanOpinionScore(roundTripMs: number, jitterMs: number, loss: number): number {
  const delay = roundTripMs / 2 + 2 * jitterMs + FIXED_DELAY_MS;
  const delayImpairment = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
  const lossPercent = loss * 100;
  const lossImpairment = (95 * lossPercent) / (lossPercent + LOSS_ROBUSTNESS);
  const rating = Math.min(100, Math.max(0, 93.2 - delayImpairment - lossImpairment));
  const score = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
  return Math.min(4.5, Math.max(1, Math.round(score * 100) / 100));
}

/** Both directions' statistics of a leg: what arrives, and what the far side reports of what we send. */
export class QualityMeter {
  readonly reception = new Reception();
  #roundTripMs: number | null = null;
  #lossOut: number | null = null;
  #lastReport = 0;
  #lastReportAt = 0;

  packet(header: RtpHeader, now: number, timed: boolean): void {
    this.reception.packet(header, now, timed);
  }

  /** @param ourSsrc the stream whose reports are about us */
  rtcp(packet: Buffer, ourSsrc: number): void {
    const { senderReport, blocks } = parseReport(packet);
    if (senderReport !== null) {
      this.#lastReport = senderReport.ntpMiddle;
      this.#lastReportAt = wallClock();
    }
    for (const block of blocks) {
      if (block.ssrc !== ourSsrc) continue;
      this.#lossOut = block.lossShare;
      if (block.lastReport === 0) continue;
      // RFC 3550 §6.4.1: A - LSR - DLSR in 1/65536 s.
      const units = (ntpMiddle(wallClock()) - block.lastReport - block.delay) | 0;
      if (units >= 0 && units < 65_536 * 10) this.#roundTripMs = (units * 1000) / 65_536;
    }
  }

  /** Builds the report of this interval and the sample that goes with it. */
  report(sender: RtpSender, cname: string, now: number): { packet: Buffer; sample: QualitySample } {
    const { reception } = this;
    const loss = reception.takeLossShare();
    const epochMs = wallClock();
    const block: ReportBlock | null = reception.started
      ? {
          ssrc: reception.ssrc,
          lossShare: loss,
          lost: reception.lost,
          extendedMax: reception.extendedMax,
          jitter: reception.jitter,
          lastReport: this.#lastReport,
          delay: this.#lastReport === 0 ? 0 : Math.round(((epochMs - this.#lastReportAt) * 65_536) / 1000),
        }
      : null;
    const info =
      sender.packets === 0
        ? null
        : {
            epochMs,
            rtpTimestamp: (sender.timestamp + Math.round((now - sender.sentAt) * SAMPLES_PER_MS)) >>> 0,
            packets: sender.packets,
            octets: sender.octets,
          };
    const jitterMs = reception.jitter / SAMPLES_PER_MS;
    return {
      packet: buildReport(sender.ssrc, cname, info, block),
      sample: {
        roundTripMs: this.#roundTripMs,
        jitterMs,
        lossIn: loss,
        lossOut: this.#lossOut,
        mos: meanOpinionScore(this.#roundTripMs ?? 0, jitterMs, Math.max(loss, this.#lossOut ?? 0)),
      },
    };
  }
}

/** RTCP canonical name of our side (RFC 3550 §6.5.1); the same on all legs, without a user or host. */
export function canonicalName(transport: MediaTransport): string {
  return `telebar-${transport}`;
}
