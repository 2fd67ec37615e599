import type { SwitchEvent } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { AriClient } from './ari-client.ts';
import { isGone } from './ari-error.ts';
import type { AriEvent } from './ari-types.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';
import type { LegRegistry } from './leg-registry.ts';

/** On every channel of a desk phone: Asterisk moves no call by itself when the phone sends a REFER, and tells us. */
export const TOLD_TO_ARI = { 'PJSIP_TRANSFER_HANDLING()': 'ari-only' } as const;

/** From which version of each major on that is known. An older one would move the call past us. */
const SINCE: Readonly<Record<number, number>> = { 20: 13, 21: 8, 22: 3 };

export function tellsTransfers(version: string): boolean {
  const [, major = '', minor = ''] = /^\D*(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === '') return false;
  const since = SINCE[Number(major)];
  return since === undefined ? Number(major) > 22 : Number(minor) >= since;
}

type Outcome = 'channel_answered' | 'channel_declined';

/** What desk phones ask for by REFER, and what they are told of it by Asterisk's NOTIFY. */
export class Transfers {
  readonly #client: AriClient;
  readonly #legs: LegRegistry;
  readonly #log: SwitchLog;
  readonly #emit: (event: SwitchEvent) => void;
  /** They wait for the outcome. */
  readonly #asking = new WeakSet<AsteriskLeg>();

  constructor(parts: {
    client: AriClient;
    legs: LegRegistry;
    log: SwitchLog;
    emit: (event: SwitchEvent) => void;
  }) {
    this.#client = parts.client;
    this.#legs = parts.legs;
    this.#log = parts.log;
    this.#emit = parts.emit;
  }

  take(event: AriEvent): void {
    // With a state it repeats what we have said of it.
    if (event.type !== 'ChannelTransfer' || event.state !== undefined) return;
    const leg = this.#legs.ofChannel(event.referred_by.source_channel.id);
    if (!leg || leg.gone || this.#asking.has(leg)) return;
    this.#asking.add(leg);
    // Without a destination it would join two calls.
    const { destination: to } = event.refer_to.requested_destination;
    if (to && leg.state === 'answered') this.#emit({ type: 'transfer-asked', legId: leg.id, to });
    else this.settle(leg, 'channel_declined').catch(() => undefined);
  }

  /** Nothing is done for one that asks for nothing. */
  async settle(leg: AsteriskLeg, outcome: Outcome): Promise<void> {
    if (!this.#asking.delete(leg)) return;
    try {
      await this.#client.call('POST /channels/{channelId}/transfer_progress', {
        path: { channelId: leg.channelId },
        query: { states: outcome },
      });
    } catch (error) {
      // The phone has hung up by itself; otherwise it tells its user nothing, and the call is what it is.
      if (!isGone(error))
        this.#log.warn({ err: error, legId: leg.id }, 'a phone was not told of its transfer');
    }
  }
}
