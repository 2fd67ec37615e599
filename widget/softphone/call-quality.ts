/** Media figures of one leg over the last interval, as this browser measures them. */
export interface CallQuality {
  roundTripMs: number | null;
  jitterMs: number | null;
  /** Share of the packets that should have come and did not, 0 to 1. */
  lossIn: number | null;
  /** 1 to 4.5; null until something was received. */
  mos: number | null;
}

/** The cumulative counters that the next interval is measured from. */
export interface QualityCounters {
  received: number;
  lost: number;
  /** Time that all samples so far have waited in the jitter buffer, s, and how many they were. */
  bufferDelay: number;
  emitted: number;
}

const NOTHING_YET: QualityCounters = { received: 0, lost: 0, bufferDelay: 0, emitted: 0 };

/** The members of the WebRTC statistics that are read (W3C webrtc-stats). */
interface StatsEntry {
  type: string;
  kind?: string;
  /** s */
  jitter?: number;
  packetsReceived?: number;
  packetsLost?: number;
  /** s, sum over all emitted samples */
  jitterBufferDelay?: number;
  jitterBufferEmittedCount?: number;
  /** s */
  roundTripTime?: number;
  currentRoundTripTime?: number;
  nominated?: boolean;
}

/** Reads one statistics report; `before` are the counters of the report before. */
export function measureQuality(
  entries: Iterable<StatsEntry>,
  before: QualityCounters | null,
): { quality: CallQuality; counters: QualityCounters | null } {
  let inbound: StatsEntry | null = null;
  let reported: number | null = null;
  let path: number | null = null;
  for (const entry of entries) {
    if (entry.type === 'inbound-rtp' && entry.kind === 'audio') inbound = entry;
    // From the RTCP reports of the other side: the way that the audio takes.
    else if (entry.type === 'remote-inbound-rtp') reported = entry.roundTripTime ?? null;
    else if (entry.type === 'candidate-pair' && entry.nominated === true)
      path = entry.currentRoundTripTime ?? null;
  }
  const roundTrip = reported ?? path;
  const roundTripMs = roundTrip === null ? null : roundTrip * 1000;
  if (inbound === null || inbound.packetsReceived === undefined) {
    return { quality: { roundTripMs, jitterMs: null, lossIn: null, mos: null }, counters: before };
  }
  const counters: QualityCounters = {
    received: inbound.packetsReceived,
    lost: inbound.packetsLost ?? 0,
    bufferDelay: inbound.jitterBufferDelay ?? 0,
    emitted: inbound.jitterBufferEmittedCount ?? 0,
  };
  const since = before ?? NOTHING_YET;
  const lossIn = lossSince(since, counters);
  const jitterMs = (inbound.jitter ?? 0) * 1000;
  const bufferMs = bufferDelayMs(since, counters) ?? 2 * jitterMs;
  const mos =
    lossIn === null ? null : meanOpinionScore({ oneWayMs: (roundTripMs ?? 0) / 2 + bufferMs, lossIn });
  return { quality: { roundTripMs, jitterMs, lossIn, mos }, counters };
}

/** Null when nothing was due in the interval. */
function lossSince(before: QualityCounters, now: QualityCounters): number | null {
  // Late packets are taken back from the lost ones, so the difference may be negative.
  const lost = Math.max(0, now.lost - before.lost);
  const expected = now.received - before.received + lost;
  return expected <= 0 ? null : lost / expected;
}

/** Mean wait of the samples that were played in the interval; null when none was or the browser does not say. */
function bufferDelayMs(before: QualityCounters, now: QualityCounters): number | null {
  const emitted = now.emitted - before.emitted;
  return emitted <= 0 ? null : ((now.bufferDelay - before.bufferDelay) / emitted) * 1000;
}

/** Packet length and sound card, ms; not in the statistics. */
const FIXED_DELAY_MS = 30;
/** R of a perfect G.711 connection (ITU-T G.107 §7). */
const PERFECT_R = 93.2;
/** Packet-loss robustness of G.711 with concealment (ITU-T G.113 Appendix I). */
const LOSS_ROBUSTNESS = 25.1;

/** E-model (ITU-T G.107) reduced to delay and random loss, for G.711 with concealment. */
export function meanOpinionScore({ oneWayMs, lossIn }: { oneWayMs: number; lossIn: number }): number {
  const delay = oneWayMs + FIXED_DELAY_MS;
  const delayImpairment = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
  const lossPercent = lossIn * 100;
  const lossImpairment = 95 * (lossPercent / (lossPercent + LOSS_ROBUSTNESS));
  const r = Math.min(100, Math.max(0, PERFECT_R - delayImpairment - lossImpairment));
  const mos = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
  return Math.round(Math.max(1, mos) * 100) / 100;
}
