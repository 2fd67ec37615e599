import { isIPv6 } from 'node:net';
import type { LegId, PlaybackId, RecordingId, RoomId } from '../../../core/kernel/ids.ts';
import type { PlayRequest, RecordRequest, Voice } from '../../../core/ports/switch.ts';
import { Leg } from './leg.ts';
import { RtpLegTransport } from './leg-rtp.ts';
import type { LegTransport, TransportListener } from './leg-transport.ts';
import { WebrtcLegTransport } from './leg-webrtc.ts';
import { WebrtcNetwork } from './webrtc-network.ts';
import { announcedAddress, announcedIpv6Address } from './local-address.ts';
import {
  MediaError,
  type MediaConfig,
  type MediaEngine,
  type MediaEvent,
  type MediaTransport,
} from './media-engine.ts';
import { composeMelody } from './melody.ts';
import { mixTick } from './mixer.ts';
import { Pacer } from './pacer.ts';
import { Playbacks } from './playbacks.ts';
import { Recordings } from './recordings.ts';
import { PortPool } from './port-pool.ts';
import { hears, Room, routeAlone } from './room.ts';
import { parseAudio } from './sdp.ts';
import { MusicCursor } from './tones.ts';
import { loadMusic } from './wav-reader.ts';

/** Supervision runs on every tenth tick (200 ms). */
const SUPERVISE_TICKS = 10;

/** Counters of the engine, for measurements. */
export interface MediaStats {
  legs: number;
  /** Mixed speech that ran dry, and ticks that were given up after stalls. */
  underruns: number;
  skippedTicks: number;
  worstTickLateMs: number;
  /** CPU of the process so far, µs, and its resident memory, bytes. */
  cpuMicros: number;
  rssBytes: number;
}

/** The media engine in this process. Lives in the media child; tests may run it directly. */
export class LocalMediaEngine implements MediaEngine {
  #config: MediaConfig;
  #listeners = new Set<(event: MediaEvent) => void>();
  #legs = new Map<LegId, Leg>();
  #rooms = new Map<RoomId, Room<Leg>>();
  #playbacks = new Playbacks((event) => this.#emit(event));
  #recordings = new Recordings((event) => this.#emit(event));
  #pacer = new Pacer(
    (now) => this.#tick(now),
    (ms, now) => {
      for (const leg of this.#legs.values()) leg.excuse(ms, now);
    },
  );
  #ports: PortPool;
  /** Of IPv6, where that is spoken. */
  #morePorts: PortPool | null;
  #webrtc: WebrtcNetwork;
  #music: Int16Array = new Int16Array(0);
  #ticks = 0;
  #underruns = 0;

  constructor(config: MediaConfig) {
    this.#config = config;
    this.#ports = new PortPool(config.bindAddress, config.rtpPorts);
    const { ipv6Address } = config;
    this.#morePorts = ipv6Address === undefined ? null : new PortPool(ipv6Address, config.rtpPorts);
    this.#webrtc = new WebrtcNetwork(config);
  }

  /** @throws MediaError `no-ports` when the WebRTC port is taken, `bad-source` for a music file that cannot be played */
  async start(): Promise<void> {
    const { musicFile } = this.#config;
    this.#music = musicFile === undefined ? composeMelody() : await loadMusic(musicFile);
    await this.#webrtc.open();
  }

  async stop(): Promise<void> {
    this.#pacer.stop();
    for (const legId of [...this.#legs.keys()]) await this.closeLeg(legId);
    for (const roomId of [...this.#rooms.keys()]) await this.closeRoom(roomId);
    await this.#webrtc.close();
  }

  subscribe(listener: (event: MediaEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async answerOffer(legId: LegId, kind: MediaTransport, offer: string, peer?: string): Promise<string> {
    const ipv6 = kind === 'rtp' && isIPv6(parseAudio(offer, kind, this.#morePorts !== null).address);
    const leg = await this.#createLeg(legId, kind, ipv6);
    try {
      const { answer, negotiated } = await this.#transportOf(leg).answerOffer(offer, peer);
      leg.agree(negotiated, true, performance.now());
      return answer;
    } catch (error) {
      await this.closeLeg(legId);
      throw error;
    }
  }

  /** For a leg that exists: a new offer of the same session (a re-INVITE without SDP wants one). */
  async createOffer(legId: LegId, kind: MediaTransport, peer?: string): Promise<string> {
    const existing = this.#legs.get(legId);
    if (existing !== undefined) return this.#transportOf(existing).createOffer();
    const leg = await this.#createLeg(legId, kind, peer !== undefined && isIPv6(peer));
    try {
      return await this.#transportOf(leg).createOffer();
    } catch (error) {
      await this.closeLeg(legId);
      throw error;
    }
  }

  async acceptAnswer(legId: LegId, answer: string, peer?: string): Promise<void> {
    const leg = this.#leg(legId);
    leg.agree(await this.#transportOf(leg).acceptAnswer(answer, peer), false, performance.now());
  }

  async answerReoffer(legId: LegId, offer: string, peer?: string): Promise<string> {
    const leg = this.#leg(legId);
    const { answer, negotiated } = await this.#transportOf(leg).answerOffer(offer, peer);
    leg.agree(negotiated, true, performance.now());
    return answer;
  }

  async closeLeg(legId: LegId): Promise<void> {
    const leg = this.#legs.get(legId);
    if (leg === undefined) return;
    this.#legs.delete(legId);
    const { room } = leg;
    room?.members.delete(leg);
    leg.room = null;
    leg.music = null;
    leg.playback?.end('stopped');
    leg.overlay?.end('stopped');
    routeAlone(leg);
    room?.route();
    leg.transport?.close();
    this.#underruns += leg.jitter.underruns;
    await this.#recordings.stopAll(leg);
  }

  async openRoom(roomId: RoomId): Promise<void> {
    if (!this.#rooms.has(roomId)) this.#rooms.set(roomId, new Room<Leg>(roomId));
    this.#pacer.start();
  }

  async closeRoom(roomId: RoomId): Promise<void> {
    const room = this.#rooms.get(roomId);
    if (room === undefined) return;
    this.#rooms.delete(roomId);
    room.playback?.end('stopped');
    for (const leg of room.members) {
      leg.room = null;
      routeAlone(leg);
    }
    room.members.clear();
    await this.#recordings.stopAll(room);
  }

  async place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    const leg = this.#leg(legId);
    const room = this.#room(roomId);
    const before = leg.room;
    leg.voice = voice;
    if (before !== room) {
      before?.members.delete(leg);
      leg.room = room;
      room.members.add(leg);
      before?.route();
    }
    room.route();
  }

  async remove(legId: LegId): Promise<void> {
    const leg = this.#leg(legId);
    const { room } = leg;
    room?.members.delete(leg);
    leg.room = null;
    routeAlone(leg);
    room?.route();
  }

  async music(legId: LegId, on: boolean): Promise<void> {
    const leg = this.#leg(legId);
    if (on === (leg.music !== null)) return;
    leg.music = on ? new MusicCursor(this.#music) : null;
    leg.room?.route();
  }

  async release(legId: LegId): Promise<void> {
    const leg = this.#leg(legId);
    leg.music = null;
    leg.playback?.end('stopped');
    leg.overlay?.end('stopped');
    await this.remove(legId);
    await this.#recordings.stopAll(leg);
  }

  async play(request: PlayRequest): Promise<void> {
    await this.#playbacks.start(request, () => this.#target(request.target));
  }

  async stopPlayback(playbackId: PlaybackId): Promise<void> {
    this.#playbacks.stop(playbackId);
  }

  async record(request: RecordRequest): Promise<void> {
    await this.#recordings.start(request, () => this.#target(request.target));
  }

  async pauseRecording(recordingId: RecordingId): Promise<void> {
    this.#recordings.pause(recordingId, true);
  }

  async resumeRecording(recordingId: RecordingId): Promise<void> {
    this.#recordings.pause(recordingId, false);
  }

  async stopRecording(recordingId: RecordingId): Promise<void> {
    await this.#recordings.stop(recordingId);
  }

  async sendDigits(legId: LegId, digits: string): Promise<void> {
    const leg = this.#leg(legId);
    if (leg.negotiated === null) throw new MediaError('wrong-state', 'the leg has no agreed media yet');
    if (leg.negotiated.telephoneEvent === null) {
      throw new MediaError('no-telephone-event', 'the far side takes no telephone events');
    }
    if (!leg.digitsOut.enqueue(digits)) throw new MediaError('bad-source', `"${digits}" are not digits`);
  }

  async legs(): Promise<Array<{ legId: LegId; roomId: RoomId | null }>> {
    return [...this.#legs.values()].map(({ id, room }) => ({ legId: id, roomId: room?.id ?? null }));
  }

  stats(): MediaStats {
    const { user, system } = process.cpuUsage();
    let underruns = this.#underruns;
    for (const leg of this.#legs.values()) underruns += leg.jitter.underruns;
    const worstTickLateMs = this.#pacer.worstLateMs;
    this.#pacer.worstLateMs = 0;
    return {
      legs: this.#legs.size,
      underruns,
      skippedTicks: this.#pacer.skipped,
      worstTickLateMs,
      cpuMicros: user + system,
      rssBytes: process.memoryUsage.rss(),
    };
  }

  async #createLeg(legId: LegId, kind: MediaTransport, ipv6: boolean): Promise<Leg> {
    if (this.#legs.has(legId)) throw new MediaError('wrong-state', `leg ${legId} exists already`);
    const emit = (event: MediaEvent): void => this.#emit(event);
    const leg = new Leg(legId, kind, emit, (from, digit) => this.#passDigit(from, digit));
    this.#legs.set(legId, leg);
    this.#pacer.start();
    const listener: TransportListener = {
      rtp: (packet) => leg.handleRtp(packet, performance.now()),
      rtcp: (packet) => leg.handleRtcp(packet, performance.now()),
      connected: () => leg.handleConnected(performance.now()),
      lost: (reason) => this.#lose(leg, reason),
    };
    try {
      leg.transport = await this.#openTransport(kind, ipv6, leg, listener);
    } catch (error) {
      this.#legs.delete(legId);
      throw error;
    }
    return leg;
  }

  async #openTransport(
    kind: MediaTransport,
    ipv6: boolean,
    leg: Leg,
    listener: TransportListener,
  ): Promise<LegTransport> {
    if (kind === 'webrtc') return new WebrtcLegTransport(this.#webrtc, leg.sender.ssrc, listener);
    const { ipv6Address } = this.#config;
    const [ports, announced] =
      ipv6 && this.#morePorts !== null && ipv6Address !== undefined
        ? [this.#morePorts, announcedIpv6Address(ipv6Address)]
        : [this.#ports, announcedAddress(this.#config)];
    return new RtpLegTransport(await ports.take(), announced, this.#config.mediaHosts ?? [], listener);
  }

  #tick(now: number): void {
    // Fifty wake-ups a second would be most of what an idle server costs.
    if (this.#legs.size === 0 && this.#rooms.size === 0) return this.#pacer.stop();
    mixTick(this.#legs, this.#rooms, now);
    this.#ticks += 1;
    if (this.#ticks % SUPERVISE_TICKS !== 0) return;
    for (const leg of [...this.#legs.values()]) {
      const lost = leg.supervise(now, this.#config.silenceMs);
      if (lost !== null) this.#lose(leg, lost);
    }
  }

  /** A lost leg is dead: it is told once and freed. */
  #lose(leg: Leg, reason: 'silence' | 'ice-failed' | 'dtls-closed'): void {
    if (this.#legs.get(leg.id) !== leg) return;
    this.#emit({ type: 'leg-lost', legId: leg.id, reason });
    void this.closeLeg(leg.id);
  }

  /** Forwarded events pass by themselves; who is mixed for gets the digit sent anew. */
  #passDigit(from: Leg, digit: string): void {
    for (const hearer of from.room?.members ?? []) {
      const takes = (hearer.negotiated?.telephoneEvent ?? null) !== null;
      if (takes && hearer.feed === 'mix' && hears(hearer, from)) hearer.digitsOut.enqueue(digit);
    }
  }

  #target(target: PlayRequest['target']): Leg | Room<Leg> {
    return 'leg' in target ? this.#leg(target.leg) : this.#room(target.room);
  }

  #leg(legId: LegId): Leg {
    const leg = this.#legs.get(legId);
    if (leg === undefined) throw new MediaError('no-such-leg', `there is no leg ${legId}`);
    return leg;
  }

  #room(roomId: RoomId): Room<Leg> {
    const room = this.#rooms.get(roomId);
    if (room === undefined) throw new MediaError('no-such-room', `there is no room ${roomId}`);
    return room;
  }

  #transportOf(leg: Leg): LegTransport {
    if (leg.transport === null) throw new MediaError('wrong-state', `leg ${leg.id} is still being opened`);
    return leg.transport;
  }

  #emit(event: MediaEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
