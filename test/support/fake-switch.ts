import type { EndpointId, LegId, PlaybackId, RecordingId, RoomId } from '../../server/core/ids.ts';
import type { Clock } from '../../server/core/ports/clock.ts';
import type { IdSource } from '../../server/core/ports/id-source.ts';
import { SwitchError } from '../../server/core/ports/switch.ts';
import type {
  DialRequest,
  EndCause,
  EndSide,
  EndpointSpec,
  EndpointStatus,
  HandOverOptions,
  LegOffer,
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
import { heardBy } from './fake-audio.ts';
import type { Heard } from './fake-audio.ts';

export interface FakeLeg {
  readonly id: LegId;
  readonly incoming: boolean;
  readonly endpointId: EndpointId | null;
  readonly far: FakeCall;
  state: LiveLeg['state'];
  roomId: RoomId | null;
  voice: Voice;
  music: boolean;
  /** Its far side holds with its own button. */
  heldThere: boolean;
  sending: number | null;
  /** Not null: nobody is told of it any more. */
  handedOver: FakeHandOver | null;
  cancelRing: () => void;
  offer?: LegOffer;
}

interface FakeEndpoint {
  spec: EndpointSpec;
  phone: FakePhone;
}

type Operation = Exclude<keyof Switch, 'capabilities' | 'subscribe' | 'start' | 'stop'>;

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
  readonly legsById = new Map<LegId, FakeLeg>();
  readonly sound: FakeSound;
  /** Every operation that was asked for, in order: its name and first argument. */
  readonly asked: Array<{ op: Operation; argument: unknown }> = [];
  /** False: numbers outside have no route. */
  hasTrunk = true;
  /** Where endpoints that are provisioned from now on register. */
  signallingUrl: string | null = null;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #listeners = new Set<(event: SwitchEvent) => void>();
  readonly #endpoints = new Map<EndpointId, FakeEndpoint>();
  readonly #rooms = new Set<RoomId>();
  readonly #failures = new Map<Operation, SwitchErrorCode[]>();
  readonly #gates = new Map<Operation, Promise<void>>();
  #up = true;

  /** @param more capabilities that it has besides, or has not */
  constructor(clock: Clock, ids: IdSource, more: Partial<SwitchCapabilities> = {}) {
    this.#clock = clock;
    this.#ids = ids;
    this.sound = new FakeSound(clock, (event) => this.emit(event));
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

  /** The next such operation is refused. */
  failNext(op: Operation, code: SwitchErrorCode): void {
    this.#failures.set(op, [...(this.#failures.get(op) ?? []), code]);
  }

  /** Stops every such operation before it does anything, until the returned function is called. */
  gate(op: Operation): () => void {
    let open = (): void => undefined;
    this.#gates.set(op, new Promise((resolve) => (open = resolve)));
    return () => {
      this.#gates.delete(op);
      open();
    };
  }

  /** The process that carries the media dies and comes back: every leg dies with it. */
  crash(): void {
    this.#up = false;
    this.emit({ type: 'switch-down', reason: 'media child exited' });
    for (const leg of [...this.legsById.values()]) this.lose(leg.id, 'switch-failure');
  }

  recover(): void {
    this.#up = true;
    this.emit({ type: 'switch-up' });
  }

  emit(event: SwitchEvent): void {
    const handedOver = 'legId' in event && this.legsById.get(event.legId)?.handedOver;
    if (handedOver) return handedOver.take(event);
    if ('playbackId' in event && event.playbackId.startsWith('handed-over-')) return;
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** A call comes in from a far end. */
  offer(from: LegSource, dialled: string, far: FakeCall, headers: Record<string, string> = {}): LegId {
    const endpointId = from.kind === 'endpoint' ? from.endpointId : null;
    const leg = this.#newLeg(this.#ids.next<LegId>('leg'), endpointId, true, far);
    if (this.capabilities.legsOutliveServer) leg.offer = { from, dialled, headers };
    this.emit({ type: 'leg-offered', legId: leg.id, from, dialled, headers });
    return leg.id;
  }

  heard(legId: LegId): Heard {
    return heardBy(this, legId);
  }

  isInRoom(legId: LegId): RoomId | null {
    return this.legsById.get(legId)?.roomId ?? null;
  }

  /** The leg is over; tells the far end unless it was the one to end it. */
  end(legId: LegId, cause: EndCause, side: EndSide, sipStatus?: number): void {
    const leg = this.#forget(legId);
    if (!leg) return;
    if (side !== 'far') leg.far.ended(cause);
    this.#tell(leg, { type: 'leg-ended', legId, cause, side, ...(sipStatus ? { sipStatus } : {}) });
  }

  /** The phone that is called says nothing: after the patience of a switch it is offline, and the leg has ended. */
  unheard(legId: LegId): void {
    this.#clock.after(4_000, () => {
      const leg = this.legsById.get(legId);
      if (leg?.state !== 'dialling') return;
      if (leg.endpointId) this.phone(leg.endpointId).goOffline('lost');
      this.end(legId, 'unreachable', 'far');
    });
  }

  lose(legId: LegId, cause: 'media-lost' | 'signalling-lost' | 'switch-failure'): void {
    const leg = this.#forget(legId);
    if (!leg) return;
    leg.far.ended(cause);
    this.#tell(leg, { type: 'leg-lost', legId, cause });
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
      for (const leg of [...this.legsById.values()]) this.end(leg.id, 'normal', 'near');
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
    const leg = this.#newLeg(request.legId, phone?.endpointId ?? null, false, far);
    leg.cancelRing = this.#clock.after(request.ringMs, () => this.end(leg.id, 'no-answer', 'switch', 408));
    far.legId = leg.id;
    (phone ?? this.trunk).receive(far);
  }

  async ring(legId: LegId): Promise<void> {
    await this.#enter('ring', legId);
    const leg = this.#inState(legId, 'offered', 'ringing');
    leg.state = 'ringing';
    leg.far.rang();
  }

  async answer(legId: LegId): Promise<void> {
    await this.#enter('answer', legId);
    const known = this.#leg(legId);
    if (known.incoming && known.state === 'answered') return;
    const leg = this.#inState(legId, 'offered', 'ringing');
    leg.state = 'answered';
    leg.far.answered();
    this.emit({ type: 'leg-answered', legId });
  }

  async reject(legId: LegId, cause: EndCause): Promise<void> {
    await this.#enter('reject', { legId, cause });
    this.#inState(legId, 'offered', 'ringing');
    this.end(legId, cause, 'near');
  }

  async hangup(legId: LegId, cause: EndCause = 'normal'): Promise<void> {
    await this.#enter('hangup', { legId, cause });
    if (!this.legsById.get(legId)?.handedOver) this.end(legId, cause, 'near');
  }

  async handOver(legId: LegId, number: string, options: HandOverOptions): Promise<void> {
    await this.#enter('handOver', { legId, number, ...options });
    this.#can('handOver');
    const party = this.#inState(legId, 'answered');
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
    const called = this.#newLeg(request.legId, null, false, new FakeCall(this, request));
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
    for (const leg of this.legsById.values()) if (leg.roomId === roomId) leg.roomId = null;
  }

  async place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    await this.#enter('place', { legId, roomId, voice });
    if (voice.kind === 'whisper') this.#can('whisper');
    this.#needRoom(roomId);
    const leg = this.#leg(legId);
    leg.roomId = roomId;
    leg.voice = voice;
  }

  async remove(legId: LegId): Promise<void> {
    await this.#enter('remove', legId);
    this.#leg(legId).roomId = null;
  }

  async music(legId: LegId, on: boolean): Promise<void> {
    await this.#enter('music', { legId, on });
    this.#leg(legId).music = on;
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
    this.#inState(legId, 'answered').far.receivedDigits += digits;
  }

  async legs(): Promise<LiveLeg[]> {
    return [...this.legsById.values()]
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

  async #enter(op: Operation, argument: unknown): Promise<void> {
    this.asked.push({ op, argument });
    await this.#gates.get(op);
    if (!this.#up) throw new SwitchError('switch-down', 'the switch is down');
    const code = this.#failures.get(op)?.shift();
    if (code) throw new SwitchError(code, `${op} was refused`);
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

  #newLeg(id: LegId, endpointId: EndpointId | null, incoming: boolean, far: FakeCall): FakeLeg {
    const leg: FakeLeg = {
      id,
      incoming,
      endpointId,
      far,
      state: incoming ? 'offered' : 'dialling',
      roomId: null,
      voice: { kind: 'all' },
      music: false,
      heldThere: false,
      sending: null,
      handedOver: null,
      cancelRing: () => undefined,
    };
    this.legsById.set(id, leg);
    return leg;
  }

  #forget(legId: LegId): FakeLeg | undefined {
    const leg = this.legsById.get(legId);
    if (!leg) return undefined;
    this.legsById.delete(legId);
    leg.cancelRing();
    this.sound.ended({ leg: legId });
    return leg;
  }

  #tell(leg: FakeLeg, event: SwitchEvent): void {
    if (leg.handedOver) leg.handedOver.take(event);
    else this.emit(event);
  }

  #can(what: keyof SwitchCapabilities): void {
    if (!this.capabilities[what]) throw new SwitchError('unsupported', `this switch has no ${what}`);
  }

  #needTarget(target: PlayRequest['target']): void {
    if ('leg' in target) this.#leg(target.leg);
    else this.#needRoom(target.room);
  }

  #needRoom(roomId: RoomId): void {
    if (!this.#rooms.has(roomId)) throw new SwitchError('no-such-room', `no room ${roomId}`);
  }

  #leg(legId: LegId): FakeLeg {
    const leg = this.legsById.get(legId);
    if (!leg || leg.handedOver) throw new SwitchError('no-such-leg', `no leg ${legId}`);
    return leg;
  }

  #inState(legId: LegId, ...states: LiveLeg['state'][]): FakeLeg {
    const leg = this.#leg(legId);
    if (!states.includes(leg.state)) {
      throw new SwitchError('wrong-state', `leg ${legId} is ${leg.state}`);
    }
    return leg;
  }
}
