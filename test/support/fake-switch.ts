import type { EndpointId, LegId, PlaybackId, RecordingId, RoomId } from '../../server/core/kernel/ids.ts';
import type { Clock } from '../../server/core/kernel/clock.ts';
import type { IdSource } from '../../server/core/kernel/id-source.ts';
import { SwitchError } from '../../server/core/ports/switch.ts';
import type {
  DialRequest,
  EndCause,
  EndpointSpec,
  EndpointStatus,
  HandOverOptions,
  LegSource,
  LiveLeg,
  PlayRequest,
  Provisioned,
  RecordRequest,
  Switch,
  SwitchCapabilities,
  SwitchErrorCode,
  SwitchEvent,
  Voice,
} from '../../server/core/ports/switch.ts';
import { FakeCall, FakePhone, FakeTrunk } from './fake-far-end.ts';
import { FakeHandOver } from './fake-hand-over.ts';
import { FakeSound } from './fake-sound.ts';
import { FakeLegs } from './fake-legs.ts';
import type { FakeLeg } from './fake-legs.ts';
import { FakeOrders } from './fake-orders.ts';
import type { Operation } from './fake-orders.ts';
import { heardBy } from './fake-audio.ts';
import type { Heard } from './fake-audio.ts';

interface FakeEndpoint {
  spec: EndpointSpec;
  phone: FakePhone;
}

const CAPABILITIES: SwitchCapabilities = {
  whisper: true,
  recordLeg: true,
  recordRoom: true,
  pauseRecording: true,
  handOver: true,
  speech: false,
  quality: false,
  legsOutliveServer: false,
  signallingPath: null,
};

/**
 * A whole switch in memory: phones, a trunk, rooms with voices, music, playback and recording, all without sound. What
 * a leg would hear is reckoned from rooms and voices. Tests steer the far ends, make operations fail, and stop them
 * half-way to set up races.
 */
export class FakeSwitch implements Switch {
  readonly capabilities: SwitchCapabilities;
  readonly trunk = new FakeTrunk(this);
  readonly sound: FakeSound;
  /** False: numbers outside have no route. */
  hasTrunk = true;
  /** Where endpoints that are provisioned from now on register. */
  signallingUrl: string | null = null;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #listeners = new Set<(event: SwitchEvent) => void>();
  readonly #endpoints = new Map<EndpointId, FakeEndpoint>();
  readonly #rooms = new Set<RoomId>();
  readonly #legs: FakeLegs;
  readonly #orders = new FakeOrders();
  #up = true;

  /** @param more capabilities that it has besides, or has not */
  constructor(clock: Clock, ids: IdSource, more: Partial<SwitchCapabilities> = {}) {
    this.#clock = clock;
    this.#ids = ids;
    this.sound = new FakeSound(clock, (event) => this.emit(event));
    this.#legs = new FakeLegs(
      (event) => this.emit(event),
      (legId) => this.sound.ended({ leg: legId }),
    );
    this.capabilities = { ...CAPABILITIES, ...more };
  }

  // --- what tests do ---

  /** The device of an endpoint; it has to be provisioned. */
  phone(endpointId: EndpointId): FakePhone {
    const endpoint = this.#endpoints.get(endpointId);
    if (!endpoint) throw new Error(`no endpoint ${endpointId}`);
    return endpoint.phone;
  }

  spec(endpointId: EndpointId): EndpointSpec | undefined {
    return this.#endpoints.get(endpointId)?.spec;
  }

  get legsById(): ReadonlyMap<LegId, FakeLeg> {
    return this.#legs.byId;
  }

  /** Every operation that was asked for, in order: its name and first argument. */
  get asked(): FakeOrders['asked'] {
    return this.#orders.asked;
  }

  /** The next such operation is refused. */
  failNext(op: Operation, code: SwitchErrorCode): void {
    this.#orders.failNext(op, code);
  }

  /** Stops every such operation before it does anything, until the returned function is called. */
  gate(op: Operation): () => void {
    return this.#orders.gate(op);
  }

  /** The process that carries the media dies and comes back: every leg dies with it. */
  crash(): void {
    this.#up = false;
    this.emit({ type: 'switch-down', reason: 'media child exited' });
    for (const leg of this.#legs.all()) this.lose(leg.id, 'switch-failure');
  }

  recover(): void {
    this.#up = true;
    this.emit({ type: 'switch-up' });
  }

  emit(event: SwitchEvent): void {
    const handedOver = 'legId' in event && this.#legs.byId.get(event.legId)?.handedOver;
    if (handedOver) return handedOver.take(event);
    if ('playbackId' in event && event.playbackId.startsWith('handed-over-')) return;
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** A call comes in from a far end. */
  offer(from: LegSource, dialled: string, far: FakeCall, headers: Record<string, string> = {}): LegId {
    const endpointId = from.kind === 'endpoint' ? from.endpointId : null;
    const leg = this.#legs.add(this.#ids.next<LegId>('leg'), endpointId, true, far);
    if (this.capabilities.legsOutliveServer) leg.offer = { from, dialled, headers };
    this.emit({ type: 'leg-offered', legId: leg.id, from, dialled, headers });
    return leg.id;
  }

  heard(legId: LegId): Heard {
    return heardBy(this, legId);
  }

  isInRoom(legId: LegId): RoomId | null {
    return this.#legs.byId.get(legId)?.roomId ?? null;
  }

  end(...how: Parameters<FakeLegs['end']>): void {
    this.#legs.end(...how);
  }

  lose(...how: Parameters<FakeLegs['lose']>): void {
    this.#legs.lose(...how);
  }

  /** The phone that is called says nothing: after the patience of a switch it is offline, and the leg has ended. */
  unheard(legId: LegId): void {
    this.#clock.after(4_000, () => {
      const leg = this.#legs.byId.get(legId);
      if (leg?.state !== 'dialling') return;
      if (leg.endpointId) this.phone(leg.endpointId).fallSilent();
      this.end(legId, 'unreachable', 'far');
    });
  }

  // --- the port ---

  get up(): boolean {
    return this.#up;
  }

  async start(): Promise<void> {
    this.#up = true;
  }

  async stop(): Promise<void> {
    if (!this.capabilities.legsOutliveServer) {
      for (const leg of this.#legs.all()) this.end(leg.id, 'normal', 'near');
    }
    this.#up = false;
  }

  subscribe(listener: (event: SwitchEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async provision(endpoint: EndpointSpec): Promise<Provisioned> {
    await this.#enter('provision', endpoint);
    const known = this.#endpoints.get(endpoint.endpointId);
    const phone = known?.phone ?? new FakePhone(this, endpoint.endpointId);
    this.#endpoints.set(endpoint.endpointId, { spec: endpoint, phone });
    return { signallingUrl: this.signallingUrl };
  }

  async retire(endpointId: EndpointId): Promise<void> {
    await this.#enter('retire', endpointId);
    const endpoint = this.#endpoints.get(endpointId);
    this.#endpoints.delete(endpointId);
    if (endpoint) endpoint.phone.goOffline('displaced');
  }

  async endpoints(): Promise<EndpointStatus[]> {
    return [...this.#endpoints.values()].map(({ spec, phone }) =>
      phone.online
        ? {
            endpointId: spec.endpointId,
            online: true,
            address: phone.address,
            userAgent: phone.userAgent,
            latencyMs: 5,
          }
        : { endpointId: spec.endpointId, online: false },
    );
  }

  async dial(request: DialRequest): Promise<void> {
    await this.#enter('dial', request);
    const phone = this.#target(request);
    const far = new FakeCall(this, request);
    const leg = this.#legs.add(request.legId, phone?.endpointId ?? null, false, far);
    leg.cancelRing = this.#clock.after(request.ringMs, () => this.end(leg.id, 'no-answer', 'switch', 408));
    far.legId = leg.id;
    (phone ?? this.trunk).receive(far);
  }

  async ring(legId: LegId): Promise<void> {
    await this.#enter('ring', legId);
    const leg = this.#legs.inState(legId, 'offered', 'ringing');
    leg.state = 'ringing';
    leg.far.rang();
  }

  async answer(legId: LegId): Promise<void> {
    await this.#enter('answer', legId);
    const known = this.#legs.get(legId);
    if (known.incoming && known.state === 'answered') return;
    const leg = this.#legs.inState(legId, 'offered', 'ringing');
    leg.state = 'answered';
    leg.far.answered();
    this.emit({ type: 'leg-answered', legId });
  }

  async reject(legId: LegId, cause: EndCause): Promise<void> {
    await this.#enter('reject', { legId, cause });
    this.#legs.inState(legId, 'offered', 'ringing');
    this.end(legId, cause, 'near');
  }

  async hangup(legId: LegId, cause: EndCause = 'normal'): Promise<void> {
    await this.#enter('hangup', { legId, cause });
    if (!this.#legs.byId.get(legId)?.handedOver) this.end(legId, cause, 'near');
  }

  async refuseTransfer(legId: LegId, cause: EndCause): Promise<void> {
    await this.#enter('refuseTransfer', { legId, cause });
    this.#legs.byId.get(legId)?.far.transferEnded(false);
  }

  async handOver(legId: LegId, number: string, options: HandOverOptions): Promise<void> {
    await this.#enter('handOver', { legId, number, ...options });
    this.#can('handOver');
    const party = this.#legs.inState(legId, 'answered');
    if (!/^\+?[0-9*#]+$/.test(number)) throw new SwitchError('no-route', 'not a telephone number');
    const request: DialRequest = {
      legId: this.#ids.next<LegId>('leg'),
      target: { kind: 'number', number },
      callerId: options.callerId,
      ringMs: 60_000,
    };
    const line = this.#target(request);
    this.sound.ended({ leg: legId });
    this.emit({ type: 'leg-ended', legId, cause: 'handed-over', side: 'near' });
    const called = this.#legs.add(request.legId, null, false, new FakeCall(this, request));
    called.far.legId = called.id;
    party.handedOver = called.handedOver = new FakeHandOver(this, this.#clock, party, called);
    Object.assign(party, { roomId: null, music: false });
    (line ?? this.trunk).receive(called.far);
  }

  async openRoom(roomId: RoomId): Promise<void> {
    await this.#enter('openRoom', roomId);
    this.#rooms.add(roomId);
  }

  async closeRoom(roomId: RoomId): Promise<void> {
    await this.#enter('closeRoom', roomId);
    this.#needRoom(roomId);
    this.#rooms.delete(roomId);
    this.sound.ended({ room: roomId });
    for (const leg of this.#legs.byId.values()) if (leg.roomId === roomId) leg.roomId = null;
  }

  async place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    await this.#enter('place', { legId, roomId, voice });
    if (voice.kind === 'whisper') this.#can('whisper');
    this.#needRoom(roomId);
    const leg = this.#legs.get(legId);
    leg.roomId = roomId;
    leg.voice = voice;
  }

  async remove(legId: LegId): Promise<void> {
    await this.#enter('remove', legId);
    this.#legs.get(legId).roomId = null;
  }

  async music(legId: LegId, on: boolean): Promise<void> {
    await this.#enter('music', { legId, on });
    this.#legs.get(legId).music = on;
  }

  async play(request: PlayRequest): Promise<void> {
    await this.#enter('play', request);
    this.#needTarget(request.target);
    this.sound.play(request);
  }

  async stopPlayback(playbackId: PlaybackId): Promise<void> {
    await this.#enter('stopPlayback', playbackId);
    this.sound.stop(playbackId);
  }

  async record(request: RecordRequest): Promise<void> {
    await this.#enter('record', request);
    this.#can('leg' in request.target ? 'recordLeg' : 'recordRoom');
    this.#needTarget(request.target);
    this.sound.record(request);
  }

  async pauseRecording(recordingId: RecordingId): Promise<void> {
    await this.#enter('pauseRecording', recordingId);
    this.#can('pauseRecording');
    this.sound.pause(recordingId, true);
  }

  async resumeRecording(recordingId: RecordingId): Promise<void> {
    await this.#enter('resumeRecording', recordingId);
    this.sound.pause(recordingId, false);
  }

  async stopRecording(recordingId: RecordingId): Promise<void> {
    await this.#enter('stopRecording', recordingId);
    this.sound.stopRecording(recordingId);
  }

  async sendDigits(legId: LegId, digits: string): Promise<void> {
    await this.#enter('sendDigits', { legId, digits });
    this.#legs.inState(legId, 'answered').far.receivedDigits += digits;
  }

  async legs(): Promise<LiveLeg[]> {
    return this.#legs
      .all()
      .filter(({ handedOver }) => handedOver === null)
      .map(({ id, state, roomId, endpointId, offer }) => ({
        legId: id,
        state,
        roomId,
        endpointId,
        ...(offer && state !== 'answered' ? { offer } : {}),
      }));
  }

  async rooms(): Promise<RoomId[]> {
    return [...this.#rooms];
  }

  // --- inside ---

  #enter(op: Operation, argument: unknown): Promise<void> {
    return this.#orders.enter(op, argument, () => this.#up);
  }

  #target(request: DialRequest): FakePhone | null {
    const { target } = request;
    if (target.kind === 'endpoint') {
      const endpoint = this.#endpoints.get(target.endpointId);
      if (!endpoint) throw new SwitchError('no-such-endpoint', `no endpoint ${target.endpointId}`);
      if (!endpoint.phone.online) throw new SwitchError('endpoint-offline', 'not registered');
      return endpoint.phone;
    }
    for (const { spec, phone } of this.#endpoints.values()) {
      if (spec.kind === 'outside' && spec.number === target.number && phone.online) return phone;
    }
    if (!this.hasTrunk) throw new SwitchError('no-route', `no line to ${target.number}`);
    return null;
  }

  #can(what: keyof SwitchCapabilities): void {
    if (!this.capabilities[what]) throw new SwitchError('unsupported', `this switch has no ${what}`);
  }

  #needTarget(target: PlayRequest['target']): void {
    if ('leg' in target) this.#legs.get(target.leg);
    else this.#needRoom(target.room);
  }

  #needRoom(roomId: RoomId): void {
    if (!this.#rooms.has(roomId)) throw new SwitchError('no-such-room', `no room ${roomId}`);
  }
}
