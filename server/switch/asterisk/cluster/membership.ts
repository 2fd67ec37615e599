import type { Clock } from '../../../core/kernel/clock.ts';
import type { SwitchEvent } from '../../../core/ports/switch.ts';
import type { SwitchLog } from '../../embedded/sip/switch-log.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { ClusterRooms } from './cluster-rooms.ts';
import type { EndpointPlaces } from './endpoint-places.ts';
import type { Links } from './links.ts';

/** A node that is out of reach for so long loses its endpoints to the others, and is not waited for at the start, ms. */
const VACATED_MS = 2_000;

export interface MembershipParts {
  readonly nodes: readonly ClusterNode[];
  readonly clock: Clock;
  readonly log: SwitchLog;
  readonly emit: (event: SwitchEvent) => void;
  readonly links: Links;
  readonly rooms: ClusterRooms;
  readonly places: EndpointPlaces;
  /** Takes over what an earlier server process has left alive on nodes that come for the first time. */
  readonly adopt: (nodes: readonly ClusterNode[]) => void;
}

/**
 * Which nodes take part, and what follows when one goes or comes.
 *
 *   node up ──out of reach for two seconds──▶ vacated: its endpoints are sent to the others
 *      ▲  └──given up or started anew: its legs are lost, its rooms go on at the nodes of the legs that are left
 *      └── back: it forgets what has moved; what is elsewhere stays there
 */
export class Membership {
  readonly #parts: MembershipParts;
  #phase: 'starting' | 'on' | 'stopped' = 'starting';
  #toldDown = false;
  /** A node has come while they are waited for at the start. */
  #onArrival: () => void = () => undefined;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
  }

  get up(): boolean {
    return this.#phase === 'on' && this.#parts.nodes.some(({ up }) => up);
  }

  /** The nodes have been started: takes over what is on those that are there. */
  async begin(): Promise<void> {
    const { nodes, adopt, links } = this.#parts;
    await this.#late();
    if (this.#phase === 'stopped') return;
    this.#phase = 'on';
    adopt(nodes.filter(({ up }) => up));
    for (const node of nodes) {
      if (node.up) await links.sweep(node);
      else this.#away(node, 'it does not answer');
    }
  }

  stop(): void {
    this.#phase = 'stopped';
    for (const node of this.#parts.nodes) node.stopTimer();
  }

  wentDown(node: ClusterNode, reason: string): void {
    if (this.#phase === 'on') this.#away(node, reason);
  }

  cameUp(node: ClusterNode): void {
    if (this.#phase === 'on') void this.#back(node);
    else this.#onArrival();
  }

  /**
   * Gives nodes that are not there yet a moment: whoever compares its calls with ours at the start takes those for gone
   * that are on a node that is missing.
   */
  #late(): Promise<void> {
    const { nodes, clock } = this.#parts;
    return new Promise((resolve) => {
      const stop = clock.after(VACATED_MS, resolve);
      this.#onArrival = () => {
        if (!nodes.every(({ up }) => up)) return;
        stop();
        resolve();
      };
      this.#onArrival();
    });
  }

  #away(node: ClusterNode, reason: string): void {
    const { clock, log, places, emit } = this.#parts;
    if (!this.up && !this.#toldDown) {
      this.#toldDown = true;
      emit({ type: 'switch-down', reason: `no node of the cluster is left (${node.name}: ${reason})` });
    }
    if (node.vacated) return;
    node.stopTimer();
    node.stopTimer = clock.after(VACATED_MS, () => {
      log.error({ node: node.name, reason }, 'a node has gone; its endpoints move to the others');
      node.vacated = true;
      places.vacate(node);
    });
  }

  async #back(node: ClusterNode): Promise<void> {
    const { nodes, log, places, links, rooms, adopt, emit } = this.#parts;
    node.stopTimer();
    node.vacated = false;
    const isNew = !node.adopted;
    try {
      rooms.checkHome(node);
      if (isNew) adopt([node]);
      await links.sweep(node);
      await rooms.sweep(node);
      await places.welcome(node);
    } catch (error) {
      // It went away again: all of this comes when it is back.
      log.warn({ err: error, node: node.name }, 'a node that came back could not be brought up to date');
    }
    log.info({ node: node.name }, 'a node takes part');
    for (const other of nodes) if (other.vacated) places.sendAway(other);
    // What a node has that comes for the first time is compared with the calls as well.
    if (!(this.#toldDown || isNew) || !this.up) return;
    this.#toldDown = false;
    emit({ type: 'switch-up' });
  }
}
