import type { EndpointId, LegId, RoomId } from '../../../server/core/kernel/ids.ts';
import type { AsteriskCluster } from '../../../server/switch/asterisk/cluster/asterisk-cluster.ts';
import { EventLog } from '../../contract/switch-events-log.ts';
import { hasTone } from '../goertzel.ts';
import type { PeerCall } from '../peer-call.ts';
import { SipPeer, type SipPeerOptions } from '../sip-peer.ts';
import { endpointSpec, type LogBook } from '../switch-bed.ts';
import { ClusterNodes } from './cluster-nodes.ts';
import type { AsteriskNode } from './node.ts';
import { clearAndStop, expectEmpty, UniqueIds } from './switch-on-node.ts';
import { TcpProxy } from './tcp-proxy.ts';

export interface Talker {
  readonly legId: LegId;
  readonly call: PeerCall;
}

/** Two Asterisks as one switch, with phones and customers; nothing may be left on either after a test. */
export class ClusterBed {
  readonly nodes: ClusterNodes;
  readonly ids = new UniqueIds();
  telephone!: AsteriskCluster;
  log!: EventLog;
  book!: LogBook;
  readonly #undo: Array<() => Promise<unknown> | void> = [];

  private constructor(nodes: ClusterNodes) {
    this.nodes = nodes;
  }

  static async open(options: Parameters<typeof ClusterNodes.start>[0] = {}): Promise<ClusterBed> {
    const bed = new ClusterBed(await ClusterNodes.start(options));
    await bed.startSwitch();
    return bed;
  }

  /** Another server process, in place of one that has been stopped. */
  async startSwitch(ariOfOne?: string): Promise<void> {
    const { telephone, log } = this.nodes.cluster(this.ids, {}, ariOfOne);
    this.telephone = telephone;
    this.book = log;
    this.log = new EventLog(telephone);
    await telephone.start();
  }

  /** Between the next server process and ARI of the node "one". */
  async wire(): Promise<TcpProxy> {
    const wire = await TcpProxy.to(this.nodes.one.httpPort);
    this.#undo.push(() => wire.close());
    return wire;
  }

  /** @throws Error when something is left on a node */
  async close(): Promise<void> {
    await clearAndStop(this.telephone);
    for (const step of this.#undo.splice(0).toReversed()) await step();
    for (const node of this.nodes.all) if (node.pid !== null) await expectEmpty(node);
    await this.nodes.stop();
  }

  async peer(node: AsteriskNode, options: Partial<SipPeerOptions> = {}): Promise<SipPeer> {
    const peer = await SipPeer.open({ switchPort: node.sipPort, ...options });
    this.#undo.push(() => peer.close());
    return peer;
  }

  /** A customer who has come in by a node. */
  async customer(node: AsteriskNode): Promise<Talker> {
    const peer = await this.peer(node);
    const before = this.log.count('leg-offered');
    const call = await peer.call('400100', { from: '<sip:13800138000@127.0.0.1>' });
    await this.log.next('leg-offered', () => this.log.count('leg-offered') > before);
    const { legId } = this.log.events.filter((event) => event.type === 'leg-offered').at(-1) ?? {};
    if (legId === undefined) throw new Error('nobody was offered');
    await this.telephone.answer(legId);
    await call.waitForStatus(200);
    return { legId, call };
  }

  /** A desk phone that has registered with a node, and answers. */
  async phone(node: AsteriskNode): Promise<{ endpointId: EndpointId; peer: SipPeer }> {
    const username = this.ids.next<string>('phone');
    const spec = endpointSpec(username, 'secret');
    await this.telephone.provision(spec);
    const peer = await this.peer(node, { username, password: 'secret', incoming: 'answer' });
    const { status } = await peer.register();
    if (status !== 200) throw new Error(`the phone was refused with ${status}`);
    await this.log.next('endpoint-online', ({ endpointId }) => endpointId === spec.endpointId);
    return { endpointId: spec.endpointId, peer };
  }

  async callPhone({ endpointId, peer }: { endpointId: EndpointId; peer: SipPeer }, nth = 0): Promise<Talker> {
    const legId = this.ids.next<LegId>('leg');
    await this.telephone.dial({
      legId,
      target: { kind: 'endpoint', endpointId },
      callerId: { number: '400100' },
      ringMs: 10_000,
    });
    await this.log.next('leg-answered', (event) => event.legId === legId);
    return { legId, call: await peer.incoming(nth) };
  }

  /** A leg to a number outside, answered. */
  async callOut(near: LegId): Promise<LegId> {
    const legId = this.ids.next<LegId>('leg');
    await this.telephone.dial({
      legId,
      target: { kind: 'number', number: '13900139000' },
      callerId: { number: '400100' },
      ringMs: 10_000,
      near,
    });
    await this.log.next('leg-answered', (event) => event.legId === legId);
    return legId;
  }

  async room(...talkers: Talker[]): Promise<RoomId> {
    const roomId = this.ids.next<RoomId>('room');
    await this.telephone.openRoom(roomId);
    for (const { legId } of talkers) await this.telephone.place(legId, roomId, { kind: 'all' });
    return roomId;
  }

  /** How many channels over the line between the nodes there are on one. */
  async links(node: AsteriskNode): Promise<number> {
    const channels = await node.ari<{ name: string }[]>('GET', '/channels');
    return channels.filter(({ name }) => name.startsWith('PJSIP/telebar-node-')).length;
  }
}

/** Which of the tones a talker hears. */
export async function hears({ call }: Talker, candidates: readonly number[]): Promise<number[]> {
  await call.rtp.listen(300);
  const samples = await call.rtp.listen(400);
  return candidates.filter((hz) => hasTone(samples, hz));
}

/** Each speaks a tone of its own and hears exactly those of the others. */
export async function expectTalking(...talkers: Talker[]): Promise<void> {
  const tones = talkers.map((_talker, at) => [600, 1500, 2100][at] ?? 0);
  talkers.forEach(({ call }, at) => call.rtp.say(tones[at] ?? null));
  const heard = await Promise.all(talkers.map((talker) => hears(talker, tones)));
  heard.forEach((what, at) => {
    const others = tones.filter((_tone, other) => other !== at);
    if (what.join() !== others.join())
      throw new Error(`talker ${at} hears ${what.join()} in place of ${others.join()}`);
  });
}
