import type { LegId, RoomId } from '../../../core/kernel/ids.ts';
import type { Voice } from '../../../core/ports/switch.ts';
import { Turn } from '../turn.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { NodeLink } from './node-link.ts';

/** One leg: the node that it is on, where we want it, and the link that takes it there when that is another node. */
export class ClusterLeg {
  readonly id: LegId;
  readonly node: ClusterNode;
  readonly turn = new Turn();
  roomId: RoomId | null = null;
  voice: Voice = { kind: 'all' };
  link: NodeLink | null = null;
  /** Whom it whispers to, by the id that the leg has on the room's node. */
  speaksTo: LegId | null = null;
  gone = false;

  constructor(id: LegId, node: ClusterNode) {
    this.id = id;
    this.node = node;
  }
}
