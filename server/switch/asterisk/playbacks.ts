import type { LegId, PlaybackId, RoomId } from '../../core/kernel/ids.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { PlayRequest, SwitchEvent } from '../../core/ports/switch.ts';
import { SwitchError } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { AriClient } from './ari-client.ts';
import { AriError, isGone } from './ari-error.ts';
import type { AriEvent } from './ari-types.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';
import type { AudioFiles } from './audio-files.ts';
import type { ToolChannels } from './tool-channels.ts';

interface Playing {
  readonly id: PlaybackId;
  /** Set before Asterisk is asked for it. */
  target: { channelId: string } | { bridgeId: string };
  /** The channel that whispers it to the leg; null: it is played to the leg or the room itself. */
  spyId: string | null;
  readonly mixed: boolean;
  readonly leg: AsteriskLeg | null;
  readonly roomId: RoomId | null;
  readonly media: string;
  readonly loop: boolean;
  /** Of Asterisk's playback; another one for each turn of a loop. */
  ariId: string;
  turn: number;
  stopped: boolean;
}

/**
 * One that has just begun cannot be stopped before Asterisk's thread has come to its file, which no event tells: it is
 * asked again so often, after so many ms.
 */
const STOP_AGAIN: { times: number; ms: number } = { times: 10, ms: 30 };

/** Turns of half a minute that a loop may have had: nobody is let ring for longer. */
const TURNS = 3;

function ariIdOf(playbackId: PlaybackId, turn: number): string {
  return `${playbackId}-${turn}`;
}

/** Plays sources to channels and bridges, and tells once when each is over. */
export class Playbacks {
  readonly #client: AriClient;
  readonly #clock: Clock;
  readonly #files: AudioFiles;
  readonly #tools: ToolChannels;
  readonly #log: SwitchLog;
  readonly #emit: (event: SwitchEvent) => void;
  /** Whether the leg's music or silence has to be started again. */
  readonly #onLegQuiet: (leg: AsteriskLeg) => void;
  readonly #playing = new Map<PlaybackId, Playing>();
  readonly #byAriId = new Map<string, Playing>();

  constructor(parts: {
    client: AriClient;
    clock: Clock;
    files: AudioFiles;
    tools: ToolChannels;
    log: SwitchLog;
    emit: (event: SwitchEvent) => void;
    onLegQuiet: (leg: AsteriskLeg) => void;
  }) {
    this.#client = parts.client;
    this.#clock = parts.clock;
    this.#files = parts.files;
    this.#tools = parts.tools;
    this.#log = parts.log;
    this.#emit = parts.emit;
    this.#onLegQuiet = parts.onLegQuiet;
  }

  /** @param leg the target, or null for a room @throws AriError, SwitchError `bad-source` */
  async play(request: PlayRequest, leg: AsteriskLeg | null): Promise<void> {
    const { playbackId, target, source, loop = false, mixed = false } = request;
    if (this.#playing.has(playbackId)) throw new SwitchError('wrong-state', `${playbackId} plays already`);
    const url = await this.#files.publish(source, loop);
    const playing: Playing = {
      id: playbackId,
      target: leg ? { channelId: leg.channelId } : { bridgeId: 'room' in target ? target.room : '' },
      leg,
      roomId: 'room' in target ? target.room : null,
      spyId: null,
      mixed,
      media: `sound:${url}`,
      loop,
      ariId: '',
      turn: 0,
      stopped: false,
    };
    // Asterisk would play one after the other.
    const before = [...this.#playing.values()].filter((each) => sameTarget(each, playing));
    this.#playing.set(playbackId, playing);
    try {
      await Promise.all(before.map(({ id }) => this.stop(id)));
      if (leg && mixed) {
        playing.spyId = await this.#tools.spy(leg.channelId, { whisper: 'out' });
        playing.target = { channelId: playing.spyId };
      }
      await this.#start(playing);
    } catch (error) {
      this.#forget(playing);
      throw error;
    }
  }

  async stop(playbackId: PlaybackId): Promise<void> {
    const playing = this.#playing.get(playbackId);
    if (!playing) return this.#stopUnknown(playbackId);
    playing.stopped = true;
    // Asterisk has not been asked for it yet; between two turns of a loop, or over already.
    if (playing.ariId === '' || !(await this.#end(playing.ariId))) this.#finish(playing, 'stopped');
  }

  async stopOf(leg: AsteriskLeg): Promise<void> {
    const playing = [...this.#playing.values()].filter((each) => each.leg === leg);
    await Promise.all(playing.map(({ id }) => this.stop(id)));
  }

  /** One that an earlier server process has begun; who that was is gone, so nobody plays another turn of a loop. */
  async #stopUnknown(playbackId: PlaybackId): Promise<void> {
    for (let turn = 1; turn <= TURNS; turn += 1) {
      await this.#end(ariIdOf(playbackId, turn));
    }
  }

  /** @returns whether Asterisk had it @throws AriError */
  async #end(ariId: string): Promise<boolean> {
    for (let left = STOP_AGAIN.times; ; left -= 1) {
      try {
        await this.#client.call('DELETE /playbacks/{playbackId}', { path: { playbackId: ariId } });
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        if (!(error instanceof AriError) || error.status !== 500 || left === 0) throw error;
      }
      await new Promise<void>((resolve) => this.#clock.after(STOP_AGAIN.ms, resolve));
    }
  }

  legGone(leg: AsteriskLeg): void {
    for (const playing of [...this.#playing.values()]) {
      if (playing.leg === leg) this.#finish(playing, 'stopped');
    }
  }

  /** The room is going to be closed: that is no failure of what is played in it. */
  roomCloses(roomId: RoomId): void {
    for (const playing of this.#playing.values()) if (playing.roomId === roomId) playing.stopped = true;
  }

  roomClosed(roomId: RoomId): void {
    for (const playing of [...this.#playing.values()]) {
      if (playing.roomId === roomId) this.#finish(playing, 'stopped');
    }
  }

  isPlayingTo(legId: LegId): boolean {
    return [...this.#playing.values()].some(({ leg, mixed }) => leg?.id === legId && !mixed);
  }

  /** Asterisk has forgotten what it played. */
  allGone(): void {
    for (const playing of [...this.#playing.values()]) this.#finish(playing, 'failed', 'Asterisk is gone');
  }

  take(event: AriEvent): void {
    if (event.type !== 'PlaybackFinished') return;
    const playing = this.#byAriId.get(event.playback.id);
    if (!playing) return;
    // What is cut off by a goodbye has not failed.
    if (event.playback.state === 'failed' && playing.leg?.leaving) playing.stopped = true;
    if (event.playback.state === 'failed' && !playing.stopped) {
      this.#finish(playing, 'failed', 'Asterisk could not play it');
    } else if (playing.loop && !playing.stopped) {
      this.#start(playing).catch((error: unknown) => {
        this.#log.warn({ err: error, playbackId: playing.id }, 'a loop could not go on');
        this.#finish(playing, 'failed', 'the loop could not go on');
      });
    } else this.#finish(playing, playing.stopped ? 'stopped' : 'completed');
  }

  async #start(playing: Playing): Promise<void> {
    // Stopped before it came to that.
    if (this.#playing.get(playing.id) !== playing) return;
    this.#byAriId.delete(playing.ariId);
    playing.turn += 1;
    playing.ariId = ariIdOf(playing.id, playing.turn);
    this.#byAriId.set(playing.ariId, playing);
    const query = { media: [playing.media] };
    if ('channelId' in playing.target) {
      await this.#client.call('POST /channels/{channelId}/play/{playbackId}', {
        path: { ...playing.target, playbackId: playing.ariId },
        query,
      });
    } else {
      await this.#client.call('POST /bridges/{bridgeId}/play/{playbackId}', {
        path: { ...playing.target, playbackId: playing.ariId },
        query,
      });
    }
    // Stopped while it was on its way, when there was nothing to stop yet.
    if (this.#playing.get(playing.id) !== playing) await this.#end(playing.ariId);
  }

  #finish(playing: Playing, reason: 'completed' | 'stopped' | 'failed', message?: string): void {
    if (!this.#forget(playing)) return;
    if (playing.leg && !playing.leg.gone && !playing.mixed) this.#onLegQuiet(playing.leg);
    const why = message === undefined ? {} : { message };
    this.#emit({ type: 'playback-finished', playbackId: playing.id, reason, ...why });
  }

  #dismiss(spyId: string): void {
    this.#tools.dismiss(spyId).catch((error: unknown) => {
      this.#log.warn({ err: error, spyId }, 'what whispered a sound could not be put away');
    });
  }

  #forget(playing: Playing): boolean {
    this.#byAriId.delete(playing.ariId);
    if (playing.spyId !== null) this.#dismiss(playing.spyId);
    // By then another one may have its id.
    return this.#playing.get(playing.id) === playing && this.#playing.delete(playing.id);
  }
}

function sameTarget(one: Playing, other: Playing): boolean {
  return one.leg === other.leg && one.roomId === other.roomId && one.mixed === other.mixed;
}
