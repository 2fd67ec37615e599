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
import type { NodeDoor } from './arrivals.ts';
import type { AsteriskConfig } from './asterisk-config.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';
import { AudioFiles } from './audio-files.ts';
import { SwitchListeners } from '../switch-listeners.ts';
import { SwitchParts } from './switch-parts.ts';

export interface AsteriskSwitchParts {
  readonly config: AsteriskConfig;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: SwitchLog;
  /** Asked before the application is taken; rejects when it is another server's. */
  readonly permit?: () => Promise<void>;
  /** Shared by several switches; not given: its own. */
  readonly files?: AudioFiles;
  /** Of a switch of several nodes: who may call from one to the other. */
  readonly door?: NodeDoor;
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
  readonly #signallingUrl: string;
  readonly #parts: SwitchParts;
  readonly #listeners: SwitchListeners;
  /** What is there has been compared: only then calls can be taken. */
  #up = false;
  #toldDown = false;

  constructor({ config, clock, ids, log, permit, files, door }: AsteriskSwitchParts) {
    this.#signallingUrl = config.webSocketUrl;
    this.#listeners = new SwitchListeners(log);
    this.#parts = new SwitchParts({
      ...{ config, clock, ids, log, door },
      permit: permit ?? (async () => undefined),
      files: files ?? new AudioFiles(config.audio),
      emit: (event) => this.#listeners.tell(event),
      onReady: () => this.#tellUp(),
      onDown: (reason) => this.#tellDown(reason),
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
    await this.#parts.files.start(this);
    try {
      await this.#parts.link.start();
    } catch (error) {
      this.#parts.link.stop();
      await this.#parts.files.stop(this);
      throw error;
    }
  }

  /** Channels and bridges of live legs are left as they are. */
  async stop(): Promise<void> {
    this.#up = false;
    if (this.#parts.link.up) await this.#parts.putGoneAway();
    for (const leg of this.#parts.legs.all()) {
      leg.stopTimer();
      this.#parts.watch.forget(leg);
    }
    this.#parts.endpoints.close();
    this.#parts.trunk.stop();
    this.#parts.link.stop();
    await this.#parts.files.stop(this);
  }

  subscribe(listener: (event: SwitchEvent) => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  async provision(endpoint: EndpointSpec): Promise<Provisioned> {
    await this.#parts.endpoints.provision(endpoint);
    return { signallingUrl: this.#signallingUrl };
  }

  /** Whether a device is registered here under this SIP user, also one that nobody has provisioned since the start. */
  isRegistered(username: string): Promise<boolean> {
    return this.#parts.endpoints.isRegistered(username);
  }

  retire(endpointId: EndpointId): Promise<void> {
    return this.#parts.endpoints.retire(endpointId);
  }

  async endpoints(): Promise<EndpointStatus[]> {
    return this.#parts.endpoints.statuses();
  }

  dial(request: DialRequest): Promise<void> {
    return this.#parts.calls.dial(request);
  }

  /** Calls a number over another PJSIP endpoint than the carrier's. */
  dialOver(trunk: string, request: DialRequest): Promise<void> {
    return this.#parts.calls.dial(request, trunk);
  }

  ring(legId: LegId): Promise<void> {
    return this.#parts.calls.ring(legId);
  }

  answer(legId: LegId): Promise<void> {
    return this.#parts.calls.answer(legId);
  }

  async reject(legId: LegId, cause: EndCause): Promise<void> {
    const leg = this.#parts.legs.get(legId);
    if (leg.state !== 'offered') throw new SwitchError('wrong-state', 'the leg has been answered');
    await this.#parts.calls.hangup(leg, cause);
  }

  async hangup(legId: LegId, cause?: EndCause): Promise<void> {
    const { legs, transfers, calls } = this.#parts;
    const leg = legs.find(legId);
    if (!leg) return;
    await transfers.settle(leg, cause === 'handed-over' ? 'channel_answered' : 'channel_declined');
    await calls.hangup(leg, cause ?? (leg.state === 'answered' ? 'normal' : 'cancelled'));
  }

  async refuseTransfer(legId: LegId, _cause: EndCause): Promise<void> {
    const leg = this.#parts.legs.find(legId);
    if (leg) await this.#parts.transfers.settle(leg, 'channel_declined');
  }

  async handOver(legId: LegId, number: string, options: HandOverOptions): Promise<void> {
    const leg = this.#parts.legs.get(legId);
    await this.#parts.link.ask('no-such-leg', () =>
      leg.run(() => this.#parts.handOver.run(leg, number, options)),
    );
  }

  openRoom(roomId: RoomId): Promise<void> {
    return this.#parts.rooms.open(roomId);
  }

  closeRoom(roomId: RoomId): Promise<void> {
    return this.#parts.rooms.close(roomId);
  }

  place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    return this.#parts.rooms.place(legId, roomId, voice);
  }

  remove(legId: LegId): Promise<void> {
    return this.#parts.rooms.remove(legId);
  }

  music(legId: LegId, on: boolean): Promise<void> {
    return this.#parts.rooms.music(legId, on);
  }

  async play(request: PlayRequest): Promise<void> {
    await this.#forTarget(request.target, (leg) => this.#parts.playbacks.play(request, leg));
  }

  async stopPlayback(playbackId: PlaybackId): Promise<void> {
    await this.#parts.link.ask('no-such-leg', () => this.#parts.playbacks.stop(playbackId));
  }

  async record(request: RecordRequest): Promise<void> {
    await this.#forTarget(request.target, (leg) => this.#parts.recordings.start(request, leg));
  }

  async pauseRecording(recordingId: RecordingId): Promise<void> {
    await this.#parts.link.ask('no-such-leg', () => this.#parts.recordings.pause(recordingId, true));
  }

  async resumeRecording(recordingId: RecordingId): Promise<void> {
    await this.#parts.link.ask('no-such-leg', () => this.#parts.recordings.pause(recordingId, false));
  }

  async stopRecording(recordingId: RecordingId): Promise<void> {
    await this.#parts.link.ask('no-such-leg', () => this.#parts.recordings.stop(recordingId));
  }

  async sendDigits(legId: LegId, digits: string): Promise<void> {
    const { channelId } = this.#parts.legs.get(legId);
    if (!/^[0-9*#A-D]{1,64}$/i.test(digits)) throw new SwitchError('bad-source', 'not digits');
    await this.#parts.link.ask('no-such-leg', () =>
      this.#parts.link.client.call('POST /channels/{channelId}/dtmf', {
        path: { channelId },
        query: { dtmf: digits.toUpperCase(), duration: 100, between: 100 },
      }),
    );
  }

  async legs(): Promise<LiveLeg[]> {
    return this.survey().legs.map(({ voice: _voice, ...leg }) => leg);
  }

  survey(): NodeSurvey {
    const legs = this.#parts.legs.all().flatMap((leg) => {
      const { id: legId, gone, told, state, roomId, endpointId, voice } = leg;
      if (gone || !told || state === 'ended') return [];
      const offer = this.#parts.arrivals.offer(leg);
      return [{ legId, state, roomId, endpointId, voice, ...(offer === null ? {} : { offer }) }];
    });
    return { legs, rooms: this.#parts.rooms.all() };
  }

  async rooms(): Promise<RoomId[]> {
    return this.#parts.rooms.all();
  }

  #tellUp(): void {
    this.#up = true;
    if (!this.#toldDown) return;
    this.#toldDown = false;
    this.#listeners.tell({ type: 'switch-up' });
  }

  #tellDown(reason: string): void {
    this.#up = false;
    if (this.#toldDown) return;
    this.#toldDown = true;
    this.#listeners.tell({ type: 'switch-down', reason });
  }

  async #forTarget(target: PlayTarget, task: (leg: AsteriskLeg | null) => Promise<void>): Promise<void> {
    if ('leg' in target) {
      const leg = this.#parts.legs.get(target.leg);
      await this.#parts.link.ask('no-such-leg', () =>
        leg.run(async () => {
          // One that has just been answered may not have been given its place.
          if (leg.state === 'answered' && !leg.gone) await this.#parts.positions.settle(leg);
          await task(leg);
        }),
      );
    } else {
      this.#parts.rooms.need(target.room);
      await this.#parts.link.ask('no-such-room', () => task(null));
    }
  }
}
