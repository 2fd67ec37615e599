import { asId, type LegId, type RoomId } from '../../core/kernel/ids.ts';
import { SwitchError, type Voice } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { type Adoption, bridgeNames } from './adoption.ts';
import { AriError, isGone } from './ari-error.ts';
import type { AriLink } from './ari-link.ts';
import type { AriEvent } from './ari-types.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';
import type { LegRegistry } from './leg-registry.ts';
import { inTurn } from './leg-turns.ts';
import type { Playbacks } from './playbacks.ts';
import type { Positions } from './positions.ts';

export interface RoomParts {
  readonly link: AriLink;
  readonly log: SwitchLog;
  readonly legs: LegRegistry;
  readonly positions: Positions;
  readonly adoption: Adoption;
  readonly application: string;
  readonly playbacks: Playbacks;
}

/** The rooms, which are mixing bridges, and which leg is in which with what voice. */
export class Rooms {
  readonly #link: AriLink;
  readonly #log: SwitchLog;
  readonly #legs: LegRegistry;
  readonly #positions: Positions;
  readonly #adoption: Adoption;
  readonly #playbacks: Playbacks;
  readonly #name: string;
  readonly #open = new Set<RoomId>();

  constructor({ link, log, legs, positions, adoption, application, playbacks }: RoomParts) {
    this.#link = link;
    this.#log = log;
    this.#legs = legs;
    this.#positions = positions;
    this.#adoption = adoption;
    this.#playbacks = playbacks;
    this.#name = bridgeNames(application).room;
  }

  /** One that is open stays as it is. */
  async open(roomId: RoomId): Promise<void> {
    const isNew = !this.#open.has(roomId);
    // Before the answer: a room that is being opened is nobody's leftover.
    this.#open.add(roomId);
    try {
      await this.#link.ask('no-such-room', () => this.#bridge(roomId));
    } catch (error) {
      if (isNew) this.#open.delete(roomId);
      throw error;
    }
  }

  async close(roomId: RoomId): Promise<void> {
    this.need(roomId);
    this.#open.delete(roomId);
    this.#playbacks.roomCloses(roomId);
    const out = this.#legs.inRoom(roomId).map((leg) =>
      this.#move(leg, () => {
        // One that has been placed elsewhere meanwhile stays there.
        if (leg.roomId === roomId) leg.roomId = null;
      }),
    );
    for (const result of await Promise.allSettled(out)) {
      // A leg that is ending leaves by itself.
      const ending = result.status === 'rejected' && result.reason instanceof SwitchError;
      if (result.status === 'rejected' && !(ending && result.reason.code === 'no-such-leg'))
        throw result.reason;
    }
    await this.#link.ask('no-such-room', () => this.#end(roomId));
    this.#playbacks.roomClosed(roomId);
  }

  all(): RoomId[] {
    return [...this.#open];
  }

  has(roomId: RoomId): boolean {
    return this.#open.has(roomId);
  }

  /** Rooms are ended by us alone: one that somebody else has ended is made again, and has its legs back. */
  take(event: AriEvent): void {
    if (event.type !== 'BridgeDestroyed') return;
    const roomId = asId<RoomId>(event.bridge.id);
    if (this.#open.has(roomId)) void this.#restore(roomId);
  }

  /** Rooms that were ended while no events came. */
  async restoreMissing(listed: readonly RoomId[]): Promise<void> {
    for (const roomId of this.#open) if (!listed.includes(roomId)) await this.#restore(roomId);
  }

  /** Rooms of an earlier server process. */
  adopt(rooms: readonly RoomId[]): void {
    for (const roomId of rooms) this.#open.add(roomId);
  }

  /** Asterisk has forgotten them. */
  allGone(): void {
    this.#open.clear();
  }

  /** @throws SwitchError `no-such-room` */
  need(roomId: RoomId): void {
    if (!this.#open.has(roomId)) throw new SwitchError('no-such-room', `no room ${roomId}`);
  }

  async place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    const leg = this.#legs.get(legId);
    this.need(roomId);
    await this.#move(leg, () => {
      this.need(roomId);
      leg.roomId = roomId;
      leg.voice = voice;
    });
    this.coachesFollow(legId);
  }

  async remove(legId: LegId): Promise<void> {
    await this.#move(this.#legs.get(legId), (leg) => {
      leg.roomId = null;
    });
    this.coachesFollow(legId);
  }

  async music(legId: LegId, on: boolean): Promise<void> {
    await this.#move(this.#legs.get(legId), (leg) => {
      leg.music = on;
    });
  }

  /** A leg has come, left or ended: those who coach it go where it is, or hear the room without speaking. */
  coachesFollow(legId: LegId): void {
    for (const coach of this.#positions.coachesOf(legId)) this.settle(coach);
  }

  settle(leg: AsteriskLeg): void {
    void inTurn(this.#log, leg, 'moving a leg', async () => {
      if (!leg.gone) await this.#positions.settle(leg);
    });
  }

  async #restore(roomId: RoomId): Promise<void> {
    this.#log.warn({ roomId }, 'somebody has ended a room of ours on Asterisk; it is made again');
    try {
      await this.#bridge(roomId);
    } catch (error) {
      this.#log.error({ err: error, roomId }, 'a room could not be made again');
      return;
    }
    // Closed while it was being made.
    if (!this.#open.has(roomId)) {
      await this.#link
        .ask('no-such-room', () => this.#end(roomId))
        .catch((error: unknown) => {
          this.#log.warn({ err: error, roomId }, 'a room could not be ended');
        });
      return;
    }
    for (const leg of this.#legs.inRoom(roomId)) {
      void inTurn(this.#log, leg, 'moving a leg back', async () => {
        if (leg.gone) return;
        if (leg.position.kind === 'room' && leg.position.roomId === roomId)
          await this.#positions.thrownOut(leg);
        await this.#positions.settle(leg);
      });
    }
  }

  async #bridge(roomId: RoomId): Promise<void> {
    try {
      await this.#link.client.call('POST /bridges/{bridgeId}', {
        path: { bridgeId: roomId },
        // dtmf_events: digits of a leg are told although another leg hears it. video_sfu: two legs are mixed as well. Packets
        // that are passed on keep their sequence numbers, and what records the hearing of a leg (seen in ast_translate of
        // Debian's 22.10) takes a new partner with lower numbers for packets that are late, and drops them for minutes.
        // Mixed audio has no numbers.
        query: { type: 'mixing,dtmf_events,video_sfu', name: this.#name },
      });
    } catch (error) {
      // It is open: an earlier server process has asked for it, or an answer of Asterisk was lost.
      if (!(error instanceof AriError && error.status === 409)) throw error;
    }
  }

  async #end(roomId: RoomId): Promise<void> {
    try {
      await this.#link.client.call('DELETE /bridges/{bridgeId}', { path: { bridgeId: roomId } });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async #move(leg: AsteriskLeg, change: (leg: AsteriskLeg) => void): Promise<void> {
    await this.#link.ask('no-such-leg', () =>
      leg.run(async () => {
        if (leg.gone) throw new SwitchError('no-such-leg', `no leg ${leg.id}`);
        change(leg);
        await this.#positions.settle(leg);
      }),
    );
    // After the answer, because nobody waits for it.
    void inTurn(this.#log, leg, 'noting where a leg is', async () => {
      if (!leg.gone) await this.#adoption.note(leg);
    });
  }
}
