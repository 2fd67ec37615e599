import type { LegId, PlaybackId, RecordingId, RoomId, EndpointId } from '../../core/ids.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { IdSource } from '../../core/ports/id-source.ts';
import {
  type DialRequest,
  type EndCause,
  type EndpointSpec,
  type EndpointStatus,
  type LiveLeg,
  type PlayRequest,
  type PlayTarget,
  type RecordRequest,
  type Switch,
  type SwitchCapabilities,
  SwitchError,
  type SwitchEvent,
  type Voice,
} from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { Adoption, BRIDGE_NAME } from './adoption.ts';
import { AriError, isGone, toSwitchError } from './ari-error.ts';
import { AriLink } from './ari-link.ts';
import type { AriAsteriskInfo, AriEvent } from './ari-types.ts';
import type { AsteriskConfig } from './asterisk-config.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';
import { AudioFiles } from './audio-files.ts';
import { Calls } from './calls.ts';
import { EndpointBook } from './endpoint-book.ts';
import { LegRegistry } from './leg-registry.ts';
import { LegWatch } from './leg-watch.ts';
import { Playbacks } from './playbacks.ts';
import { Positions } from './positions.ts';
import { Recordings } from './recordings.ts';
import { ToolChannels } from './tool-channels.ts';

/** Time that ended channels have to say so when the switch stops, ms. */
const GOODBYE_MS = 1_000;

export interface AsteriskSwitchParts {
  readonly config: AsteriskConfig;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: SwitchLog;
}

/** Asterisk 20 or newer, steered over ARI: legs are channels of its Stasis application, rooms are mixing bridges. */
export class AsteriskSwitch implements Switch {
  readonly capabilities: SwitchCapabilities = {
    whisper: true,
    recordLeg: true,
    recordRoom: true,
    pauseRecording: true,
    quality: true,
    signallingPath: null,
  };
  readonly #log: SwitchLog;
  readonly #clock: Clock;
  readonly #link: AriLink;
  readonly #legs: LegRegistry;
  readonly #tools: ToolChannels;
  readonly #endpoints: EndpointBook;
  readonly #positions: Positions;
  readonly #playbacks: Playbacks;
  readonly #recordings: Recordings;
  readonly #watch: LegWatch;
  readonly #adoption: Adoption;
  readonly #calls: Calls;
  readonly #files: AudioFiles;
  readonly #rooms = new Set<RoomId>();
  readonly #listeners = new Set<(event: SwitchEvent) => void>();
  /** When the Asterisk that we know was started: another time means that it has forgotten everything. */
  #startedAt: string | null = null;
  #toldDown = false;
  /** The calls of an earlier server process have been looked for. */
  #adopted = false;

  constructor({ config, clock, ids, log }: AsteriskSwitchParts) {
    this.#log = log;
    this.#clock = clock;
    const emit = (event: SwitchEvent): void => this.#emit(event);
    this.#link = new AriLink(config, clock, log, {
      onEvent: (event) => this.#take(event),
      onUp: (info) => this.#onUp(info),
      onDown: (reason) => this.#onDown(reason),
    });
    const { client } = this.#link;
    this.#legs = new LegRegistry(emit, (leg) => this.#onGone(leg));
    this.#tools = new ToolChannels(this.#link, clock, config.application);
    this.#files = new AudioFiles(config.audio);
    this.#positions = new Positions(client, this.#legs, this.#tools, log);
    this.#playbacks = new Playbacks({
      client,
      log,
      emit,
      files: this.#files,
      onLegQuiet: (leg) => this.#inTurn(leg, 'music after sound', () => this.#positions.resound(leg)),
    });
    this.#adoption = new Adoption(client, log);
    this.#recordings = new Recordings(client, this.#tools, log, emit);
    this.#watch = new LegWatch({ client, clock, log, emit, onLost: (leg) => this.#lose(leg) });
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
    this.#calls = new Calls({
      config,
      link: this.#link,
      clock,
      ids,
      log,
      legs: this.#legs,
      tools: this.#tools,
      endpoints: this.#endpoints,
      emit,
      onAnswered: (leg) => {
        this.#watch.measure(leg);
        this.#inTurn(leg, 'noting whose a leg is', async () => {
          if (!leg.gone) await this.#adoption.note(leg);
        });
        this.#settle(leg);
      },
    });
  }

  /**
   * Resolves also when Asterisk is not there yet: the switch is down then, and comes up by itself.
   * @throws AsteriskUnusable when it is there and cannot be used: password, version, modules
   */
  async start(): Promise<void> {
    await this.#files.start();
    try {
      await this.#link.start();
    } catch (error) {
      this.#link.stop();
      await this.#files.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.#link.up) {
      const legs = this.#legs.all();
      await Promise.allSettled(legs.map((leg) => this.#calls.hangup(leg, 'normal')));
      const goodbye = this.#clock.now() + GOODBYE_MS;
      while (this.#legs.all().length > 0 && this.#link.up && this.#clock.now() < goodbye) {
        await new Promise<void>((resolve) => this.#clock.after(20, resolve));
      }
      await Promise.allSettled([...this.#rooms].map((roomId) => this.closeRoom(roomId)));
    }
    this.#endpoints.close();
    this.#link.stop();
    await this.#files.stop();
  }

  subscribe(listener: (event: SwitchEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  provision(endpoint: EndpointSpec): Promise<void> {
    return this.#endpoints.provision(endpoint);
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

  async openRoom(roomId: RoomId): Promise<void> {
    await this.#ask('no-such-room', () =>
      this.#link.client.call('POST /bridges/{bridgeId}', {
        path: { bridgeId: roomId },
        // Digits of a leg are told although another leg hears it.
        query: { type: 'mixing,dtmf_events', name: BRIDGE_NAME.room },
      }),
    );
    this.#rooms.add(roomId);
  }

  async closeRoom(roomId: RoomId): Promise<void> {
    this.#needRoom(roomId);
    this.#rooms.delete(roomId);
    const out = this.#legs.inRoom(roomId).map((leg) =>
      this.#move(leg, () => {
        leg.roomId = null;
      }),
    );
    for (const result of await Promise.allSettled(out)) {
      // A leg that is ending leaves by itself.
      const ending = result.status === 'rejected' && result.reason instanceof SwitchError;
      if (result.status === 'rejected' && !(ending && result.reason.code === 'no-such-leg'))
        throw result.reason;
    }
    await this.#ask('no-such-room', () =>
      this.#link.client.call('DELETE /bridges/{bridgeId}', { path: { bridgeId: roomId } }),
    );
    this.#playbacks.roomClosed(roomId);
  }

  async place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    const leg = this.#legs.get(legId);
    this.#needRoom(roomId);
    await this.#move(leg, () => {
      this.#needRoom(roomId);
      leg.roomId = roomId;
      leg.voice = voice;
    });
    this.#coachesFollow(legId);
  }

  async remove(legId: LegId): Promise<void> {
    await this.#move(this.#legs.get(legId), (leg) => {
      leg.roomId = null;
    });
    this.#coachesFollow(legId);
  }

  async music(legId: LegId, on: boolean): Promise<void> {
    await this.#move(this.#legs.get(legId), (leg) => {
      leg.music = on;
    });
  }

  async play(request: PlayRequest): Promise<void> {
    await this.#forTarget(request.target, (leg) => this.#playbacks.play(request, leg));
  }

  async stopPlayback(playbackId: PlaybackId): Promise<void> {
    await this.#ask('no-such-leg', () => this.#playbacks.stop(playbackId));
  }

  async record(request: RecordRequest): Promise<void> {
    await this.#forTarget(request.target, (leg) => this.#recordings.start(request, leg));
  }

  async pauseRecording(recordingId: RecordingId): Promise<void> {
    await this.#ask('no-such-leg', () => this.#recordings.pause(recordingId, true));
  }

  async resumeRecording(recordingId: RecordingId): Promise<void> {
    await this.#ask('no-such-leg', () => this.#recordings.pause(recordingId, false));
  }

  async stopRecording(recordingId: RecordingId): Promise<void> {
    await this.#ask('no-such-leg', () => this.#recordings.stop(recordingId));
  }

  async sendDigits(legId: LegId, digits: string): Promise<void> {
    const { channelId } = this.#legs.get(legId);
    if (!/^[0-9*#A-D]{1,64}$/i.test(digits)) throw new SwitchError('bad-source', 'not digits');
    await this.#ask('no-such-leg', () =>
      this.#link.client.call('POST /channels/{channelId}/dtmf', {
        path: { channelId },
        query: { dtmf: digits.toUpperCase(), duration: 100, between: 100 },
      }),
    );
  }

  async legs(): Promise<LiveLeg[]> {
    return this.#legs
      .all()
      .flatMap((leg) =>
        leg.gone || leg.state === 'ended'
          ? []
          : [{ legId: leg.id, state: leg.state, roomId: leg.roomId, endpointId: leg.endpointId }],
      );
  }

  #take(event: AriEvent): void {
    if (this.#tools.take(event)) return;
    this.#endpoints.take(event);
    this.#calls.take(event);
    this.#playbacks.take(event);
    this.#recordings.take(event);
  }

  async #onUp(info: AriAsteriskInfo): Promise<void> {
    const startedAt = info.status?.startup_time ?? '';
    const restarted = this.#startedAt !== null && this.#startedAt !== startedAt;
    this.#startedAt = startedAt;
    if (restarted) {
      this.#log.error({}, 'Asterisk has been started anew; its calls are gone');
      this.#rooms.clear();
      for (const leg of this.#legs.all()) this.#legs.lost(leg, 'switch-failure');
      this.#playbacks.allGone();
    }
    await this.#rescan();
    await this.#recordings.resync();
    await this.#endpoints.resync();
    this.#log.info({ version: info.system?.version ?? '' }, 'Asterisk takes calls');
    if (!this.#toldDown) return;
    this.#toldDown = false;
    this.#emit({ type: 'switch-up' });
  }

  /** What came, was answered or ended while no events came (StasisStart is not repeated). */
  async #rescan(): Promise<void> {
    const known = this.#legs.all();
    const listed = await this.#link.client.call('GET /channels', {});
    const channels = new Map(listed.map((channel) => [channel.id, channel]));
    for (const leg of known) {
      const channel = channels.get(leg.channelId);
      if (channel) this.#calls.stateIs(leg, channel);
      else if (leg.ending !== null) this.#legs.ended(leg, leg.ending, 'near');
      else this.#legs.lost(leg, 'switch-failure');
    }
    if (!this.#adopted) {
      const { legs, rooms } = await this.#adoption.adopt(listed);
      for (const roomId of rooms) this.#rooms.add(roomId);
      for (const leg of legs) {
        if (this.#legs.ofChannel(leg.channelId)) continue;
        this.#legs.add(leg);
        if (leg.state === 'answered') this.#watch.measure(leg);
        this.#settle(leg);
      }
      this.#adopted = true;
    }
    for (const channel of listed) if (channel.state === 'Ring') this.#calls.waits(channel);
  }

  #onDown(reason: string): void {
    this.#toldDown = true;
    this.#emit({ type: 'switch-down', reason });
  }

  #onOnline(endpointId: EndpointId, fresh: boolean): void {
    // A page that was reloaded knows nothing of its calls; one whose socket was replaced goes on talking.
    if (!fresh) return;
    for (const leg of this.#legs.ofEndpoint(endpointId)) {
      if (this.#endpoints.device(endpointId) === 'browser' && !leg.gone) this.#lose(leg);
    }
  }

  #lose(leg: AsteriskLeg): void {
    this.#calls.lose(leg, 'signalling-lost').catch((error: unknown) => {
      this.#log.warn({ err: error, legId: leg.id }, 'the channel of a lost leg could not be ended');
    });
  }

  #onGone(leg: AsteriskLeg): void {
    this.#watch.forget(leg);
    this.#playbacks.legGone(leg);
    this.#inTurn(leg, 'putting a leg away', () => this.#positions.forget(leg));
    this.#coachesFollow(leg.id);
  }

  #coachesFollow(legId: LegId): void {
    for (const coach of this.#positions.coachesOf(legId)) this.#settle(coach);
  }

  #settle(leg: AsteriskLeg): void {
    this.#inTurn(leg, 'moving a leg', async () => {
      if (!leg.gone) await this.#positions.settle(leg);
    });
  }

  /** Work that nobody waits for. */
  #inTurn(leg: AsteriskLeg, what: string, task: () => Promise<void>): void {
    leg.run(task).catch((error: unknown) => {
      // It ended meanwhile, or everything is away: both are told by events.
      const expected = isGone(error) || leg.gone || (error instanceof AriError && error.status === 0);
      if (!expected) this.#log.warn({ err: error, legId: leg.id }, `${what} failed`);
    });
  }

  async #move(leg: AsteriskLeg, change: (leg: AsteriskLeg) => void): Promise<void> {
    await this.#ask('no-such-leg', () =>
      leg.run(async () => {
        if (leg.gone) throw new SwitchError('no-such-leg', `no leg ${leg.id}`);
        change(leg);
        await this.#positions.settle(leg);
      }),
    );
    // After the answer, because nobody waits for it.
    this.#inTurn(leg, 'noting where a leg is', async () => {
      if (!leg.gone) await this.#adoption.note(leg);
    });
  }

  async #forTarget(target: PlayTarget, task: (leg: AsteriskLeg | null) => Promise<void>): Promise<void> {
    if ('leg' in target) {
      const leg = this.#legs.get(target.leg);
      await this.#ask('no-such-leg', () => leg.run(() => task(leg)));
    } else {
      this.#needRoom(target.room);
      await this.#ask('no-such-room', () => task(null));
    }
  }

  async #ask<T>(gone: 'no-such-leg' | 'no-such-room', task: () => Promise<T>): Promise<T> {
    this.#link.needUp();
    try {
      return await task();
    } catch (error) {
      throw toSwitchError(error, gone);
    }
  }

  #needRoom(roomId: RoomId): void {
    if (!this.#rooms.has(roomId)) throw new SwitchError('no-such-room', `no room ${roomId}`);
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
