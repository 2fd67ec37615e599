import { asId, type EndpointId, type LegId, type RoomId } from '../../core/kernel/ids.ts';
import type { Voice } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { AriClient } from './ari-client.ts';
import { AriError, isGone } from './ari-error.ts';
import type { AriChannel } from './ari-types.ts';
import { AsteriskLeg } from './asterisk-leg.ts';
import { endChannel } from './end-channel.ts';
import { ARGUMENT, argumentOf } from './tool-channels.ts';

/** Names of our bridges: what another server process of the same application has left is known by them. */
export function bridgeNames(application: string): { room: string; coach: string; out: string } {
  const named = (what: string): string => `telebar:${application}:${what}`;
  return { room: named('room'), coach: named('coach'), out: named('out') };
}

/** Whether a channel is in our application, and not in another one of the same Asterisk. */
function isInApplication({ dialplan }: AriChannel, application: string): boolean {
  return dialplan.app_name === 'Stasis' && dialplan.app_data.split(',')[0] === application;
}

/** What is written on a channel, so that another server process can take the call over. */
interface Note {
  endpoint: EndpointId | null;
  room: RoomId | null;
  voice: Voice;
  music: boolean;
}

/** What is ours on an Asterisk. */
export interface Listing {
  /** All channels, by their id: also those that are in no application any more. */
  readonly everything: ReadonlyMap<string, AriChannel>;
  readonly channels: readonly AriChannel[];
  readonly rooms: readonly RoomId[];
  readonly roomOf: ReadonlyMap<string, RoomId>;
  /** Bridges of ours that are no rooms: in which somebody coaches, or through which somebody leaves. */
  readonly others: readonly string[];
}

const LEG = 'TELEBAR_LEG';
const NOTE = 'TELEBAR_NOTE';

/** What is written on the channel of a leg. */
export function notesOf(leg: AsteriskLeg): Record<typeof LEG | typeof NOTE, string> {
  const note: Note = { endpoint: leg.endpointId, room: leg.roomId, voice: leg.voice, music: leg.music };
  return { [LEG]: leg.id, [NOTE]: JSON.stringify(note) };
}

/** Reads and writes what a leg is on its channel, and finds the legs of an earlier server process again. */
export class Adoption {
  readonly #client: AriClient;
  readonly #application: string;
  readonly #log: SwitchLog;

  constructor(client: AriClient, application: string, log: SwitchLog) {
    this.#client = client;
    this.#application = application;
    this.#log = log;
  }

  /** Where the leg is now; which leg it is stands on its channel from the beginning. @throws AriError */
  async note(leg: AsteriskLeg): Promise<void> {
    await this.#set(leg.channelId, NOTE, notesOf(leg)[NOTE]);
  }

  /** The channel is no leg any more, though it lives on. @throws AriError */
  async forget(leg: AsteriskLeg): Promise<void> {
    await this.#set(leg.channelId, LEG, '');
    await this.#set(leg.channelId, NOTE, '');
  }

  /** What is ours on this Asterisk now. @throws AriError */
  async listed(): Promise<Listing> {
    const names = bridgeNames(this.#application);
    const [channels, bridges] = await Promise.all([
      this.#client.call('GET /channels', {}),
      this.#client.call('GET /bridges', {}),
    ]);
    const roomOf = new Map<string, RoomId>();
    const rooms: RoomId[] = [];
    for (const { id, name, channels: inside } of bridges) {
      if (name !== names.room) continue;
      rooms.push(asId<RoomId>(id));
      for (const channelId of inside) roomOf.set(channelId, asId<RoomId>(id));
    }
    return {
      everything: new Map(channels.map((channel) => [channel.id, channel])),
      channels: channels.filter((channel) => isInApplication(channel, this.#application)),
      rooms,
      roomOf,
      others: bridges.filter(({ name }) => name === names.coach || name === names.out).map(({ id }) => id),
    };
  }

  /** Legs of an earlier process that are alive. @throws AriError */
  async adopt({ channels, roomOf }: Listing): Promise<AsteriskLeg[]> {
    const legs: AsteriskLeg[] = [];
    for (const channel of channels) {
      const leg = await this.#read(channel, roomOf.get(channel.id) ?? null);
      if (leg) legs.push(leg);
    }
    if (legs.length > 0) this.#log.info({ legs: legs.length }, 'calls of an earlier server are taken over');
    return legs;
  }

  /** Whether a channel has been one of our legs. @throws AriError */
  async wasLeg(channelId: string): Promise<boolean> {
    return (await this.#get(channelId, LEG)) !== null;
  }

  /** Ends what nobody knows any more. @throws AriError */
  async putAway(kind: 'channel' | 'bridge', id: string): Promise<void> {
    if (kind === 'channel') return endChannel(this.#client, id);
    try {
      await this.#client.call('DELETE /bridges/{bridgeId}', { path: { bridgeId: id } });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async #read(channel: AriChannel, roomId: RoomId | null): Promise<AsteriskLeg | null> {
    const legId = await this.#get(channel.id, LEG);
    // Made and perhaps not dialled: whoever made it is gone, and has it dialled anew.
    if (legId === null || channel.state === 'Down') return null;
    const text = await this.#get(channel.id, NOTE);
    const note = text === null ? null : (JSON.parse(text) as Note);
    const offered = channel.state === 'Ring';
    const state = channel.state === 'Up' ? 'answered' : offered ? 'offered' : 'ringing';
    const leg = new AsteriskLeg(asId<LegId>(legId), channel.id, note?.endpoint ?? null, state, offered);
    leg.hadRung = state === 'ringing';
    // It may have been in one of our bridges already; that is not to be seen.
    if (argumentOf(channel) === ARGUMENT.dialled) leg.position = { kind: 'dialled' };
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
}
