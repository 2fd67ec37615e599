import type { EndpointId, LegId, PlaybackId, RecordingId, RoomId } from '../../../core/kernel/ids.ts';
import type { Clock } from '../../../core/kernel/clock.ts';
import type { IdSource } from '../../../core/kernel/id-source.ts';
import {
  type DialRequest,
  type EndCause,
  type EndpointSpec,
  type EndpointStatus,
  type HandOverOptions,
  type LiveLeg,
  type PlayRequest,
  type PlayTarget,
  type Provisioned,
  type RecordRequest,
  type Switch,
  type SwitchCapabilities,
  SwitchError,
  type SwitchEvent,
  type Voice,
} from '../../../core/ports/switch.ts';
import type { SwitchLog } from '../../embedded/sip/switch-log.ts';
import { SwitchListeners } from '../../switch-listeners.ts';
import type { AsteriskConfig } from '../asterisk-config.ts';
import { AsteriskSwitch } from '../asterisk-switch.ts';
import { AudioFiles } from '../audio-files.ts';
import { ClusterLeg } from './cluster-leg.ts';
import { ClusterNode } from './cluster-node.ts';
import { ClusterRooms } from './cluster-rooms.ts';
import { EndpointPlaces } from './endpoint-places.ts';
import { Links } from './links.ts';
import { Membership } from './membership.ts';
import { linkPart, nodeLink } from './node-link.ts';

export interface AsteriskClusterParts {
  readonly nodes: readonly { readonly name: string; readonly config: AsteriskConfig }[];
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: SwitchLog;
  /** Asked before the application is taken on a node; rejects when it is another server's. */
  readonly permit?: () => Promise<void>;
  /** Shared with other switches; not given: its own. */
  readonly files?: AudioFiles;
}

/**
 * Several Asterisks as one switch. Endpoints are spread over them; a leg stays on the node where it came up, and reaches
 * a room on another one by a link (`NodeLink`). Nobody above knows.
 */
export class AsteriskCluster implements Switch {
  readonly capabilities: SwitchCapabilities;
  readonly #nodes: readonly ClusterNode[];
  readonly #log: SwitchLog;
  readonly #legs = new Map<LegId, ClusterLeg>();
  readonly #links: Links;
  readonly #rooms: ClusterRooms;
  readonly #places: EndpointPlaces;
  readonly #playbacks = new Map<PlaybackId, ClusterNode>();
  readonly #recordings = new Map<RecordingId, ClusterNode>();
  readonly #listeners: SwitchListeners;
  /** Links of legs that have ended, while they are being taken down. */
  readonly #puttingAway = new Set<Promise<void>>();
  readonly #membership: Membership;

  constructor({ nodes, clock, ids, log, permit, ...shared }: AsteriskClusterParts) {
    this.#log = log;
    this.#listeners = new SwitchListeners(log);
    this.#links = new Links(log, (link) => this.#rooms.mend(link));
    const [configured] = nodes;
    if (!configured) throw new Error('a cluster needs nodes');
    const files = shared.files ?? new AudioFiles(configured.config.audio);
    const permission = permit === undefined ? {} : { permit };
    this.#nodes = nodes.map(({ name, config }) => {
      const door = { admit: (token: string) => this.#links.admit(name, token) };
      const parts = { ...permission, config, clock, ids, log, files, door };
      return new ClusterNode(name, new AsteriskSwitch(parts));
    });
    const [first] = this.#nodes;
    if (!first) throw new Error('a cluster needs nodes');
    // All run the same adapter.
    this.capabilities = first.telephone.capabilities;
    this.#places = new EndpointPlaces(this.#nodes, log, (event) => this.#emit(event));
    this.#rooms = new ClusterRooms({
      links: this.#links,
      log,
      legs: this.#legs,
      spare: () => this.#byLoad()[0] ?? this.#absent(),
      onLost: (leg) => this.#lose(leg),
    });
    this.#membership = new Membership({
      nodes: this.#nodes,
      clock,
      log,
      emit: (event) => this.#emit(event),
      links: this.#links,
      rooms: this.#rooms,
      places: this.#places,
      adopt: (joined) => this.#adopt(joined),
    });
    for (const node of this.#nodes) node.telephone.subscribe((event) => this.#take(node, event));
  }

  get up(): boolean {
    return this.#membership.up;
  }

  /** @throws AsteriskUnusable when a node is there and cannot be used */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#nodes.map(({ telephone }) => telephone.start()));
    } catch (error) {
      await this.#stopAll();
      throw error;
    }
    await this.#membership.begin();
  }

  async stop(): Promise<void> {
    this.#membership.stop();
    // Legs that have ended leave nothing behind; those that live are left as they are.
    await Promise.all(this.#puttingAway);
    await this.#stopAll();
  }

  subscribe(listener: (event: SwitchEvent) => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  provision(endpoint: EndpointSpec): Promise<Provisioned> {
    return this.#places.provision(endpoint);
  }

  retire(endpointId: EndpointId): Promise<void> {
    return this.#places.retire(endpointId);
  }

  endpoints(): Promise<EndpointStatus[]> {
    return this.#places.statuses();
  }

  async dial(request: DialRequest): Promise<void> {
    if (this.#legs.has(request.legId)) throw new SwitchError('wrong-state', 'a leg of this id exists');
    if (!this.up) this.#absent();
    const { target } = request;
    if (target.kind === 'endpoint') return this.#dialFrom(this.#places.reachable(target.endpointId), request);
    const line = this.#places.outside(target.number);
    if (line) return this.#dialFrom(line, request);
    const near = request.near === undefined ? undefined : this.#legs.get(request.near)?.node;
    const nodes = this.#byLoad();
    const order = near?.up ? [near, ...nodes.filter((node) => node !== near)] : nodes;
    let refused: unknown = null;
    for (const node of order) {
      try {
        return await this.#dialFrom(node, request);
      } catch (error) {
        // Its trunk is down; another node may have one that is not.
        if (!(error instanceof SwitchError) || error.code !== 'no-route') throw error;
        refused = error;
      }
    }
    throw refused;
  }

  async ring(legId: LegId): Promise<void> {
    await this.#at(legId).ring(legId);
  }

  async answer(legId: LegId): Promise<void> {
    await this.#at(legId).answer(legId);
  }

  async reject(legId: LegId, cause: EndCause): Promise<void> {
    await this.#at(legId).reject(legId, cause);
  }

  async hangup(legId: LegId, cause?: EndCause): Promise<void> {
    const leg = this.#legs.get(legId);
    if (!leg) return;
    await leg.node.telephone.hangup(legId, cause);
    this.#putAway(leg);
  }

  async refuseTransfer(legId: LegId, cause: EndCause): Promise<void> {
    await this.#legs.get(legId)?.node.telephone.refuseTransfer(legId, cause);
  }

  async handOver(legId: LegId, number: string, options: HandOverOptions): Promise<void> {
    const leg = this.#leg(legId);
    await leg.turn.run(() => leg.node.telephone.handOver(legId, number, options));
  }

  async openRoom(roomId: RoomId): Promise<void> {
    if (!this.up) this.#absent();
    this.#rooms.open(roomId);
  }

  async closeRoom(roomId: RoomId): Promise<void> {
    await this.#rooms.close(roomId);
  }

  async place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    await this.#rooms.place(this.#leg(legId), roomId, voice);
  }

  async remove(legId: LegId): Promise<void> {
    await this.#rooms.remove(this.#leg(legId));
  }

  async music(legId: LegId, on: boolean): Promise<void> {
    await this.#at(legId).music(legId, on);
  }

  async play(request: PlayRequest): Promise<void> {
    const { playbackId } = request;
    if (this.#playbacks.has(playbackId)) throw new SwitchError('wrong-state', `${playbackId} plays already`);
    const node = await this.#nodeOf(request.target);
    this.#playbacks.set(playbackId, node);
    try {
      await node.telephone.play(request);
    } catch (error) {
      this.#playbacks.delete(playbackId);
      throw error;
    }
  }

  async stopPlayback(playbackId: PlaybackId): Promise<void> {
    const node = this.#playbacks.get(playbackId);
    if (node) return node.telephone.stopPlayback(playbackId);
    // An earlier server process may have begun it, and nobody wrote down where.
    const there = this.#nodes.filter(({ up }) => up);
    await Promise.all(there.map(({ telephone }) => telephone.stopPlayback(playbackId)));
  }

  async record(request: RecordRequest): Promise<void> {
    const { recordingId } = request;
    if (this.#recordings.has(recordingId))
      throw new SwitchError('wrong-state', `${recordingId} records already`);
    const node = await this.#nodeOf(request.target);
    this.#recordings.set(recordingId, node);
    try {
      await node.telephone.record(request);
    } catch (error) {
      this.#recordings.delete(recordingId);
      throw error;
    }
  }

  async pauseRecording(recordingId: RecordingId): Promise<void> {
    await this.#recordings.get(recordingId)?.telephone.pauseRecording(recordingId);
  }

  async resumeRecording(recordingId: RecordingId): Promise<void> {
    await this.#recordings.get(recordingId)?.telephone.resumeRecording(recordingId);
  }

  async stopRecording(recordingId: RecordingId): Promise<void> {
    await this.#recordings.get(recordingId)?.telephone.stopRecording(recordingId);
  }

  async sendDigits(legId: LegId, digits: string): Promise<void> {
    await this.#at(legId).sendDigits(legId, digits);
  }

  async legs(): Promise<LiveLeg[]> {
    const listed = await Promise.all(this.#nodes.map(({ telephone }) => telephone.legs()));
    return listed.flat().flatMap((live) => {
      const leg = this.#legs.get(live.legId);
      return leg ? [{ ...live, roomId: leg.roomId }] : [];
    });
  }

  async rooms(): Promise<RoomId[]> {
    return this.#rooms.all();
  }

  async #dialFrom(node: ClusterNode, request: DialRequest): Promise<void> {
    this.#legs.set(request.legId, new ClusterLeg(request.legId, node));
    try {
      await node.telephone.dial(request);
    } catch (error) {
      this.#legs.delete(request.legId);
      throw error;
    }
  }

  #take(node: ClusterNode, event: SwitchEvent): void {
    switch (event.type) {
      case 'switch-down':
        return this.#membership.wentDown(node, event.reason);
      case 'switch-up':
        return this.#membership.cameUp(node);
      case 'endpoint-online':
      case 'endpoint-offline':
      case 'endpoint-latency':
      case 'endpoint-moved':
        return this.#places.take(node, event);
      case 'playback-finished':
        if (this.#playbacks.delete(event.playbackId)) this.#emit(event);
        return;
      case 'recording-finished':
        if (this.#recordings.delete(event.recordingId)) this.#emit(event);
        return;
      default:
        this.#legEvent(node, event);
    }
  }

  #legEvent(node: ClusterNode, event: Extract<SwitchEvent, { legId: LegId }>): void {
    // The node that has lost them all has lost its rooms as well; they go on before their legs are told.
    if (event.type === 'leg-lost' && event.cause === 'switch-failure') this.#rooms.checkHome(node);
    if (this.#links.take(event)) return;
    if (event.type === 'leg-offered') this.#legs.set(event.legId, new ClusterLeg(event.legId, node));
    const leg = this.#legs.get(event.legId);
    if (!leg) return;
    if (event.type === 'leg-ended' || event.type === 'leg-lost') this.#forget(leg);
    this.#emit(event);
  }

  #forget(leg: ClusterLeg): void {
    leg.gone = true;
    this.#legs.delete(leg.id);
    this.#putAway(leg);
  }

  #putAway(leg: ClusterLeg): void {
    const away = this.#rooms.forget(leg).finally(() => this.#puttingAway.delete(away));
    this.#puttingAway.add(away);
  }

  /** It lives on its node and can no more be brought to where it should be. */
  #lose(leg: ClusterLeg): void {
    this.#forget(leg);
    this.#emit({ type: 'leg-lost', legId: leg.id, cause: 'switch-failure' });
    leg.node.telephone.hangup(leg.id, 'switch-failure').catch((error: unknown) => {
      this.#log.warn({ err: error, legId: leg.id }, 'the channel of a lost leg could not be ended');
    });
  }

  /** Takes over what an earlier server process has left alive. */
  #adopt(nodes: readonly ClusterNode[]): void {
    const parts = new Map<string, { near?: ClusterNode; far?: ClusterNode }>();
    for (const node of nodes) {
      node.adopted = true;
      for (const { legId } of node.telephone.survey().legs) {
        const part = linkPart(legId);
        if (!part && !this.#legs.has(legId)) this.#legs.set(legId, new ClusterLeg(legId, node));
        if (part) parts.set(part.token, { ...parts.get(part.token), [part.part]: node });
      }
    }
    this.#rooms.adopt(nodes, (token) => {
      const { near, far } = parts.get(token) ?? {};
      if (!near || !far) return null;
      const link = nodeLink(token, near, far);
      this.#links.adopt(link);
      return link;
    });
  }

  async #nodeOf(target: PlayTarget): Promise<ClusterNode> {
    return 'leg' in target ? this.#leg(target.leg).node : this.#rooms.home(target.room);
  }

  /** Nodes that are there, those with the fewest legs first. */
  #byLoad(): ClusterNode[] {
    const load = (node: ClusterNode): number => node.telephone.survey().legs.length;
    return this.#nodes.filter(({ up }) => up).toSorted((a, b) => load(a) - load(b));
  }

  #at(legId: LegId): ClusterNode['telephone'] {
    return this.#leg(legId).node.telephone;
  }

  /** @throws SwitchError `no-such-leg` */
  #leg(legId: LegId): ClusterLeg {
    const leg = this.#legs.get(legId);
    if (!leg) throw new SwitchError('no-such-leg', `no leg ${legId}`);
    return leg;
  }

  #absent(): never {
    throw new SwitchError('switch-down', 'no node of the cluster can be reached');
  }

  async #stopAll(): Promise<void> {
    await Promise.all(this.#nodes.map(({ telephone }) => telephone.stop()));
  }

  #emit(event: SwitchEvent): void {
    this.#listeners.tell(event);
  }
}
