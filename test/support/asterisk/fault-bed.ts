import type { EndpointId, LegId } from '../../../server/core/kernel/ids.ts';
import type { EndpointSpec } from '../../../server/core/ports/switch.ts';
import type { AsteriskConfig } from '../../../server/switch/asterisk/asterisk-config.ts';
import type { AsteriskSwitch } from '../../../server/switch/asterisk/asterisk-switch.ts';
import { EventLog } from '../../contract/switch-events-log.ts';
import type { PeerCall } from '../peer-call.ts';
import { SipPeer, type SipPeerOptions } from '../sip-peer.ts';
import { endpointSpec, type LogBook } from '../switch-bed.ts';
import { AsteriskNode, type AsteriskNodeOptions } from './node.ts';
import { clearAndStop, expectEmpty, expectNoPhones, switchOn, UniqueIds } from './switch-on-node.ts';
import { TcpProxy } from './tcp-proxy.ts';

export interface FaultySwitch {
  readonly telephone: AsteriskSwitch;
  readonly log: EventLog;
  /** What it wrote for the operator. */
  readonly book: LogBook;
}

/** An Asterisk whose switches, wires and phones are put away after each test, which may leave nothing on it. */
export class FaultBed {
  readonly ids = new UniqueIds();
  readonly node: AsteriskNode;
  readonly #undo: Array<() => Promise<unknown> | void> = [];

  private constructor(node: AsteriskNode) {
    this.node = node;
  }

  static async open(options?: AsteriskNodeOptions): Promise<FaultBed> {
    return new FaultBed(await AsteriskNode.start(options));
  }

  /** Done after the test, the last first. */
  after(step: () => Promise<unknown> | void): void {
    this.#undo.push(step);
  }

  /** @throws Error when something is left on the node */
  async tidy(): Promise<void> {
    for (const step of this.#undo.splice(0).toReversed()) await step();
    await expectEmpty(this.node);
    await expectNoPhones(this.node);
  }

  /** @throws Error when a channel or a bridge is left on the node */
  empty(): Promise<void> {
    return expectEmpty(this.node);
  }

  close(): Promise<void> {
    return this.node.stop();
  }

  /** A switch that is not started. */
  make(more: Partial<AsteriskConfig> = {}, node = this.node): FaultySwitch {
    const { telephone, log: book } = switchOn(node, this.ids, more);
    this.after(() => clearAndStop(telephone));
    return { telephone, log: new EventLog(telephone), book };
  }

  /** A switch that is up. */
  async started(more: Partial<AsteriskConfig> = {}, node = this.node): Promise<FaultySwitch> {
    const made = this.make(more, node);
    await made.telephone.start();
    return made;
  }

  /** A switch that is up, behind a wire that can be cut. */
  async wired(node = this.node): Promise<FaultySwitch & { wire: TcpProxy }> {
    const wire = await TcpProxy.to(node.httpPort);
    this.after(() => wire.close());
    return { ...(await this.started({ ariUrl: `http://127.0.0.1:${wire.port}` }, node)), wire };
  }

  async peer(options: Partial<SipPeerOptions> = {}, node = this.node): Promise<SipPeer> {
    const peer = await SipPeer.open({ switchPort: node.sipPort, ...options });
    this.after(() => peer.close());
    return peer;
  }

  /** A carrier that takes the calls to outside numbers. */
  async carrier(incoming: SipPeerOptions['incoming'] = 'answer', node = this.node): Promise<SipPeer> {
    const carrier = await this.peer({ incoming }, node);
    await node.connectCarrier('127.0.0.1', carrier.localPort);
    return carrier;
  }

  /** A desk phone that is provisioned and registered. */
  async phone(
    { telephone, log }: FaultySwitch,
    { name = this.ids.next<string>('phone'), incoming = 'answer' as SipPeerOptions['incoming'] } = {},
    node = this.node,
  ): Promise<{ peer: SipPeer; spec: EndpointSpec; endpointId: EndpointId }> {
    const spec = endpointSpec(name, 'secret');
    await telephone.provision(spec);
    const peer = await this.peer({ username: name, password: 'secret', ...(incoming && { incoming }) }, node);
    const { status } = await peer.register();
    if (status !== 200) throw new Error(`the phone was refused with ${status}`);
    await log.next('endpoint-online', ({ endpointId }) => endpointId === spec.endpointId);
    return { peer, spec, endpointId: spec.endpointId };
  }

  /** A customer who waits for an answer. */
  async offered({ log }: FaultySwitch, node = this.node): Promise<{ legId: LegId; call: PeerCall }> {
    const peer = await this.peer({}, node);
    const before = log.count('leg-offered');
    const call = await peer.call('400100', { from: '<sip:13800138000@127.0.0.1>' });
    await log.next('leg-offered', () => log.count('leg-offered') > before);
    const { legId } = log.events.filter((event) => event.type === 'leg-offered').at(-1) ?? {};
    if (legId === undefined) throw new Error('nobody was offered');
    return { legId, call };
  }

  /** A customer who has been answered. */
  async caller(one: FaultySwitch, node = this.node): Promise<{ legId: LegId; call: PeerCall }> {
    const { legId, call } = await this.offered(one, node);
    await one.telephone.answer(legId);
    await call.waitForStatus(200);
    return { legId, call };
  }

  /** A leg to a number outside. */
  async dial({ telephone }: FaultySwitch, number = '13900139000', ringMs = 10_000): Promise<LegId> {
    const legId = this.ids.next<LegId>('leg');
    await telephone.dial({
      legId,
      target: { kind: 'number', number },
      callerId: { number: '400100' },
      ringMs,
    });
    return legId;
  }
}
