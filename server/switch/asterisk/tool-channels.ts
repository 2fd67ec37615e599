import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { AriLink } from './ari-link.ts';
import { AriError } from './ari-error.ts';
import type { AriChannel, AriEvent } from './ari-types.ts';
import { endChannel } from './end-channel.ts';

const STASIS_START_MS = 3_000;

/** First argument with which our own channels enter the application. */
export const ARGUMENT = { dialled: 'dialled', tool: 'tool' } as const;

/** With which a channel has entered our application. */
export function argumentOf({ dialplan }: AriChannel): string | undefined {
  return dialplan.app_data.split(',')[1];
}

/** First argument of calls from another node of ours, as docs/asterisk/cluster/extensions.conf gives it. */
export const FROM_NODE = 'link';

/**
 * Waits until channels have entered our application (they take no bridge before), and makes the channels that are no
 * legs: spies that listen or speak into a leg.
 */
export class ToolChannels {
  readonly #link: AriLink;
  readonly #clock: Clock;
  readonly #application: string;
  readonly #waiting = new Map<string, () => void>();
  /** Tools that are alive; leftovers of another server process are hung up. */
  readonly #tools = new Set<string>();
  readonly #ids: IdSource;

  constructor(link: AriLink, clock: Clock, ids: IdSource, application: string) {
    this.#link = link;
    this.#clock = clock;
    this.#ids = ids;
    this.#application = application;
  }

  has(channelId: string): boolean {
    return this.#tools.has(channelId);
  }

  /** Makes a channel by `make` and resolves when it is in our application. */
  async enter(channelId: string, make: () => Promise<unknown>): Promise<void> {
    let stop: () => void = () => undefined;
    const entered = new Promise<void>((resolve, reject) => {
      stop = this.#clock.after(STASIS_START_MS, () => reject(new AriError(0, `${channelId} did not start`)));
      this.#waiting.set(channelId, resolve);
    });
    try {
      // A failed request leaves nobody to await the other one.
      await Promise.all([make(), entered]);
    } finally {
      stop();
      this.#waiting.delete(channelId);
    }
  }

  /** A spy on a channel. @returns its channel id @throws AriError */
  async spy(channelId: string, direction: { spy?: 'in' | 'out' | 'both'; whisper?: 'out' }): Promise<string> {
    // Not counted: an earlier server process may have left spies on the same channel.
    const snoopId = `${channelId}-${this.#ids.next<string>('spy')}`;
    this.#tools.add(snoopId);
    try {
      await this.enter(snoopId, () =>
        this.#link.client.call('POST /channels/{channelId}/snoop/{snoopId}', {
          path: { channelId, snoopId },
          query: {
            app: this.#application,
            appArgs: ARGUMENT.tool,
            spy: direction.spy ?? 'none',
            whisper: direction.whisper ?? 'none',
          },
        }),
      );
      return snoopId;
    } catch (error) {
      await this.dismiss(snoopId);
      throw error;
    }
  }

  /** Hangs a tool up; one that has gone by itself is fine. */
  async dismiss(channelId: string): Promise<void> {
    this.#tools.delete(channelId);
    await endChannel(this.#link.client, channelId);
  }

  /** @returns whether the event was about one of ours */
  take(event: AriEvent): boolean {
    if (event.type === 'StasisStart') {
      const waiting = this.#waiting.get(event.channel.id);
      waiting?.();
      return waiting !== undefined || event.args[0] === ARGUMENT.tool || event.args[0] === ARGUMENT.dialled;
    }
    if (event.type === 'ChannelDestroyed' && this.#tools.delete(event.channel.id)) return true;
    return false;
  }
}
