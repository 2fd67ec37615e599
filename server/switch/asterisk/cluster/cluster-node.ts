import type { EndpointId } from '../../../core/kernel/ids.ts';
import type { Switch } from '../../../core/ports/switch.ts';
import type { AsteriskSwitch } from '../asterisk-switch.ts';

/** What the cluster asks of one node: the port, calls to another node, and what there is on it. */
export type NodeSwitch = Switch & Pick<AsteriskSwitch, 'dialOver' | 'isRegistered' | 'survey'>;

/** One Asterisk of several. */
export class ClusterNode {
  /** As the others name it in their PJSIP endpoints. */
  readonly name: string;
  readonly telephone: NodeSwitch;
  /** Out of reach for so long that its endpoints have been given to others. */
  vacated = false;
  /** Endpoints that have been given to another node while this one was away: it has to forget them when it is back. */
  readonly leftovers = new Set<EndpointId>();
  /** What an earlier server process left on it has been taken over. */
  adopted = false;
  stopTimer: () => void = () => undefined;

  constructor(name: string, telephone: NodeSwitch) {
    this.name = name;
    this.telephone = telephone;
  }

  get up(): boolean {
    return this.telephone.up;
  }

  /** PJSIP endpoint that stands for this node on every other one. */
  get trunk(): string {
    return `telebar-node-${this.name}`;
  }
}
