import type { Clock } from '../../core/kernel/clock.ts';
import type { QualitySample, SwitchEvent } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { AriClient } from './ari-client.ts';
import type { AriOperations } from './ari-types.ts';
import { AriError } from './ari-error.ts';
import { LINK_LOST_POLL_MS, QUALITY_EVERY_MS } from './asterisk-config.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';

/** What the voice, or the socket, of a leg has come to. */
type LossCause = 'media-lost' | 'signalling-lost';
type Statistics = AriOperations['GET /channels/{channelId}/rtp_statistics']['response'];

/** Silent polls after which a leg without its signalling counts as lost: fifteen packets were due in the first three. */
const SILENT_POLLS = 3;
/** So many polls are close together: a page that is closed or reloaded is noticed in them. */
const CLOSE_POLLS = 20;

/** Reads the media statistics of legs: for their quality, and for whether a voice goes on whose socket is gone. */
export class LegWatch {
  readonly #client: AriClient;
  readonly #clock: Clock;
  readonly #log: SwitchLog;
  readonly #emit: (event: SwitchEvent) => void;
  readonly #sendsAlways: (leg: AsteriskLeg) => boolean;
  readonly #onLost: (leg: AsteriskLeg, cause: LossCause) => void;
  readonly #timers = new Map<AsteriskLeg, Set<() => void>>();
  /** The watch over a leg without its socket, or without its voice: another object for each time. */
  readonly #suspects = new Map<AsteriskLeg, { readonly cause: LossCause }>();

  constructor(parts: {
    client: AriClient;
    clock: Clock;
    log: SwitchLog;
    emit: (event: SwitchEvent) => void;
    /** Whether its far side sends voice without a break, also when nobody speaks there. */
    sendsAlways: (leg: AsteriskLeg) => boolean;
    onLost: (leg: AsteriskLeg, cause: LossCause) => void;
  }) {
    this.#client = parts.client;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#emit = parts.emit;
    this.#sendsAlways = parts.sendsAlways;
    this.#onLost = parts.onLost;
  }

  /**
   * Quality of an answered leg from now on, and whether its voice comes: the `rtp_timeout` of Asterisk may be late by many
   * times itself where the far side goes on reporting what it hears (RTCP).
   */
  measure(leg: AsteriskLeg): void {
    let before: Statistics | null = null;
    const measure = async (): Promise<void> => {
      const now = await this.#read(leg);
      if (leg.gone) return;
      if (now) {
        if (now.rxcount > 0) this.#emit({ type: 'quality', legId: leg.id, sample: sampleOf(now, before) });
        // Nothing new, or nothing ever: a page that has gone at the very moment of its answer sends none.
        if (now.rxcount === before?.rxcount && !leg.music && this.#sendsAlways(leg)) this.#listen(leg);
        before = now;
      }
      this.#after(leg, QUALITY_EVERY_MS, measure);
    };
    this.#after(leg, QUALITY_EVERY_MS, measure);
  }

  /** The leg's socket is gone. It is lost when its voice stops, and lives while that goes on. */
  suspect(leg: AsteriskLeg): void {
    if (this.#suspects.get(leg)?.cause !== 'signalling-lost') this.#poll(leg, 'signalling-lost');
  }

  /** It has said nothing between two looks. Asterisk may have stood still; then its voice is there again at once. */
  #listen(leg: AsteriskLeg): void {
    if (!this.#suspects.has(leg)) this.#poll(leg, 'media-lost');
  }

  #poll(leg: AsteriskLeg, cause: LossCause): void {
    const suspicion = { cause };
    this.#suspects.set(leg, suspicion);
    let received: number | null = null;
    let silent = 0;
    let polls = 0;
    const look = async (): Promise<void> => {
      const now = await this.#read(leg);
      if (leg.gone || this.#suspects.get(leg) !== suspicion) return;
      const heard = now !== null && received !== null && now.rxcount !== received;
      // Who is still registered is not given up because Asterisk does not answer us.
      if (cause === 'media-lost' && (heard || now === null)) {
        this.#suspects.delete(leg);
        return;
      }
      polls += 1;
      silent = now === null || now.rxcount === received ? silent + 1 : 0;
      received = now?.rxcount ?? received;
      if (silent >= SILENT_POLLS) this.#onLost(leg, cause);
      else {
        const soon = polls < CLOSE_POLLS || silent > 0;
        this.#after(leg, soon ? LINK_LOST_POLL_MS.first : LINK_LOST_POLL_MS.later, look);
      }
    };
    void look();
  }

  /** Its socket has been replaced by another. */
  trust(leg: AsteriskLeg): void {
    this.#suspects.delete(leg);
  }

  forget(leg: AsteriskLeg): void {
    this.#suspects.delete(leg);
    for (const stop of this.#timers.get(leg) ?? []) stop();
    this.#timers.delete(leg);
  }

  #after(leg: AsteriskLeg, ms: number, task: () => Promise<void>): void {
    if (leg.gone) return;
    const timers = this.#timers.get(leg) ?? new Set();
    this.#timers.set(leg, timers);
    const stop = this.#clock.after(ms, () => {
      timers.delete(stop);
      void task();
    });
    timers.add(stop);
  }

  async #read(leg: AsteriskLeg): Promise<Statistics | null> {
    try {
      return await this.#client.call('GET /channels/{channelId}/rtp_statistics', {
        path: { channelId: leg.channelId },
      });
    } catch (error) {
      if (!(error instanceof AriError)) throw error;
      this.#log.debug({ err: error, legId: leg.id }, 'no media statistics');
      return null;
    }
  }
}

function sampleOf(now: Statistics, before: Statistics | null): QualitySample {
  const lost = Math.max(0, (now.rxploss ?? 0) - (before?.rxploss ?? 0));
  const got = Math.max(0, now.rxcount - (before?.rxcount ?? 0));
  const sent = Math.max(0, now.txcount - (before?.txcount ?? 0));
  const lostOut = Math.max(0, (now.txploss ?? 0) - (before?.txploss ?? 0));
  const lossIn = got + lost === 0 ? 0 : lost / (got + lost);
  const roundTripMs = now.rtt ? now.rtt * 1000 : null;
  const jitterMs = (now.rxjitter ?? 0) * 1000;
  return {
    roundTripMs,
    jitterMs,
    lossIn,
    lossOut: sent === 0 ? null : Math.min(1, lostOut / sent),
    mos: mosOf(roundTripMs ?? 0, jitterMs, lossIn),
  };
}

/** ITU-T G.107, reduced to delay and loss of G.711. */
function mosOf(roundTripMs: number, jitterMs: number, loss: number): number {
  const delay = roundTripMs / 2 + 2 * jitterMs + 20;
  const delayImpairment = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
  const lossImpairment = 95 * (loss / (loss + 0.043));
  const r = Math.min(93.2, Math.max(0, 93.2 - delayImpairment - lossImpairment));
  return Math.min(4.5, Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6));
}
