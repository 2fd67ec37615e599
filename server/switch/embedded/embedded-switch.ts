import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EndpointId, LegId, PlaybackId, RecordingId, RoomId } from '../../core/kernel/ids.ts';
import {
  type DialRequest,
  type EndCause,
  type EndpointSpec,
  type EndpointStatus,
  type HandOverOptions,
  type LiveLeg,
  type PlayRequest,
  type Provisioned,
  type RecordRequest,
  type Switch,
  type SwitchCapabilities,
  SwitchError,
  type SwitchEvent,
  type Voice,
} from '../../core/ports/switch.ts';
import { CallerCheck } from './caller-check.ts';
import { announcedHost, announcedIpv6Host, DialPlan, sizeOfInvite } from './dial-plan.ts';
import { DialledLeg } from './dialled-leg.ts';
import { type EmbeddedSwitchConfig, REGISTRATION_EXPIRY } from './embedded-config.ts';
import type { EmbeddedSwitchParts } from './embedded-parts.ts';
import { EndpointDirectory } from './endpoint-directory.ts';
import { EndpointPresence } from './endpoint-presence.ts';
import { IncomingCalls } from './incoming-calls.ts';
import { isOwnSound } from './hand-over.ts';
import { HandOvers } from './hand-overs.ts';
import { LegBook } from './leg-book.ts';
import { LegMedia } from './leg-media.ts';
import type { Leg, LegHost } from './leg.ts';
import { throughMedia } from './media-failure.ts';
import type { MediaEngine, MediaEvent } from './media/media-engine.ts';
import { Registrar } from './sip/registrar.ts';
import type { ServerTransaction } from './sip/server-transaction.ts';
import { SipStack } from './sip/sip-stack.ts';
import type { SwitchLog } from './sip/switch-log.ts';
import { SwitchListeners } from '../switch-listeners.ts';
import { ALLOW } from './sip/write-message.ts';
import { WebSocketDoor } from './websocket-door.ts';

/**
 * The switch that comes with Telebar: a SIP back-to-back user agent over a media engine. Each leg is a dialog of its own;
 * nothing of one leg's signalling is forwarded to another.
 */
export class EmbeddedSwitch implements Switch {
  readonly capabilities: SwitchCapabilities = {
    whisper: true,
    recordLeg: true,
    recordRoom: true,
    pauseRecording: true,
    handOver: true,
    speech: false,
    quality: true,
    legsOutliveServer: false,
    signallingPath: '/sip',
  };
  readonly #config: EmbeddedSwitchConfig;
  readonly #engine: MediaEngine;
  readonly #log: SwitchLog;
  readonly #stack: SipStack;
  readonly #registrar: Registrar;
  readonly #directory = new EndpointDirectory();
  readonly #check: CallerCheck;
  readonly #presence: EndpointPresence;
  readonly #calls: IncomingCalls;
  readonly #plan: DialPlan;
  readonly #legs = new LegBook();
  readonly #media: LegMedia;
  readonly #handOvers: HandOvers;
  readonly #door: WebSocketDoor;
  readonly #listeners: SwitchListeners;
  readonly #legHost: LegHost;
  #state: 'stopped' | 'up' | 'media-down' = 'stopped';
  #unsubscribe: () => void = () => undefined;

  constructor({ config, engine, clock, ids, log, isAllowedOrigin, addressOf }: EmbeddedSwitchParts) {
    this.#config = config;
    this.#engine = engine;
    this.#log = log;
    this.#listeners = new SwitchListeners(this.#log);
    const host = announcedHost(config.bindAddress, config.announcedAddress);
    this.#stack = new SipStack({
      clock,
      log,
      host,
      ...(config.ipv6Address === undefined ? {} : { ipv6Host: announcedIpv6Host(config.ipv6Address) }),
      listener: {
        onRequest: (transaction) => this.#onRequest(transaction),
        isFamiliar: (flow) => this.#check.isFamiliar(flow),
        wasChallenged: (request) => this.#check.wasChallenged(request),
        onFlowClosed: (flow) => {
          // Legs first: whether a new registration is the same phone is asked of those that wait for it.
          for (const leg of this.#all()) leg.onFlowClosed(flow);
          this.#presence.onFlowClosed(flow);
        },
        onLatency: (flow, ms) => this.#presence.onLatency(flow, ms),
      },
    });
    this.#registrar = new Registrar(this.#stack.clock, REGISTRATION_EXPIRY, (event) =>
      this.#presence.onRegistrar(event),
    );
    this.#presence = new EndpointPresence({
      link: this.#stack,
      directory: this.#directory,
      registrar: this.#registrar,
      emit: (event) => this.#emit(event),
      onBound: (endpointId, binding) => {
        for (const leg of this.#all()) if (leg.endpointId === endpointId) leg.onRegistered(binding);
      },
    });
    this.#check = new CallerCheck({
      clock,
      log,
      directory: this.#directory,
      registrar: this.#registrar,
      trunkAddresses: config.trunk.allowedAddresses,
      ...(config.digests === undefined ? {} : { digests: config.digests }),
    });
    this.#plan = new DialPlan(this.#stack, this.#directory, this.#presence, config.trunk, host);
    this.#legHost = {
      clock: this.#stack.clock,
      engine,
      log,
      emit: (event) => this.#emit(event),
      gone: (leg) => this.#legs.delete(leg),
      unheard: (endpointId) => this.#presence.suspect(endpointId),
    };
    this.#media = new LegMedia(engine, this.#legs);
    this.#handOvers = new HandOvers({
      stack: this.#stack,
      plan: this.#plan,
      ids,
      legHost: this.#legHost,
      legs: this.#legs,
    });
    this.#door = new WebSocketDoor({
      stack: this.#stack,
      log,
      isAllowedOrigin,
      addressOf: addressOf ?? (({ socket }) => (socket.remoteAddress ?? '').replace(/^::ffff:/, '')),
      isOpen: () => this.#state !== 'stopped',
    });
    this.#calls = new IncomingCalls({
      config,
      check: this.#check,
      registrar: this.#registrar,
      link: this.#stack,
      ids,
      legHost: this.#legHost,
      legs: this.#legs,
      isUp: () => this.#state === 'up',
    });
  }

  get up(): boolean {
    return this.#state === 'up';
  }

  /** The bound port of SIP over UDP. */
  get sipPort(): number {
    return this.#stack.udpPort;
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#engine.subscribe((event) => this.#onMedia(event));
    try {
      await this.#engine.start();
      const { bindAddress, sipPort, ipv6Address, tcp = 'try' } = this.#config;
      await this.#stack.listen(bindAddress, sipPort, tcp);
      if (ipv6Address !== undefined) await this.#stack.listenToo(ipv6Address, tcp);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#state = 'up';
    this.#log.info(
      { address: this.#config.bindAddress, port: this.sipPort },
      'the embedded switch takes calls',
    );
  }

  async stop(): Promise<void> {
    for (const leg of this.#all()) leg.hangup('normal');
    this.#state = 'stopped';
    this.#presence.close();
    this.#registrar.close();
    // BYEs are handed to the kernel in the next turns of the loop.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    await this.#stack.close();
    this.#unsubscribe();
    await this.#engine.stop();
  }

  subscribe(listener: (event: SwitchEvent) => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  /** Takes an HTTP upgrade for SIP over WebSocket. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#door.handleUpgrade(request, socket, head);
  }

  async provision(endpoint: EndpointSpec): Promise<Provisioned> {
    const other = this.#directory.byUsername(endpoint.username);
    if (other && other.endpointId !== endpoint.endpointId) {
      throw new SwitchError('wrong-state', `the SIP user ${endpoint.username} belongs to another endpoint`);
    }
    const before = this.#directory.put(endpoint);
    if (before && before.username !== endpoint.username)
      this.#registrar.unbind(before.username, 'unregistered');
    return { signallingUrl: null };
  }

  async retire(endpointId: EndpointId): Promise<void> {
    const spec = this.#directory.byId(endpointId);
    if (spec) this.#registrar.unbind(spec.username, 'unregistered');
    this.#directory.remove(endpointId);
  }

  async endpoints(): Promise<EndpointStatus[]> {
    return this.#presence.statuses();
  }

  async dial(request: DialRequest): Promise<void> {
    this.#needUp();
    if (this.#legs.has(request.legId)) throw new SwitchError('wrong-state', 'a leg of this id exists');
    const { party, invite } = await this.#plan.route(request);
    const leg = new DialledLeg(this.#legHost, party);
    this.#legs.add(leg);
    try {
      const sdp = await throughMedia(this.#engine.createOffer(leg.id, party.transport, party.address));
      // Hung up meanwhile: what the engine has made since then belongs to nobody.
      if (leg.state === 'ended') await this.#engine.closeLeg(leg.id);
      const flow = await this.#stack.wayFor(invite.flow, sizeOfInvite(invite, sdp));
      leg.start(this.#stack, { ...invite, flow, sdp }, request.ringMs);
    } catch (error) {
      this.#legs.delete(leg);
      throw error;
    }
  }

  async ring(legId: LegId): Promise<void> {
    this.#legs.offered(legId).ring();
  }

  async answer(legId: LegId): Promise<void> {
    await throughMedia(this.#legs.offered(legId).answer());
  }

  async reject(legId: LegId, cause: EndCause): Promise<void> {
    const leg = this.#legs.offered(legId);
    if (leg.state !== 'offered') throw new SwitchError('wrong-state', 'the leg has been answered');
    leg.hangup(cause);
  }

  async hangup(legId: LegId, cause?: EndCause): Promise<void> {
    const leg = this.#legs.find(legId);
    leg?.hangup(cause ?? (leg.state === 'answered' ? 'normal' : 'cancelled'));
  }

  async refuseTransfer(legId: LegId, cause: EndCause): Promise<void> {
    this.#legs.find(legId)?.refuseTransfer(cause);
  }

  async handOver(legId: LegId, number: string, options: HandOverOptions): Promise<void> {
    this.#needUp();
    await this.#handOvers.begin(legId, number, options);
  }

  openRoom(roomId: RoomId): Promise<void> {
    return this.#media.openRoom(roomId);
  }

  closeRoom(roomId: RoomId): Promise<void> {
    return this.#media.closeRoom(roomId);
  }

  place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    return this.#media.place(legId, roomId, voice);
  }

  remove(legId: LegId): Promise<void> {
    return this.#media.remove(legId);
  }

  music(legId: LegId, on: boolean): Promise<void> {
    return this.#media.music(legId, on);
  }

  play(request: PlayRequest): Promise<void> {
    return this.#media.play(request);
  }

  stopPlayback(playbackId: PlaybackId): Promise<void> {
    return this.#media.stopPlayback(playbackId);
  }

  record(request: RecordRequest): Promise<void> {
    return this.#media.record(request);
  }

  pauseRecording(recordingId: RecordingId): Promise<void> {
    return this.#media.pauseRecording(recordingId);
  }

  resumeRecording(recordingId: RecordingId): Promise<void> {
    return this.#media.resumeRecording(recordingId);
  }

  stopRecording(recordingId: RecordingId): Promise<void> {
    return this.#media.stopRecording(recordingId);
  }

  sendDigits(legId: LegId, digits: string): Promise<void> {
    return this.#media.sendDigits(legId, digits);
  }

  async legs(): Promise<LiveLeg[]> {
    return this.#legs.live();
  }

  async rooms(): Promise<RoomId[]> {
    return this.#media.rooms();
  }

  #onRequest(transaction: ServerTransaction): void {
    switch (transaction.request.method) {
      case 'REGISTER': {
        const caller = this.#check.ofRegister(transaction);
        if (caller.kind === 'endpoint') this.#presence.register(transaction, caller.spec);
        return;
      }
      case 'INVITE':
        this.#calls.receive(transaction);
        return;
      default:
        transaction.respondOnce(200, {
          headers: [
            ['Allow', ALLOW],
            ['Accept', 'application/sdp'],
            ['Supported', 'timer'],
          ],
        });
    }
  }

  #onMedia(event: MediaEvent): void {
    switch (event.type) {
      case 'leg-connected':
        return;
      case 'leg-quiet':
        (this.#legs.find(event.legId) ?? this.#handOvers.find(event.legId))?.onQuiet();
        return;
      case 'leg-lost':
        (this.#legs.find(event.legId) ?? this.#handOvers.find(event.legId))?.onMediaLost(event.reason);
        return;
      case 'down':
        if (this.#state !== 'up') return;
        this.#state = 'media-down';
        this.#log.error({ reason: event.reason }, 'the media engine is down');
        this.#emit({ type: 'switch-down', reason: event.reason });
        this.#media.allGone();
        for (const leg of this.#all()) leg.lose('switch-failure');
        return;
      case 'up':
        if (this.#state !== 'media-down') return;
        this.#state = 'up';
        this.#log.info({}, 'the media engine is up again');
        this.#emit({ type: 'switch-up' });
        return;
      case 'digit':
      case 'quality':
        if (this.#legs.has(event.legId)) this.#emit(event);
        return;
      case 'playback-finished':
        if (!isOwnSound(event.playbackId)) this.#emit(event);
        return;
      default:
        this.#emit(event);
    }
  }

  #emit(event: SwitchEvent): void {
    this.#listeners.tell(event);
  }

  /** Also those that nobody above knows of any more. */
  #all(): Leg[] {
    return [...this.#legs.all(), ...this.#handOvers.all()];
  }

  #needUp(): void {
    if (this.#state !== 'up') throw new SwitchError('switch-down', 'the switch takes no calls');
  }
}
