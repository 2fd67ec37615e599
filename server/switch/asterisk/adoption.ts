import { asId, type EndpointId, type LegId, type RoomId } from '../../core/ids.ts';
import type { Voice } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { AriClient } from './ari-client.ts';
import { AriError, isGone } from './ari-error.ts';
import type { AriChannel } from './ari-types.ts';
import { AsteriskLeg } from './asterisk-leg.ts';

/** Names of our bridges: what a server process that is gone has left is known by them. */
export const BRIDGE_NAME = { room: 'telebar', coach: 'telebar-coach' } as const;

/** What is written on a channel, so that another server process can take the call over. */
interface Note {
  endpoint: EndpointId | null;
  room: RoomId | null;
  voice: Voice;
  music: boolean;
}

const LEG = 'TELEBAR_LEG';
const NOTE = 'TELEBAR_NOTE';

/** Reads and writes what a leg is on its channel, and finds the legs of an earlier server process again. */
export class Adoption {
  readonly #client: AriClient;
  readonly #log: SwitchLog;

  constructor(client: AriClient, log: SwitchLog) {
    this.#client = client;
    this.#log = log;
  }

  /** @throws AriError */
  async note(leg: AsteriskLeg): Promise<void> {
    const note: Note = { endpoint: leg.endpointId, room: leg.roomId, voice: leg.voice, music: leg.music };
    await this.#set(leg.channelId, LEG, leg.id);
    await this.#set(leg.channelId, NOTE, JSON.stringify(note));
  }

  /** The channel is no leg any more, though it lives on. @throws AriError */
  async forget(leg: AsteriskLeg): Promise<void> {
    await this.#set(leg.channelId, LEG, '');
    await this.#set(leg.channelId, NOTE, '');
  }

  /** Legs of an earlier process that are alive, and their rooms; spies and coaching bridges of it are put away. */
  async adopt(channels: readonly AriChannel[]): Promise<{ legs: AsteriskLeg[]; rooms: RoomId[] }> {
    const bridges = await this.#client.call('GET /bridges', {});
    const roomOf = new Map<string, RoomId>();
    const rooms: RoomId[] = [];
    for (const bridge of bridges) {
      if (bridge.name === BRIDGE_NAME.coach) await this.#gone('DELETE /bridges/{bridgeId}', bridge.id);
      if (bridge.name !== BRIDGE_NAME.room) continue;
      rooms.push(asId<RoomId>(bridge.id));
      for (const channelId of bridge.channels) roomOf.set(channelId, asId<RoomId>(bridge.id));
    }
    const legs: AsteriskLeg[] = [];
    for (const channel of channels) {
      if (/-spy-\d+$/.test(channel.id) && channel.name.startsWith('Snoop/')) {
        await this.#gone('DELETE /channels/{channelId}', channel.id);
        continue;
      }
      const leg = await this.#read(channel, roomOf.get(channel.id) ?? null);
      if (leg) legs.push(leg);
    }
    if (legs.length > 0) this.#log.info({ legs: legs.length }, 'calls of an earlier server are taken over');
    return { legs, rooms };
  }

  async #read(channel: AriChannel, roomId: RoomId | null): Promise<AsteriskLeg | null> {
    const legId = await this.#get(channel.id, LEG);
    if (legId === null) return null;
    const text = await this.#get(channel.id, NOTE);
    const note = text === null ? null : (JSON.parse(text) as Note);
    const offered = channel.state === 'Ring';
    const state = channel.state === 'Up' ? 'answered' : offered ? 'offered' : 'ringing';
    const leg = new AsteriskLeg(asId<LegId>(legId), channel.id, note?.endpoint ?? null, state, offered);
    leg.roomId = roomId ?? note?.room ?? null;
    leg.voice = note?.voice ?? { kind: 'all' };
    // Music is heard outside of every bridge; the note is written after the move.
    leg.music = roomId === null && (note?.music ?? false);
    if (roomId !== null) leg.position = { kind: 'room', roomId, muted: leg.voice.kind === 'listen' };
    else if (leg.music) leg.position = { kind: 'music' };
    return leg;
  }

  async #get(channelId: string, variable: string): Promise<string | null> {
    try {
      const { value } = await this.#client.call('GET /channels/{channelId}/variable', {
        path: { channelId },
        query: { variable },
      });
      return value === '' ? null : value;
    } catch (error) {
      // Not set, or the channel has just ended.
      if (error instanceof AriError && error.status !== 0) return null;
      throw error;
    }
  }

  async #set(channelId: string, variable: string, value: string): Promise<void> {
    await this.#client.call('POST /channels/{channelId}/variable', {
      path: { channelId },
      query: { variable, value },
    });
  }

  async #gone(
    operation: 'DELETE /bridges/{bridgeId}' | 'DELETE /channels/{channelId}',
    id: string,
  ): Promise<void> {
    try {
      if (operation === 'DELETE /bridges/{bridgeId}') {
        await this.#client.call(operation, { path: { bridgeId: id } });
      } else await this.#client.call(operation, { path: { channelId: id } });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}
