import type { EndpointId } from '../../../core/kernel/ids.ts';
import {
  type EndpointSpec,
  type EndpointStatus,
  type Provisioned,
  SwitchError,
  type SwitchEvent,
} from '../../../core/ports/switch.ts';
import type { SwitchLog } from '../../embedded/sip/switch-log.ts';
import type { ClusterNode } from './cluster-node.ts';

type EndpointEvent = Extract<SwitchEvent, { endpointId: EndpointId }>;

interface Place {
  spec: EndpointSpec;
  /** Where it is to register, of a browser; where it has registered last, of a desk phone, which all nodes know. */
  node: ClusterNode;
  online: boolean;
}

/**
 * Which endpoint is on which node. A browser's page registers where it is told: the node with the fewest, kept while that
 * is there. A desk phone has registrars of its own, so every node knows it, and it is where it has registered.
 */
export class EndpointPlaces {
  readonly #nodes: readonly ClusterNode[];
  readonly #log: SwitchLog;
  readonly #emit: (event: SwitchEvent) => void;
  readonly #places = new Map<EndpointId, Place>();

  constructor(nodes: readonly ClusterNode[], log: SwitchLog, emit: (event: SwitchEvent) => void) {
    this.#nodes = nodes;
    this.#log = log;
    this.#emit = emit;
  }

  async provision(spec: EndpointSpec): Promise<Provisioned> {
    for (const { spec: other } of this.#places.values()) {
      if (other.username !== spec.username || other.endpointId === spec.endpointId) continue;
      throw new SwitchError('wrong-state', `the SIP user ${spec.username} belongs to another endpoint`);
    }
    const before = this.#places.get(spec.endpointId);
    if (before && before.spec.device !== spec.device) await this.retire(spec.endpointId);
    const known = this.#places.get(spec.endpointId);
    const node = known && this.#stays(known) ? known.node : await this.#choose(spec, known !== undefined);
    if (known && known.node !== node) known.node.leftovers.add(spec.endpointId);
    node.leftovers.delete(spec.endpointId);
    this.#places.set(spec.endpointId, { spec, node, online: known?.node === node && known.online });
    if (spec.device === 'browser') return node.telephone.provision(spec);
    await Promise.all(this.#nodes.map((each) => each.telephone.provision(spec)));
    return { signallingUrl: null };
  }

  async retire(endpointId: EndpointId): Promise<void> {
    const place = this.#places.get(endpointId);
    if (!place) return;
    const phone = place.spec.device === 'phone';
    await Promise.all((phone ? this.#nodes : [place.node]).map((node) => node.telephone.retire(endpointId)));
    this.#places.delete(endpointId);
  }

  async statuses(): Promise<EndpointStatus[]> {
    const told = new Map<ClusterNode, Map<EndpointId, EndpointStatus>>();
    for (const node of this.#nodes) {
      const statuses = node.up ? await node.telephone.endpoints() : [];
      told.set(node, new Map(statuses.map((status) => [status.endpointId, status])));
    }
    return [...this.#places].map(
      ([endpointId, { node }]) => told.get(node)?.get(endpointId) ?? { endpointId, online: false },
    );
  }

  /** Where the device can be called. @throws SwitchError `no-such-endpoint`, `endpoint-offline` */
  reachable(endpointId: EndpointId): ClusterNode {
    const place = this.#places.get(endpointId);
    if (!place) throw new SwitchError('no-such-endpoint', `no endpoint ${endpointId}`);
    const { node, spec } = place;
    if (!node.up) throw new SwitchError('endpoint-offline', `${spec.username} is on a node that is away`);
    return node;
  }

  /** Where the line of the outside world with this number is. */
  outside(number: string): ClusterNode | null {
    for (const { spec, node, online } of this.#places.values()) {
      if (online && node.up && spec.kind === 'outside' && spec.number === number) return node;
    }
    return null;
  }

  /** What a node tells of an endpoint is news when the endpoint is there. */
  take(node: ClusterNode, event: EndpointEvent): void {
    const place = this.#places.get(event.endpointId);
    if (!place) return;
    // A desk phone that registers with another node is there from now on.
    if (event.type === 'endpoint-online' && place.spec.device === 'phone') place.node = node;
    if (place.node !== node) return;
    if (event.type === 'endpoint-online') place.online = true;
    if (event.type === 'endpoint-offline') place.online = false;
    this.#emit(event);
  }

  /** The node has gone: those who are registered there are offline, and browsers are sent elsewhere. */
  vacate(node: ClusterNode): void {
    const there = [...this.#places].filter(([, place]) => place.node === node);
    for (const [endpointId, place] of there) {
      if (!place.online) continue;
      place.online = false;
      this.#emit({ type: 'endpoint-offline', endpointId, reason: 'lost' });
    }
    this.sendAway(node);
  }

  /** Browsers of a node that has gone are told to come again, when there is a node for them. */
  sendAway(node: ClusterNode): void {
    if (!this.#nodes.some(({ up }) => up)) return;
    for (const [endpointId, place] of [...this.#places]) {
      if (place.node === node && place.spec.device === 'browser') {
        this.#emit({ type: 'endpoint-moved', endpointId });
      }
    }
  }

  /** The node is back: it forgets those who are elsewhere now, and says who has stayed. */
  async welcome(node: ClusterNode): Promise<void> {
    for (const endpointId of node.leftovers) {
      try {
        await node.telephone.retire(endpointId);
        node.leftovers.delete(endpointId);
      } catch (error) {
        this.#log.warn(
          { err: error, endpointId, node: node.name },
          'an endpoint that moved is left on its node',
        );
      }
    }
    for (const { endpointId, online, address, userAgent, latencyMs } of await node.telephone.endpoints()) {
      const place = this.#places.get(endpointId);
      if (!online || !place || place.node !== node || place.online) continue;
      place.online = true;
      this.#emit({
        type: 'endpoint-online',
        endpointId,
        address: address ?? '',
        userAgent: userAgent ?? '',
        latencyMs: latencyMs ?? null,
      });
    }
  }

  #stays({ spec, node }: Place): boolean {
    return spec.device === 'phone' || !node.vacated;
  }

  async #choose({ username, device }: EndpointSpec, moves: boolean): Promise<ClusterNode> {
    if (device === 'browser' && !moves) {
      // An earlier server process may have told it where to register, and there it is.
      for (const node of this.#nodes)
        if (node.up && (await node.telephone.isRegistered(username))) return node;
    }
    return this.#emptiest();
  }

  #emptiest(): ClusterNode {
    const candidates = this.#nodes.filter(({ up }) => up);
    const count = (node: ClusterNode): number => {
      return [...this.#places.values()].filter(
        (place) => place.node === node && place.spec.device === 'browser',
      ).length;
    };
    const [first] = (candidates.length > 0 ? candidates : this.#nodes).toSorted(
      (a, b) => count(a) - count(b),
    );
    if (!first) throw new SwitchError('switch-down', 'there is no node');
    return first;
  }
}
