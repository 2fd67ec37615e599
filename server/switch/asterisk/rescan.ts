import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { Adoption, Listing } from './adoption.ts';
import type { AriAsteriskInfo } from './ari-types.ts';
import type { Arrivals } from './arrivals.ts';
import type { Calls } from './calls.ts';
import type { EndpointBook } from './endpoint-book.ts';
import type { LegRegistry } from './leg-registry.ts';
import type { LegWatch } from './leg-watch.ts';
import type { Playbacks } from './playbacks.ts';
import type { Positions } from './positions.ts';
import type { Recordings } from './recordings.ts';
import type { Rooms } from './rooms.ts';
import type { ToolChannels } from './tool-channels.ts';
import type { TrunkWatch } from './trunk-watch.ts';

export interface RescanParts {
  readonly log: SwitchLog;
  readonly legs: LegRegistry;
  readonly calls: Calls;
  readonly arrivals: Arrivals;
  readonly rooms: Rooms;
  readonly playbacks: Playbacks;
  readonly recordings: Recordings;
  readonly endpoints: EndpointBook;
  readonly watch: LegWatch;
  readonly positions: Positions;
  readonly tools: ToolChannels;
  readonly trunk: TrunkWatch;
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
    const { log, legs, rooms, playbacks, recordings, endpoints, trunk } = this.#parts;
    const startedAt = info.status?.startup_time ?? '';
    const restarted = this.#startedAt !== null && this.#startedAt !== startedAt;
    this.#startedAt = startedAt;
    if (restarted) {
      log.error({}, 'Asterisk has been started anew; its calls are gone');
      rooms.allGone();
      for (const leg of legs.all()) legs.lost(leg, 'switch-failure');
      playbacks.allGone();
    }
    await this.#compare();
    await recordings.resync();
    await endpoints.resync();
    trunk.resync();
    log.info({ version: info.system?.version ?? '' }, 'Asterisk takes calls');
  }

  /** What came, was answered or ended while no events came (StasisStart is not repeated), and what was left behind. */
  async #compare(): Promise<void> {
    const { legs, calls, rooms, positions, adoption } = this.#parts;
    // Before the listing is asked for: a leg that comes meanwhile is in neither, or told by its own events.
    const known = legs.all();
    const listing = await adoption.listed();
    for (const leg of known) {
      const channel = listing.everything.get(leg.channelId);
      if (channel === undefined) {
        if (leg.ending === null) legs.lost(leg, 'switch-failure');
        else legs.ended(leg, leg.ending, 'near');
        continue;
      }
      if (leg.gone) {
        // Ended while nobody could be asked to.
        await adoption.putAway('channel', leg.channelId);
        continue;
      }
      positions.foundIn(leg, listing.roomOf.get(leg.channelId) ?? null);
      calls.stateIs(leg, channel);
      rooms.settle(leg);
    }
    if (this.#adopted) await rooms.restoreMissing(listing.rooms);
    else await this.#adopt(listing);
    await this.#strangers(listing);
  }

  async #adopt(listing: Listing): Promise<void> {
    const { legs, arrivals, rooms, watch, adoption } = this.#parts;
    rooms.adopt(listing.rooms);
    for (const leg of await adoption.adopt(listing)) {
      if (legs.ofChannel(leg.channelId)) continue;
      legs.add(leg);
      const channel = listing.everything.get(leg.channelId);
      if (channel && leg.state === 'offered') await arrivals.adopted(leg, channel);
      if (leg.state === 'answered') watch.measure(leg);
      rooms.settle(leg);
    }
    this.#adopted = true;
  }

  /** Channels and bridges in our application that nobody knows: callers who wait, and what was given up. */
  async #strangers({ channels, rooms: listed, others }: Listing): Promise<void> {
    const { legs, arrivals, rooms, positions, tools, adoption } = this.#parts;
    for (const channel of channels) {
      if (legs.ofChannel(channel.id) || tools.has(channel.id)) continue;
      if (arrivals.isCaller(channel) && (channel.state === 'Ring' || !(await adoption.wasLeg(channel.id)))) {
        arrivals.arrived(channel);
      } else await adoption.putAway('channel', channel.id);
    }
    for (const roomId of listed) if (!rooms.has(roomId)) await adoption.putAway('bridge', roomId);
    for (const id of others) if (!positions.isInUse(id)) await adoption.putAway('bridge', id);
  }
}
