import type { LegId, RoomId } from '../../core/kernel/ids.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { bridgeNames } from './adoption.ts';
import type { AriClient } from './ari-client.ts';
import { isGone, isOutside } from './ari-error.ts';
import type { AsteriskLeg, Position } from './asterisk-leg.ts';
import { DiallingBridge } from './dialling-bridge.ts';
import type { LegRegistry } from './leg-registry.ts';
import type { ToolChannels } from './tool-channels.ts';

/**
 * Brings channels to where room, voice and music of their leg say. The steps from any place to any other:
 *
 *   dialled ──add──▶ room ──add to another: one step──▶ room
 *     │  alone ──add──▶ │ ▲ mute / unmute in place
 *     └────▶▲ ◀─remove─ │
 *         music         └─▶ coach: own bridge with a spy on one leg, who alone hears the coach
 *
 * Music is given to the channel outside every bridge: nobody hears it then, and it hears nobody. A leg that is alone gets
 * silence, so that its phone goes on receiving packets and a spy on it hears every frame. Both are started and stopped
 * outside every bridge only, Asterisk's own included: see `DiallingBridge`.
 */
export class Positions {
  readonly #client: AriClient;
  readonly #legs: LegRegistry;
  readonly #tools: ToolChannels;
  readonly #log: SwitchLog;
  readonly #coachName: string;
  /** Bridges of coaches, from before they are made until they are gone. */
  readonly #coachBridges = new Set<string>();
  readonly #dialling: DiallingBridge;

  constructor(parts: {
    client: AriClient;
    legs: LegRegistry;
    tools: ToolChannels;
    application: string;
    log: SwitchLog;
  }) {
    this.#client = parts.client;
    this.#legs = parts.legs;
    this.#tools = parts.tools;
    this.#log = parts.log;
    const names = bridgeNames(parts.application);
    this.#coachName = names.coach;
    this.#dialling = new DiallingBridge(parts.client, names.out);
  }

  /** Whether a bridge that is no room is needed now. */
  isInUse(bridgeId: string): boolean {
    return this.#coachBridges.has(bridgeId) || this.#dialling.isWayOut(bridgeId);
  }

  /** The room that it was in has been ended by somebody else; a mute stays with the channel. */
  async thrownOut(leg: AsteriskLeg): Promise<void> {
    const { position } = leg;
    if (position.kind !== 'room') return;
    if (position.muted) {
      await this.#client.call('DELETE /channels/{channelId}/mute', {
        path: { channelId: leg.channelId },
        query: { direction: 'in' },
      });
    }
    leg.leftBridges();
  }

  /** Where a channel was found after an absence, in which a request may have been carried out whose answer was lost. */
  foundIn(leg: AsteriskLeg, roomId: RoomId | null): void {
    const { position } = leg;
    const believed = position.kind === 'room' ? position.roomId : null;
    if (believed === roomId) return;
    if (roomId !== null) leg.position = { kind: 'room', roomId, muted: leg.voice.kind === 'listen' };
    else if (position.kind === 'room') leg.leftBridges();
  }

  /** To be called in the leg's turn. @throws AriError, SwitchError */
  async settle(leg: AsteriskLeg): Promise<void> {
    const { roomId, voice } = leg;
    if (leg.music) return this.#toMusic(leg);
    if (roomId === null) return this.#toSilence(leg);
    if (voice.kind === 'whisper') {
      const to = this.#legs.find(voice.to);
      if (to && !to.gone && to.roomId === roomId) return this.#toCoach(leg, to);
      // Whom it spoke to has left: it goes on hearing the room.
      return this.#toRoom(leg, roomId, true);
    }
    return this.#toRoom(leg, roomId, voice.kind === 'listen');
  }

  /** Sound that has been played over music or silence has ended them. */
  async resound(leg: AsteriskLeg): Promise<void> {
    if (leg.position.kind === 'music') await this.#startMusic(leg);
    else if (leg.position.kind === 'alone' && leg.position.silence) await this.#startSilence(leg);
  }

  /** To be called in the leg's turn: out of everything, as it came. @throws AriError */
  async release(leg: AsteriskLeg): Promise<void> {
    if (leg.position.kind === 'alone' && leg.position.silence) await this.#stopSilence(leg);
    await this.#leave(leg);
  }

  /** The leg has ended: what was made for it is put away. */
  async forget(leg: AsteriskLeg): Promise<void> {
    const { position } = leg;
    leg.position = { kind: 'alone', silence: false };
    if (position.kind === 'coach') await this.#endCoaching(position);
  }

  /** Those who speak to this leg alone, whether it is where they are or not. */
  coachesOf(legId: LegId): AsteriskLeg[] {
    return this.#legs.all().filter(({ voice }) => voice.kind === 'whisper' && voice.to === legId);
  }

  async #toMusic(leg: AsteriskLeg): Promise<void> {
    if (leg.position.kind === 'music') return;
    await this.#openMedia(leg);
    await this.#leave(leg);
    // Nobody is there yet who could hear it.
    if (leg.position.kind === 'dialled') return;
    await this.#startMusic(leg);
    leg.position = { kind: 'music' };
  }

  async #toSilence(leg: AsteriskLeg): Promise<void> {
    const audible = leg.state === 'answered';
    if (leg.position.kind === 'alone' && leg.position.silence === audible) return;
    if (leg.position.kind !== 'alone') await this.#leave(leg);
    if (leg.position.kind === 'dialled') return;
    if (audible) await this.#startSilence(leg);
    leg.position = { kind: 'alone', silence: audible };
  }

  async #toRoom(leg: AsteriskLeg, roomId: RoomId, muted: boolean): Promise<void> {
    const { position } = leg;
    const path = { channelId: leg.channelId };
    const wasMuted = position.kind === 'room' && position.muted;
    // First, so that nobody hears the first words of one who is not to be heard.
    if (muted && !wasMuted) {
      await this.#client.call('POST /channels/{channelId}/mute', { path, query: { direction: 'in' } });
    }
    const isThere = position.kind === 'room' && position.roomId === roomId;
    if (!isThere) {
      await this.#openMedia(leg);
      if (position.kind === 'music') await this.#stopMusic(leg);
      if (position.kind === 'alone' && position.silence) await this.#stopSilence(leg);
      await this.#client.call('POST /bridges/{bridgeId}/addChannel', {
        path: { bridgeId: roomId },
        query: { channel: [leg.channelId] },
      });
    }
    if (!muted && wasMuted) {
      await this.#client.call('DELETE /channels/{channelId}/mute', { path, query: { direction: 'in' } });
    }
    leg.position = { kind: 'room', roomId, muted };
    if (position.kind === 'coach') await this.#endCoaching(position);
  }

  async #toCoach(leg: AsteriskLeg, to: AsteriskLeg): Promise<void> {
    const { position } = leg;
    if (position.kind === 'coach' && position.to === to.id) return;
    const spyId = await this.#tools.spy(to.channelId, { spy: 'both', whisper: 'out' });
    const bridgeId = `${spyId}-bridge`;
    this.#coachBridges.add(bridgeId);
    try {
      await this.#client.call('POST /bridges/{bridgeId}', {
        path: { bridgeId },
        query: { type: 'mixing', name: this.#coachName },
      });
      if (position.kind === 'music') await this.#stopMusic(leg);
      if (position.kind === 'alone' && position.silence) await this.#stopSilence(leg);
      if (position.kind === 'room' && position.muted) {
        await this.#client.call('DELETE /channels/{channelId}/mute', {
          path: { channelId: leg.channelId },
          query: { direction: 'in' },
        });
      }
      await this.#client.call('POST /bridges/{bridgeId}/addChannel', {
        path: { bridgeId },
        query: { channel: [leg.channelId, spyId] },
      });
    } catch (error) {
      await this.#endCoaching({ kind: 'coach', to: to.id, bridgeId, spyId });
      throw error;
    }
    leg.position = { kind: 'coach', to: to.id, bridgeId, spyId };
    if (position.kind === 'coach') await this.#endCoaching(position);
  }

  /** Out of every bridge, unmuted. */
  async #leave(leg: AsteriskLeg): Promise<void> {
    const { position } = leg;
    const path = { channelId: leg.channelId };
    if (position.kind === 'music') await this.#stopMusic(leg);
    if (position.kind === 'room' || position.kind === 'coach') {
      const bridgeId = position.kind === 'room' ? position.roomId : position.bridgeId;
      try {
        await this.#client.call('POST /bridges/{bridgeId}/removeChannel', {
          path: { bridgeId },
          query: { channel: [leg.channelId] },
        });
      } catch (error) {
        // The room has been closed meanwhile, or has let it go.
        if (!isGone(error) && !isOutside(error)) throw error;
      }
    }
    if (position.kind === 'room' && position.muted) {
      await this.#client.call('DELETE /channels/{channelId}/mute', { path, query: { direction: 'in' } });
    }
    if (position.kind !== 'dialled') leg.leftBridges();
    else if (leg.state === 'answered') await this.#dialling.leave(leg);
    if (position.kind === 'coach') await this.#endCoaching(position);
  }

  async #endCoaching({ bridgeId, spyId }: Extract<Position, { kind: 'coach' }>): Promise<void> {
    this.#coachBridges.delete(bridgeId);
    try {
      await this.#tools.dismiss(spyId);
      await this.#client.call('DELETE /bridges/{bridgeId}', { path: { bridgeId } });
    } catch (error) {
      if (!isGone(error)) this.#log.warn({ err: error, bridgeId }, 'a coaching bridge could not be put away');
    }
  }

  /** A caller who has not been answered hears us only after a 183. */
  async #openMedia(leg: AsteriskLeg): Promise<void> {
    if (!leg.offered || leg.state !== 'offered' || leg.early) return;
    leg.early = true;
    await this.#client.call('POST /channels/{channelId}/progress', { path: { channelId: leg.channelId } });
  }

  async #startMusic({ channelId }: AsteriskLeg): Promise<void> {
    await this.#client.call('POST /channels/{channelId}/moh', { path: { channelId } });
  }

  async #stopMusic({ channelId }: AsteriskLeg): Promise<void> {
    await this.#client.call('DELETE /channels/{channelId}/moh', { path: { channelId } });
  }

  async #startSilence({ channelId }: AsteriskLeg): Promise<void> {
    await this.#client.call('POST /channels/{channelId}/silence', { path: { channelId } });
  }

  async #stopSilence({ channelId }: AsteriskLeg): Promise<void> {
    await this.#client.call('DELETE /channels/{channelId}/silence', { path: { channelId } });
  }
}
