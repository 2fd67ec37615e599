import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EndpointId, LegId, PlaybackId, RecordingId, RoomId } from '../../core/ids.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { IdSource } from '../../core/ports/id-source.ts';
import {
  type DialRequest,
  type EndCause,
  type EndpointSpec,
  type EndpointStatus,
  type LiveLeg,
  type PlayRequest,
  type Provisioned,
  type PlayTarget,
  type RecordRequest,
  type Switch,
  type SwitchCapabilities,
  SwitchError,
  type SwitchEvent,
  type Voice,
} from '../../core/ports/switch.ts';
import { CallerCheck } from './caller-check.ts';
import { announcedHost, DialPlan } from './dial-plan.ts';
import { DialledLeg } from './dialled-leg.ts';
import { type EmbeddedSwitchConfig, REGISTRATION_EXPIRY } from './embedded-config.ts';
import { EndpointDirectory } from './endpoint-directory.ts';
import { EndpointPresence } from './endpoint-presence.ts';
import { IncomingCalls } from './incoming-calls.ts';
import type { Leg, LegHost } from './leg.ts';
import { throughMedia } from './media-failure.ts';
import { MediaError, type MediaEngine, type MediaEvent } from './media/media-engine.ts';
import { OfferedLeg } from './offered-leg.ts';
import { Registrar } from './sip/registrar.ts';
import type { ServerTransaction } from './sip/server-transaction.ts';
import { SipStack } from './sip/sip-stack.ts';
import type { SwitchLog } from './sip/switch-log.ts';
import { ALLOW } from './sip/write-message.ts';

export interface EmbeddedSwitchParts {
  readonly config: EmbeddedSwitchConfig;
  readonly engine: MediaEngine;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: SwitchLog;
  /** Whether pages of this origin may open SIP over WebSocket. */
  readonly isAllowedOrigin: (origin: string) => Promise<boolean>;
}

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
    quality: true,
    legsOutliveServer: false,
    signallingPath: '/sip',
  };
  readonly #config: EmbeddedSwitchConfig;
  readonly #engine: MediaEngine;
  readonly #log: SwitchLog;
  readonly #isAllowedOrigin: (origin: string) => Promise<boolean>;
  readonly #stack: SipStack;
  readonly #registrar: Registrar;
  readonly #directory = new EndpointDirectory();
  readonly #check: CallerCheck;
  readonly #presence: EndpointPresence;
  readonly #calls: IncomingCalls;
  readonly #plan: DialPlan;
  readonly #legs = new Map<LegId, Leg>();
  readonly #rooms = new Set<RoomId>();
  readonly #listeners = new Set<(event: SwitchEvent) => void>();
  readonly #legHost: LegHost;
  #state: 'stopped' | 'up' | 'media-down' = 'stopped';
  #unsubscribe: () => void = () => undefined;

  constructor({ config, engine, clock, ids, log, isAllowedOrigin }: EmbeddedSwitchParts) {
    this.#config = config;
    this.#engine = engine;
    this.#log = log;
    this.#isAllowedOrigin = isAllowedOrigin;
    const host = announcedHost(config.bindAddress, config.announcedAddress);
    this.#stack = new SipStack({
      clock,
      log,
      host,
      listener: {
        onRequest: (transaction) => this.#onRequest(transaction),
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
    });
    this.#plan = new DialPlan(this.#stack, this.#directory, this.#registrar, config.trunk, host);
    this.#legHost = {
      clock: this.#stack.clock,
      engine,
      log,
      emit: (event) => this.#emit(event),
      gone: (leg) => this.#legs.delete(leg.id),
    };
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
      await this.#stack.listen(this.#config.bindAddress, this.#config.sipPort);
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
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes an HTTP upgrade for SIP over WebSocket. Pages must be of an allowed origin; a client that sends no Origin is no
   * browser and is held by its password alone.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refuse = (status: string): void => {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    const { origin } = request.headers;
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    if (this.#state === 'stopped') {
      refuse('503 Service Unavailable');
      return;
    }
    const allowed = origin === undefined ? Promise.resolve(true) : this.#isAllowedOrigin(origin);
    allowed.then(
      (yes) => {
        if (!yes) {
          this.#log.warn({ origin }, 'a page of an origin that is not allowed tried to open SIP');
          refuse('403 Forbidden');
          return;
        }
        socket.off('error', onError);
        this.#stack.acceptWebSocket(request, socket, head);
      },
      (error: unknown) => {
        this.#log.error({ err: error }, 'the origin of a WebSocket could not be checked');
        refuse('500 Internal Server Error');
      },
    );
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
    this.#legs.set(leg.id, leg);
    try {
      const sdp = await throughMedia(this.#engine.createOffer(leg.id, party.transport));
      // Hung up meanwhile: what the engine has made since then belongs to nobody.
      if (leg.state === 'ended') await this.#engine.closeLeg(leg.id);
      leg.start(this.#stack, { ...invite, sdp }, request.ringMs);
    } catch (error) {
      this.#legs.delete(leg.id);
      throw error;
    }
  }

  async ring(legId: LegId): Promise<void> {
    this.#offered(legId).ring();
  }

  async answer(legId: LegId): Promise<void> {
    await throughMedia(this.#offered(legId).answer());
  }

  async reject(legId: LegId, cause: EndCause): Promise<void> {
    const leg = this.#offered(legId);
    if (leg.state !== 'offered') throw new SwitchError('wrong-state', 'the leg has been answered');
    leg.hangup(cause);
  }

  async hangup(legId: LegId, cause?: EndCause): Promise<void> {
    const leg = this.#legs.get(legId);
    leg?.hangup(cause ?? (leg.state === 'answered' ? 'normal' : 'cancelled'));
  }

  async openRoom(roomId: RoomId): Promise<void> {
    await throughMedia(this.#engine.openRoom(roomId));
    this.#rooms.add(roomId);
  }

  async closeRoom(roomId: RoomId): Promise<void> {
    await throughMedia(this.#engine.closeRoom(roomId));
    this.#rooms.delete(roomId);
    for (const leg of this.#all()) if (leg.roomId === roomId) leg.roomId = null;
  }

  async place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    const leg = await this.#withMedia(legId);
    await throughMedia(this.#engine.place(legId, roomId, voice));
    leg.roomId = roomId;
  }

  async remove(legId: LegId): Promise<void> {
    const leg = this.#leg(legId);
    await throughMedia(this.#engine.remove(legId));
    leg.roomId = null;
  }

  async music(legId: LegId, on: boolean): Promise<void> {
    await this.#withMedia(legId);
    await throughMedia(this.#engine.music(legId, on));
  }

  async play(request: PlayRequest): Promise<void> {
    await this.#openTarget(request.target);
    await throughMedia(this.#engine.play(request));
  }

  async stopPlayback(playbackId: PlaybackId): Promise<void> {
    await throughMedia(this.#engine.stopPlayback(playbackId));
  }

  async record(request: RecordRequest): Promise<void> {
    await this.#openTarget(request.target);
    await throughMedia(this.#engine.record(request));
  }

  async pauseRecording(recordingId: RecordingId): Promise<void> {
    await throughMedia(this.#engine.pauseRecording(recordingId));
  }

  async resumeRecording(recordingId: RecordingId): Promise<void> {
    await throughMedia(this.#engine.resumeRecording(recordingId));
  }

  async stopRecording(recordingId: RecordingId): Promise<void> {
    await throughMedia(this.#engine.stopRecording(recordingId));
  }

  async sendDigits(legId: LegId, digits: string): Promise<void> {
    const leg = this.#leg(legId);
    if (!/^[0-9*#A-D]{1,64}$/i.test(digits)) throw new SwitchError('bad-source', 'not digits');
    try {
      await this.#engine.sendDigits(legId, digits);
    } catch (error) {
      if (!(error instanceof MediaError) || error.code !== 'no-telephone-event') {
        await throughMedia(Promise.reject(error));
      }
      await leg.sendInfo(digits.toUpperCase());
    }
  }

  async legs(): Promise<LiveLeg[]> {
    return this.#all().flatMap((leg) =>
      leg.state === 'ended'
        ? []
        : [{ legId: leg.id, state: leg.state, roomId: leg.roomId, endpointId: leg.endpointId }],
    );
  }

  async rooms(): Promise<RoomId[]> {
    return [...this.#rooms];
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
        transaction.respond(200, {
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
      case 'leg-lost':
        this.#legs.get(event.legId)?.onMediaLost();
        return;
      case 'down':
        if (this.#state !== 'up') return;
        this.#state = 'media-down';
        this.#log.error({ reason: event.reason }, 'the media engine is down');
        this.#emit({ type: 'switch-down', reason: event.reason });
        this.#rooms.clear();
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
      default:
        this.#emit(event);
    }
  }

  #emit(event: SwitchEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ err: error, event: event.type }, 'a listener of the switch failed');
      }
    }
  }

  #all(): Leg[] {
    return [...this.#legs.values()];
  }

  #needUp(): void {
    if (this.#state !== 'up') throw new SwitchError('switch-down', 'the switch takes no calls');
  }

  #leg(legId: LegId): Leg {
    const leg = this.#legs.get(legId);
    if (!leg) throw new SwitchError('no-such-leg', `no leg ${legId}`);
    return leg;
  }

  #offered(legId: LegId): OfferedLeg {
    const leg = this.#leg(legId);
    if (!(leg instanceof OfferedLeg)) throw new SwitchError('wrong-state', 'the leg was not offered');
    return leg;
  }

  /** The leg, audible also before it is answered. */
  async #withMedia(legId: LegId): Promise<Leg> {
    const leg = this.#leg(legId);
    await throughMedia(leg.openMedia());
    return leg;
  }

  async #openTarget(target: PlayTarget): Promise<void> {
    if ('leg' in target) await this.#withMedia(target.leg);
  }
}
