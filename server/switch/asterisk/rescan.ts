import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { Adoption } from './adoption.ts';
import type { AriClient } from './ari-client.ts';
import type { AriAsteriskInfo } from './ari-types.ts';
import type { Calls } from './calls.ts';
import type { EndpointBook } from './endpoint-book.ts';
import type { LegRegistry } from './leg-registry.ts';
import type { LegWatch } from './leg-watch.ts';
import type { Playbacks } from './playbacks.ts';
import type { Recordings } from './recordings.ts';
import type { Rooms } from './rooms.ts';

export interface RescanParts {
  readonly client: AriClient;
  readonly log: SwitchLog;
  readonly legs: LegRegistry;
  readonly calls: Calls;
  readonly rooms: Rooms;
  readonly playbacks: Playbacks;
  readonly recordings: Recordings;
  readonly endpoints: EndpointBook;
  readonly watch: LegWatch;
  readonly adoption: Adoption;
}

/** Compares what we know with what Asterisk has, each time that the link comes up. */
export class Rescan {
  readonly #parts: RescanParts;
  /** When the Asterisk that we know was started: another time means that it has forgotten everything. */
  #startedAt: string | null = null;
  /** The calls of an earlier server process have been looked for. */
  #adopted = false;

  constructor(parts: RescanParts) {
    this.#parts = parts;
  }

  /** @throws AriError */
  async run(info: AriAsteriskInfo): Promise<void> {
    const { log, legs, rooms, playbacks, recordings, endpoints } = this.#parts;
    const startedAt = info.status?.startup_time ?? '';
    const restarted = this.#startedAt !== null && this.#startedAt !== startedAt;
    this.#startedAt = startedAt;
    if (restarted) {
      log.error({}, 'Asterisk has been started anew; its calls are gone');
      rooms.allGone();
      for (const leg of legs.all()) legs.lost(leg, 'switch-failure');
      playbacks.allGone();
    }
    await this.#channels();
    await recordings.resync();
    await endpoints.resync();
    log.info({ version: info.system?.version ?? '' }, 'Asterisk takes calls');
  }

  /** What came, was answered or ended while no events came (StasisStart is not repeated). */
  async #channels(): Promise<void> {
    const { client, legs, calls, rooms, watch, adoption } = this.#parts;
    const known = legs.all();
    const listed = await client.call('GET /channels', {});
    const channels = new Map(listed.map((channel) => [channel.id, channel]));
    for (const leg of known) {
      const channel = channels.get(leg.channelId);
      if (channel) calls.stateIs(leg, channel);
      else if (leg.ending !== null) legs.ended(leg, leg.ending, 'near');
      else legs.lost(leg, 'switch-failure');
    }
    if (!this.#adopted) {
      const found = await adoption.adopt(listed);
      rooms.adopt(found.rooms);
      for (const leg of found.legs) {
        if (legs.ofChannel(leg.channelId)) continue;
        legs.add(leg);
        if (leg.state === 'answered') watch.measure(leg);
        rooms.settle(leg);
      }
      this.#adopted = true;
    }
    for (const channel of listed) if (channel.state === 'Ring') calls.waits(channel);
  }
}
