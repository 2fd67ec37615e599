import { randomBytes } from 'node:crypto';
import type { LegId } from '../../../core/kernel/ids.ts';
import { SwitchError, type SwitchEvent } from '../../../core/ports/switch.ts';
import type { SwitchLog } from '../../embedded/sip/switch-log.ts';
import type { ClusterNode } from './cluster-node.ts';
import { linkPart, type NodeLink, nodeLink } from './node-link.ts';

/** A link that takes longer to come up will not come, ms. */
const LINK_MS = 5_000;

interface Milestone {
  readonly reached: Promise<void>;
  readonly reach: () => void;
  readonly miss: (error: Error) => void;
}

interface Made {
  readonly link: NodeLink;
  /** What is waited for while it is being made. */
  progress: { readonly arrived: Milestone; readonly answered: Milestone } | null;
  /** The far end has been let in: a second call with this token is nobody's. */
  admitted: boolean;
}

/** Makes and ends the links between nodes, and notices when one breaks. */
export class Links {
  readonly #log: SwitchLog;
  readonly #onBroken: (link: NodeLink) => void;
  readonly #made = new Map<string, Made>();

  constructor(log: SwitchLog, onBroken: (link: NodeLink) => void) {
    this.#log = log;
    this.#onBroken = onBroken;
  }

  /** For a call that has reached a node from another one. @returns the id of its leg, or null when nobody expects it */
  admit(node: string, token: string): LegId | null {
    const made = this.#made.get(token);
    if (!made || made.admitted || made.link.home.name !== node) return null;
    made.admitted = true;
    return made.link.far;
  }

  has(link: NodeLink): boolean {
    return this.#made.get(link.token)?.link === link;
  }

  /** @throws SwitchError `switch-down`, `no-route` */
  async make(from: ClusterNode, home: ClusterNode): Promise<NodeLink> {
    const link = nodeLink(randomBytes(16).toString('hex'), from, home);
    const progress = { arrived: milestone(), answered: milestone() };
    const made: Made = { link, progress, admitted: false };
    this.#made.set(link.token, made);
    try {
      await Promise.all([
        Promise.all([from.telephone.openRoom(link.room), this.#dial(link)]).then(() =>
          from.telephone.place(link.near, link.room, { kind: 'all' }),
        ),
        progress.arrived.reached.then(() => home.telephone.answer(link.far)),
        progress.answered.reached,
      ]);
    } catch (cause) {
      const givenUp = new SwitchError('no-route', 'the link has been given up');
      progress.arrived.miss(givenUp);
      progress.answered.miss(givenUp);
      await this.end(link);
      if (cause instanceof SwitchError && cause.code === 'switch-down') throw cause;
      throw new SwitchError('no-route', `${from.name} cannot call ${home.name}`, { cause });
    }
    made.progress = null;
    return link;
  }

  /** A link of an earlier server process, whole. */
  adopt(link: NodeLink): void {
    this.#made.set(link.token, { link, progress: null, admitted: true });
  }

  /** Puts it away; what of it is on a node that is away is put away when that is back. */
  async end(link: NodeLink): Promise<void> {
    this.#made.delete(link.token);
    const { from, home, near, far, room } = link;
    await Promise.all([
      this.#quietly(from, async () => {
        await from.telephone.hangup(near);
        await from.telephone.closeRoom(room);
      }),
      this.#quietly(home, () => home.telephone.hangup(far)),
    ]);
  }

  /** Ends what of links is on a node and belongs to none that is in use. */
  async sweep(node: ClusterNode): Promise<void> {
    const { legs, rooms } = node.telephone.survey();
    const stray = (id: Parameters<typeof linkPart>[0]): boolean => {
      const part = linkPart(id);
      return part !== null && !this.#made.has(part.token);
    };
    for (const { legId } of legs) {
      if (stray(legId)) await this.#quietly(node, () => node.telephone.hangup(legId));
    }
    for (const roomId of rooms) {
      if (stray(roomId)) await this.#quietly(node, () => node.telephone.closeRoom(roomId));
    }
  }

  /** @returns whether the event is about a link's end */
  take(event: SwitchEvent): boolean {
    if (!('legId' in event)) return false;
    const part = linkPart(event.legId);
    if (part === null) return false;
    const made = this.#made.get(part.token);
    if (!made) return true;
    const { progress, link } = made;
    if (event.type === 'leg-offered') progress?.arrived.reach();
    if (event.type === 'leg-answered' && part.part === 'near') progress?.answered.reach();
    if (event.type === 'leg-ended' || event.type === 'leg-lost') {
      if (progress === null) this.#broken(link, event.cause);
      // Whatever had been reached before, it is over.
      const refused = new SwitchError('no-route', `the other node refused: ${event.cause}`);
      progress?.arrived.miss(refused);
      progress?.answered.miss(refused);
    }
    return true;
  }

  #dial({ from, home, near, token }: NodeLink): Promise<void> {
    return from.telephone.dialOver(home.trunk, {
      legId: near,
      target: { kind: 'number', number: token },
      callerId: { number: '' },
      ringMs: LINK_MS,
    });
  }

  #broken(link: NodeLink, cause: string): void {
    this.#log.warn({ from: link.from.name, to: link.home.name, cause }, 'a link between nodes broke');
    void this.end(link);
    this.#onBroken(link);
  }

  async #quietly(node: ClusterNode, task: () => Promise<void>): Promise<void> {
    if (!node.up) return;
    try {
      await task();
    } catch (error) {
      const known = error instanceof SwitchError;
      // It has ended by itself, or the node went away just now and is swept when it is back.
      this.#log[known ? 'debug' : 'warn']({ err: error, node: node.name }, 'a link had gone already');
    }
  }
}

function milestone(): Milestone {
  let reach: Milestone['reach'] = () => undefined;
  let miss: Milestone['miss'] = () => undefined;
  const reached = new Promise<void>((resolve, reject) => {
    reach = resolve;
    miss = reject;
  });
  return { reached, reach, miss };
}
