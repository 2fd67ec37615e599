import type { LegId, PlaybackId, RecordingId, RoomId, EndpointId } from '../../core/kernel/ids.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import {
  type DialRequest,
  type EndCause,
  type EndpointSpec,
  type EndpointStatus,
  type HandOverOptions,
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
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { Adoption } from './adoption.ts';
import { AriLink } from './ari-link.ts';
import type { AriEvent } from './ari-types.ts';
import { Arrivals, type NodeDoor } from './arrivals.ts';
import type { AsteriskConfig } from './asterisk-config.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';
import { AudioFiles } from './audio-files.ts';
import { Calls } from './calls.ts';
import { EndpointBook } from './endpoint-book.ts';
import { HandOver } from './hand-over.ts';
import { LegRegistry } from './leg-registry.ts';
import { inTurn } from './leg-turns.ts';
import { LegWatch } from './leg-watch.ts';
import { Playbacks } from './playbacks.ts';
import { Positions } from './positions.ts';
import { Recordings } from './recordings.ts';
import { Rescan } from './rescan.ts';
import { Rooms } from './rooms.ts';
import { ToolChannels } from './tool-channels.ts';
import { TrunkWatch } from './trunk-watch.ts';

export interface AsteriskSwitchParts {
  readonly config: AsteriskConfig;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: SwitchLog;
  /** Of a switch of several nodes: what they share, and who may call from one to the other. */
  readonly cluster?: { readonly files: AudioFiles; readonly door: NodeDoor };
}

/** What of an Asterisk is ours, for whoever steers several. */
export interface NodeSurvey {
  readonly legs: readonly (LiveLeg & { readonly voice: Voice })[];
  readonly rooms: readonly RoomId[];
}

/** Asterisk 20 or newer, steered over ARI: legs are channels of its Stasis application, rooms are mixing bridges. */
export class AsteriskSwitch implements Switch {
  readonly capabilities: SwitchCapabilities = {
    whisper: true,
    recordLeg: true,
    recordRoom: true,
    pauseRecording: true,
    handOver: true,
    speech: false,
    quality: true,
    legsOutliveServer: true,
    signallingPath: null,
  };
  readonly #log: SwitchLog;
  readonly #signallingUrl: string;
  readonly #link: AriLink;
  readonly #legs: LegRegistry;
  readonly #tools: ToolChannels;
  readonly #endpoints: EndpointBook;
  readonly #positions: Positions;
  readonly #playbacks: Playbacks;
  readonly #recordings: Recordings;
  readonly #watch: LegWatch;
  readonly #rooms: Rooms;
  readonly #handOver: HandOver;
  readonly #trunk: TrunkWatch;
  readonly #rescan: Rescan;
  readonly #calls: Calls;
  readonly #arrivals: Arrivals;
  readonly #files: AudioFiles;
  readonly #ownsFiles: boolean;
  readonly #listeners = new Set<(event: SwitchEvent) => void>();
  /** What is there has been compared: only then calls can be taken. */
  #up = false;
  #toldDown = false;

  constructor({ config, clock, ids, log, cluster }: AsteriskSwitchParts) {
    this.#log = log;
    this.#signallingUrl = config.webSocketUrl;
    const emit = (event: SwitchEvent): void => this.#emit(event);
    this.#link = new AriLink(config, clock, log, {
      onEvent: (event) => this.#take(event),
      onUp: (info) => this.#rescan.run(info),
      onReady: () => this.#tellUp(),
      onDown: (reason) => this.#tellDown(reason),
      onGivenUp: () => this.#giveUp(),
    });
    const { client } = this.#link;
    this.#legs = new LegRegistry(emit, (leg) => this.#onGone(leg));
    this.#tools = new ToolChannels(this.#link, clock, ids, config.application);
    this.#files = cluster?.files ?? new AudioFiles(config.audio);
    this.#ownsFiles = cluster === undefined;
    this.#positions = new Positions({
      client,
      legs: this.#legs,
      tools: this.#tools,
      application: config.application,
      log,
    });
    this.#playbacks = new Playbacks({
      client,
      clock,
      log,
      emit,
      files: this.#files,
      onLegQuiet: (leg) => void inTurn(log, leg, 'music after sound', () => this.#positions.resound(leg)),
    });
    const adoption = new Adoption(client, config.application, log);
    this.#rooms = new Rooms({
      link: this.#link,
      log,
      legs: this.#legs,
      positions: this.#positions,
      adoption,
      application: config.application,
      playbacks: this.#playbacks,
    });
    this.#recordings = new Recordings({ client, tools: this.#tools, clock, log, emit });
    this.#watch = new LegWatch({
      client,
      clock,
      log,
      emit,
      // A desk phone may suppress silence.
      sendsAlways: (leg) => leg.endpointId !== null && this.#endpoints.device(leg.endpointId) === 'browser',
      onLost: (leg, cause) => this.#lose(leg, cause),
    });
    this.#endpoints = new EndpointBook({
      config,
      link: this.#link,
      clock,
      log,
      emit,
      onOnline: (endpointId, fresh) => this.#onOnline(endpointId, fresh),
      onLinkLost: (endpointId) => {
        for (const leg of this.#legs.ofEndpoint(endpointId)) this.#watch.suspect(leg);
      },
    });
    this.#arrivals = new Arrivals({
      application: config.application,
      link: this.#link,
      ids,
      log,
      legs: this.#legs,
      tools: this.#tools,
      endpoints: this.#endpoints,
      emit,
      door: cluster?.door,
    });
    this.#calls = new Calls({
      config,
      link: this.#link,
      clock,
      log,
      legs: this.#legs,
      tools: this.#tools,
      endpoints: this.#endpoints,
      emit,
      onAnswered: (leg) => {
        this.#watch.measure(leg);
        void inTurn(log, leg, 'noting whose a leg is', async () => {
          if (!leg.gone) await adoption.note(leg);
        });
        this.#rooms.settle(leg);
      },
    });
    this.#handOver = new HandOver({
      config,
      client,
      legs: this.#legs,
      endpoints: this.#endpoints,
      positions: this.#positions,
      playbacks: this.#playbacks,
      recordings: this.#recordings,
      adoption,
    });
    this.#trunk = new TrunkWatch({ client, trunk: config.trunk, clock, log });
    this.#rescan = new Rescan({
      log,
      legs: this.#legs,
      calls: this.#calls,
      arrivals: this.#arrivals,
      rooms: this.#rooms,
      playbacks: this.#playbacks,
      recordings: this.#recordings,
      endpoints: this.#endpoints,
      watch: this.#watch,
      positions: this.#positions,
      tools: this.#tools,
      trunk: this.#trunk,
      adoption,
    });
  }

  get up(): boolean {
    return this.#up;
  }

  /**
   * Resolves also when Asterisk is not there yet: the switch is down then, and comes up by itself.
   * @throws AsteriskUnusable when it is there and cannot be used: password, version, modules
   */
  async start(): Promise<void> {
    if (this.#ownsFiles) await this.#files.start();
    try {
      await this.#link.start();
    } catch (error) {
      this.#link.stop();
      if (this.#ownsFiles) await this.#files.stop();
      throw error;
    }
  }

  /** Channels and bridges of live legs are left as they are. */
  async stop(): Promise<void> {
    this.#up = false;
    if (this.#link.up) await this.#putGoneAway();
    for (const leg of this.#legs.all()) {
      leg.stopTimer();
      this.#watch.forget(leg);
    }
    this.#endpoints.close();
    this.#trunk.stop();
    this.#link.stop();
    if (this.#ownsFiles) await this.#files.stop();
  }

  subscribe(listener: (event: SwitchEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async provision(endpoint: EndpointSpec): Promise<Provisioned> {
    await this.#endpoints.provision(endpoint);
    return { signallingUrl: this.#signallingUrl };
  }

  /** Whether a device is registered here under this SIP user, also one that nobody has provisioned since the start. */
  isRegistered(username: string): Promise<boolean> {
    return this.#endpoints.isRegistered(username);
  }

  retire(endpointId: EndpointId): Promise<void> {
    return this.#endpoints.retire(endpointId);
  }

  async endpoints(): Promise<EndpointStatus[]> {
    return this.#endpoints.statuses();
  }

  dial(request: DialRequest): Promise<void> {
    return this.#calls.dial(request);
  }

  /** Calls a number over another PJSIP endpoint than the carrier's. */
  dialOver(trunk: string, request: DialRequest): Promise<void> {
    return this.#calls.dial(request, trunk);
  }

  ring(legId: LegId): Promise<void> {
    return this.#calls.ring(legId);
  }

  answer(legId: LegId): Promise<void> {
    return this.#calls.answer(legId);
  }

  async reject(legId: LegId, cause: EndCause): Promise<void> {
    const leg = this.#legs.get(legId);
    if (leg.state !== 'offered') throw new SwitchError('wrong-state', 'the leg has been answered');
    await this.#calls.hangup(leg, cause);
  }

  async hangup(legId: LegId, cause?: EndCause): Promise<void> {
    const leg = this.#legs.find(legId);
    if (leg) await this.#calls.hangup(leg, cause ?? (leg.state === 'answered' ? 'normal' : 'cancelled'));
  }

  async handOver(legId: LegId, number: string, options: HandOverOptions): Promise<void> {
    const leg = this.#legs.get(legId);
    await this.#link.ask('no-such-leg', () => leg.run(() => this.#handOver.run(leg, number, options)));
  }

  openRoom(roomId: RoomId): Promise<void> {
    return this.#rooms.open(roomId);
  }

  closeRoom(roomId: RoomId): Promise<void> {
    return this.#rooms.close(roomId);
  }

  place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    return this.#rooms.place(legId, roomId, voice);
  }

  remove(legId: LegId): Promise<void> {
    return this.#rooms.remove(legId);
  }

  music(legId: LegId, on: boolean): Promise<void> {
    return this.#rooms.music(legId, on);
  }

  async play(request: PlayRequest): Promise<void> {
    await this.#forTarget(request.target, (leg) => this.#playbacks.play(request, leg));
  }

  async stopPlayback(playbackId: PlaybackId): Promise<void> {
    await this.#link.ask('no-such-leg', () => this.#playbacks.stop(playbackId));
  }

  async record(request: RecordRequest): Promise<void> {
    await this.#forTarget(request.target, (leg) => this.#recordings.start(request, leg));
  }

  async pauseRecording(recordingId: RecordingId): Promise<void> {
    await this.#link.ask('no-such-leg', () => this.#recordings.pause(recordingId, true));
  }

  async resumeRecording(recordingId: RecordingId): Promise<void> {
    await this.#link.ask('no-such-leg', () => this.#recordings.pause(recordingId, false));
  }

  async stopRecording(recordingId: RecordingId): Promise<void> {
    await this.#link.ask('no-such-leg', () => this.#recordings.stop(recordingId));
  }

  async sendDigits(legId: LegId, digits: string): Promise<void> {
    const { channelId } = this.#legs.get(legId);
    if (!/^[0-9*#A-D]{1,64}$/i.test(digits)) throw new SwitchError('bad-source', 'not digits');
    await this.#link.ask('no-such-leg', () =>
      this.#link.client.call('POST /channels/{channelId}/dtmf', {
        path: { channelId },
        query: { dtmf: digits.toUpperCase(), duration: 100, between: 100 },
      }),
    );
  }

  async legs(): Promise<LiveLeg[]> {
    return this.survey().legs.map(({ voice: _voice, ...leg }) => leg);
  }

  survey(): NodeSurvey {
    const legs = this.#legs.all().flatMap((leg) => {
      const { id: legId, gone, told, state, roomId, endpointId, voice } = leg;
      if (gone || !told || state === 'ended') return [];
      const offer = this.#arrivals.offer(leg);
      return [{ legId, state, roomId, endpointId, voice, ...(offer === null ? {} : { offer }) }];
    });
    return { legs, rooms: this.#rooms.all() };
  }

  async rooms(): Promise<RoomId[]> {
    return this.#rooms.all();
  }

  #take(event: AriEvent): void {
    if (this.#tools.take(event)) return;
    this.#endpoints.take(event);
    this.#trunk.take(event);
    this.#arrivals.take(event);
    this.#calls.take(event);
    this.#rooms.take(event);
    this.#playbacks.take(event);
    this.#recordings.take(event);
  }

  #tellUp(): void {
    this.#up = true;
    if (!this.#toldDown) return;
    this.#toldDown = false;
    this.#emit({ type: 'switch-up' });
  }

  #tellDown(reason: string): void {
    this.#up = false;
    if (this.#toldDown) return;
    this.#toldDown = true;
    this.#emit({ type: 'switch-down', reason });
  }

  /** Nobody is to sit in a call that is dead. What lives on against all signs is put away when Asterisk is back. */
  #giveUp(): void {
    this.#rooms.allGone();
    for (const leg of this.#legs.all()) this.#legs.lost(leg, 'switch-failure');
    this.#playbacks.allGone();
  }

  #onOnline(endpointId: EndpointId, fresh: boolean): void {
    // A page that was reloaded knows nothing of its calls; one whose socket was replaced goes on talking.
    for (const leg of this.#legs.ofEndpoint(endpointId)) {
      if (!fresh) this.#watch.trust(leg);
      else if (this.#endpoints.device(endpointId) === 'browser' && !leg.gone)
        this.#lose(leg, 'signalling-lost');
    }
  }

  #lose(leg: AsteriskLeg, cause: 'media-lost' | 'signalling-lost'): void {
    this.#calls.lose(leg, cause).catch((error: unknown) => {
      this.#log.warn({ err: error, legId: leg.id }, 'the channel of a lost leg could not be ended');
    });
  }

  /** What was made for legs that have been hung up and whose channels have not said so yet. */
  async #putGoneAway(): Promise<void> {
    const gone = this.#legs.all().filter((leg) => leg.gone);
    await Promise.all(gone.map((leg) => this.#putAway(leg)));
  }

  #putAway(leg: AsteriskLeg): Promise<void> {
    return inTurn(this.#log, leg, 'putting a leg away', () => this.#positions.forget(leg));
  }

  #onGone(leg: AsteriskLeg): void {
    this.#watch.forget(leg);
    this.#playbacks.legGone(leg);
    void this.#putAway(leg);
    this.#rooms.coachesFollow(leg.id);
  }

  async #forTarget(target: PlayTarget, task: (leg: AsteriskLeg | null) => Promise<void>): Promise<void> {
    if ('leg' in target) {
      const leg = this.#legs.get(target.leg);
      await this.#link.ask('no-such-leg', () => leg.run(() => task(leg)));
    } else {
      this.#rooms.need(target.room);
      await this.#link.ask('no-such-room', () => task(null));
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
}
