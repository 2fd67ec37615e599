import type { AriClient } from './ari-client.ts';
import { AriError, isGone } from './ari-error.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';

/**
 * Asterisk keeps a channel that ARI has dialled in a holding bridge of its own, which ARI does not show, and leaves it there after
 * the answer. The thread of that bridge makes the sound of silence and music, and the thread of our requests stops it: a stop
 * that falls into the making of a packet is lost (`deactivate_generator_nolock` and `generator_force` of main/channel.c),
 * the silence goes on for ever, and whatever a room has for the channel is thrown away. Outside of every bridge one
 * thread does both. So a channel leaves that bridge before it gets silence or music, and the only way out leads through
 * another bridge.
 */
export class DiallingBridge {
  readonly #client: AriClient;
  readonly #name: string;
  /** Those through which somebody leaves now. */
  readonly #ways = new Set<string>();

  /** @param name of the bridges through which channels leave */
  constructor(client: AriClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  isWayOut(bridgeId: string): boolean {
    return this.#ways.has(bridgeId);
  }

  /** To be called in the turn of a leg that has been answered. @throws AriError */
  async leave(leg: AsteriskLeg): Promise<void> {
    const bridgeId = `${leg.channelId}-out`;
    const path = { bridgeId };
    const query = { channel: [leg.channelId] };
    this.#ways.add(bridgeId);
    try {
      await this.#open(bridgeId);
      await this.#client.call('POST /bridges/{bridgeId}/addChannel', { path, query });
      await this.#client.call('POST /bridges/{bridgeId}/removeChannel', { path, query });
      leg.leftBridges();
    } finally {
      this.#ways.delete(bridgeId);
      await this.#client.call('DELETE /bridges/{bridgeId}', { path }).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
    }
  }

  async #open(bridgeId: string): Promise<void> {
    try {
      await this.#client.call('POST /bridges/{bridgeId}', {
        path: { bridgeId },
        query: { type: 'holding', name: this.#name },
      });
    } catch (error) {
      // Left by one who did not come to the end.
      if (!(error instanceof AriError && error.status === 409)) throw error;
    }
  }
}
