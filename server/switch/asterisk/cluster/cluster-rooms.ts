import type { LegId, RoomId } from '../../../core/kernel/ids.ts';
import { SwitchError, type Voice } from '../../../core/ports/switch.ts';
import type { SwitchLog } from '../../embedded/sip/switch-log.ts';
import type { ClusterLeg } from './cluster-leg.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { Links } from './links.ts';
import { linkPart, type NodeLink } from './node-link.ts';

interface Room {
  readonly id: RoomId;
  /** Where its bridge is; null until something happens in it, and after that node has gone. */
  home: ClusterNode | null;
  /** Resolves when the bridge is there. */
  opened: Promise<void>;
  isOpen: boolean;
}

export interface ClusterRoomParts {
  readonly links: Links;
  readonly log: SwitchLog;
  readonly legs: ReadonlyMap<LegId, ClusterLeg>;
  /** A node for what needs one, when no leg says which. */
  readonly spare: () => ClusterNode;
  /** Its place cannot be given back to it. */
  readonly onLost: (leg: ClusterLeg) => void;
}

/**
 * Rooms over several nodes. The home of a room is the node of the first leg that comes into it; a leg of another node is
 * brought there by a link. When the home dies, the room goes on at the node of a leg that is left.
 */
export class ClusterRooms {
  readonly #parts: ClusterRoomParts;
  readonly #rooms = new Map<RoomId, Room>();

  constructor(parts: ClusterRoomParts) {
    this.#parts = parts;
  }

  all(): RoomId[] {
    return [...this.#rooms.keys()];
  }

  open(roomId: RoomId): void {
    if (this.#rooms.has(roomId)) return;
    this.#rooms.set(roomId, { id: roomId, home: null, opened: Promise.resolve(), isOpen: false });
  }

  /** The node that plays to the room and records it. */
  async home(roomId: RoomId): Promise<ClusterNode> {
    return this.#home(this.#need(roomId), this.#parts.spare);
  }

  async close(roomId: RoomId): Promise<void> {
    const room = this.#need(roomId);
    this.#rooms.delete(roomId);
    const { home } = room;
    await Promise.all(
      this.#members(roomId).map((leg) =>
        leg.turn.run(async () => {
          if (leg.roomId !== roomId) return;
          leg.roomId = null;
          // One that is ending leaves by itself.
          if (leg.link && !leg.gone) await this.#alone(leg).catch(unlessGone);
        }),
      ),
    );
    if (!home) return;
    await room.opened;
    await home.telephone.closeRoom(roomId);
  }

  async place(leg: ClusterLeg, roomId: RoomId, voice: Voice): Promise<void> {
    this.#need(roomId);
    await leg.turn.run(async () => {
      this.#need(roomId);
      const before = { roomId: leg.roomId, voice: leg.voice };
      leg.roomId = roomId;
      leg.voice = voice;
      try {
        await this.#settle(leg);
      } catch (error) {
        Object.assign(leg, before);
        throw error;
      }
    });
    this.#coachesFollow(leg.id);
  }

  async remove(leg: ClusterLeg): Promise<void> {
    await leg.turn.run(async () => {
      leg.roomId = null;
      await this.#alone(leg);
    });
    this.#coachesFollow(leg.id);
  }

  /** The leg has ended: what was made for it is put away. */
  forget(leg: ClusterLeg): Promise<void> {
    return leg.turn.run(() => this.#unlink(leg));
  }

  /** A link broke: its leg gets another one, or is lost. */
  mend(link: NodeLink): void {
    for (const leg of this.#parts.legs.values()) {
      if (leg.link !== link) continue;
      leg.link = null;
      this.#again(leg);
    }
  }

  /** The node may have forgotten its rooms. Those go on elsewhere, with the legs that are left. */
  checkHome(node: ClusterNode): void {
    const there = new Set(node.telephone.survey().rooms);
    for (const room of this.#rooms.values()) {
      if (room.home !== node || !room.isOpen || there.has(room.id)) continue;
      room.home = null;
      for (const leg of this.#members(room.id)) if (leg.node !== node) this.#again(leg);
    }
  }

  /** Rooms and places as an earlier server process has left them on the nodes that are there. */
  adopt(nodes: readonly ClusterNode[], found: (token: string) => NodeLink | null): void {
    for (const node of nodes) {
      for (const roomId of node.telephone.survey().rooms) {
        if (linkPart(roomId) !== null || this.#rooms.get(roomId)?.home) continue;
        this.#rooms.set(roomId, { id: roomId, home: node, opened: Promise.resolve(), isOpen: true });
      }
    }
    const standing = new Map<LegId, { roomId: RoomId | null; voice: Voice }>();
    for (const node of nodes) {
      for (const { legId, roomId, voice } of node.telephone.survey().legs)
        standing.set(legId, { roomId, voice });
    }
    for (const leg of this.#parts.legs.values()) {
      const own = standing.get(leg.id);
      if (!own) continue;
      const part = linkPart(own.roomId);
      leg.link = part && found(part.token);
      const place = leg.link ? standing.get(leg.link.far) : part ? null : own;
      leg.roomId = place?.roomId ?? null;
      leg.voice = place?.voice ?? { kind: 'all' };
    }
  }

  /** On the node, what belongs to no room of ours. */
  async sweep(node: ClusterNode): Promise<void> {
    for (const roomId of node.telephone.survey().rooms) {
      if (linkPart(roomId) === null && this.#rooms.get(roomId)?.home !== node) {
        await node.telephone.closeRoom(roomId);
      }
    }
  }

  /** To be called in the leg's turn. */
  async #settle(leg: ClusterLeg): Promise<void> {
    const { node, roomId, link: before } = leg;
    if (roomId === null) return this.#alone(leg);
    const room = this.#need(roomId);
    const home = await this.#home(room, () => node);
    const voice = this.#voiceAt(home, leg);
    if (home === node) {
      await node.telephone.place(leg.id, roomId, voice);
      leg.link = null;
      if (before) await this.#parts.links.end(before);
      return;
    }
    if (before?.home === home && this.#parts.links.has(before)) {
      return home.telephone.place(before.far, roomId, voice);
    }
    const link = await this.#parts.links.make(node, home);
    try {
      await home.telephone.place(link.far, roomId, voice);
      await node.telephone.place(leg.id, link.room, { kind: 'all' });
    } catch (error) {
      await this.#parts.links.end(link);
      throw error;
    }
    leg.link = link;
    if (before) await this.#parts.links.end(before);
    // It may have ended while the link came up, and nobody else knows of the link.
    if (leg.gone) await this.#unlink(leg);
  }

  async #alone(leg: ClusterLeg): Promise<void> {
    await leg.node.telephone.remove(leg.id);
    await this.#unlink(leg);
  }

  async #unlink(leg: ClusterLeg): Promise<void> {
    const { link } = leg;
    leg.link = null;
    if (link) await this.#parts.links.end(link);
  }

  #again(leg: ClusterLeg): void {
    const settle = async (): Promise<void> => {
      if (!leg.gone && leg.roomId !== null) await this.#settle(leg);
    };
    leg.turn.run(settle).catch((error: unknown) => {
      if (leg.gone) return;
      this.#parts.log.warn({ err: error, legId: leg.id }, 'a leg could not be brought back into its room');
      this.#parts.onLost(leg);
    });
  }

  async #home(room: Room, choose: () => ClusterNode): Promise<ClusterNode> {
    if (room.home === null) {
      const node = choose();
      room.home = node;
      room.isOpen = false;
      room.opened = node.telephone.openRoom(room.id);
      room.opened.then(
        () => (room.isOpen = true),
        () => (room.home = null),
      );
    }
    const { home } = room;
    await room.opened;
    return home;
  }

  /** A whisper goes to whoever stands in the room for the leg. */
  #voiceAt(home: ClusterNode, leg: ClusterLeg): Voice {
    const { voice } = leg;
    leg.speaksTo = voice.kind === 'whisper' ? this.#standIn(home, voice.to) : null;
    return leg.speaksTo === null ? voice : { kind: 'whisper', to: leg.speaksTo };
  }

  #standIn(home: ClusterNode, legId: LegId): LegId {
    const link = this.#parts.legs.get(legId)?.link;
    return link?.home === home ? link.far : legId;
  }

  /** A leg that is coached has come into the room another way. */
  #coachesFollow(legId: LegId): void {
    for (const coach of this.#parts.legs.values()) {
      const { voice, roomId } = coach;
      const home = roomId === null ? null : this.#rooms.get(roomId)?.home;
      if (!home || voice.kind !== 'whisper' || voice.to !== legId) continue;
      if (coach.speaksTo !== this.#standIn(home, legId)) this.#again(coach);
    }
  }

  #members(roomId: RoomId): ClusterLeg[] {
    return [...this.#parts.legs.values()].filter((leg) => leg.roomId === roomId);
  }

  /** @throws SwitchError `no-such-room` */
  #need(roomId: RoomId): Room {
    const room = this.#rooms.get(roomId);
    if (!room) throw new SwitchError('no-such-room', `no room ${roomId}`);
    return room;
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof SwitchError && error.code === 'no-such-leg')) throw error;
}
