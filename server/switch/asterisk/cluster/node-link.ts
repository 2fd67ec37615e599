import { asId, type LegId, type RoomId } from '../../../core/kernel/ids.ts';
import type { ClusterNode } from './cluster-node.ts';

/**
 * A leg's way to a room on another node:
 *
 *      the leg's node                              the room's node
 *   leg ── private room ── near ══ SIP and RTP ══ far ── room
 *
 * `far` stands in the room for the leg, with its voice. All names carry the token, so that a later server process knows
 * what belongs together; nobody else knows the token, so that nobody else can dial into a room.
 */
export interface NodeLink {
  readonly token: string;
  readonly from: ClusterNode;
  readonly home: ClusterNode;
  readonly near: LegId;
  readonly far: LegId;
  readonly room: RoomId;
}

const NAME = /^link-(near|far|room)-([0-9a-f]{32})$/;

export function nodeLink(token: string, from: ClusterNode, home: ClusterNode): NodeLink {
  return {
    token,
    from,
    home,
    near: asId<LegId>(`link-near-${token}`),
    far: asId<LegId>(`link-far-${token}`),
    room: asId<RoomId>(`link-room-${token}`),
  };
}

/** Which part of which link an id names; null: it is a leg or a room of our users. */
export function linkPart(id: LegId | RoomId | null): { part: 'near' | 'far' | 'room'; token: string } | null {
  const found = id === null ? null : NAME.exec(id);
  if (!found) return null;
  const [, part, token = ''] = found;
  return { part: part as 'near' | 'far' | 'room', token };
}
