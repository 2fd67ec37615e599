import { writeFile } from 'node:fs/promises';
import type { RecordingId } from '../../core/kernel/ids.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { type RecordRequest, SwitchError, type SwitchEvent } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { AriClient } from './ari-client.ts';
import { isGone } from './ari-error.ts';
import type { AriEvent } from './ari-types.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';
import { durationOf, stereoWav } from './pcm-wav.ts';
import type { ToolChannels } from './tool-channels.ts';

/** Asterisk begins within a frame or two; after so long its word is not waited for any more, ms. */
const BEGIN_MS = 1_000;

/** Left and right of a recorded leg. */
const SIDES = ['from', 'to'] as const;

interface Track {
  /** Name of Asterisk's recording. */
  readonly name: string;
  /** The spy that it is taken from; null for a room. */
  readonly spyId: string | null;
  over: boolean;
  failed: string | null;
  /** Resolves when Asterisk records, or will not: before, it can be neither paused nor stopped. */
  readonly begun: Promise<void>;
  readonly begins: () => void;
}

interface Recording {
  readonly id: RecordingId;
  readonly path: string;
  /** Null for a room. */
  readonly leg: AsteriskLeg | null;
  readonly tracks: Track[];
  finishing: boolean;
}

/**
 * Recordings are made by Asterisk in its own folder and fetched when they are over, so that it need not share a disk with
 * us. A leg is recorded by two spies, one for each direction, that become the two sides of one stereo file.
 */
export class Recordings {
  readonly #client: AriClient;
  readonly #tools: ToolChannels;
  readonly #clock: Clock;
  readonly #log: SwitchLog;
  readonly #emit: (event: SwitchEvent) => void;
  readonly #recordings = new Map<RecordingId, Recording>();

  constructor(parts: {
    client: AriClient;
    tools: ToolChannels;
    clock: Clock;
    log: SwitchLog;
    emit: (event: SwitchEvent) => void;
  }) {
    this.#client = parts.client;
    this.#tools = parts.tools;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#emit = parts.emit;
  }

  /** @param leg the target, or null for a room @throws AriError, SwitchError `wrong-state` */
  async start({ recordingId, path, target }: RecordRequest, leg: AsteriskLeg | null): Promise<void> {
    if (this.#recordings.has(recordingId))
      throw new SwitchError('wrong-state', `${recordingId} records already`);
    const recording: Recording = { id: recordingId, path, leg, tracks: [], finishing: false };
    this.#recordings.set(recordingId, recording);
    const query = { format: 'wav', ifExists: 'overwrite' } as const;
    try {
      if (leg === null) {
        const track = this.#track(recording, 'room', null);
        await this.#client.call('POST /bridges/{bridgeId}/record', {
          path: { bridgeId: 'room' in target ? target.room : '' },
          query: { ...query, name: track.name },
        });
        await this.#begun(recording);
        return;
      }
      const spies = await Promise.allSettled([
        this.#tools.spy(leg.channelId, { spy: 'in' }),
        this.#tools.spy(leg.channelId, { spy: 'out' }),
      ]);
      // Those that were made are put away below when another was not.
      spies.forEach((spy, side) => {
        if (spy.status === 'fulfilled') this.#track(recording, SIDES[side] ?? 'from', spy.value);
      });
      const failed = spies.find((spy) => spy.status === 'rejected');
      if (failed) throw failed.reason;
      const { tracks } = recording;
      await Promise.all(
        tracks.map(({ name, spyId }) =>
          this.#client.call('POST /channels/{channelId}/record', {
            path: { channelId: spyId ?? '' },
            query: { ...query, name },
          }),
        ),
      );
      await this.#begun(recording);
    } catch (error) {
      this.#recordings.delete(recordingId);
      await Promise.all(recording.tracks.map((track) => this.#endSpy(track)));
      throw error;
    }
  }

  async pause(recordingId: RecordingId, on: boolean): Promise<void> {
    await this.#each(recordingId, (recordingName) =>
      this.#client.call(
        on ? 'POST /recordings/live/{recordingName}/pause' : 'DELETE /recordings/live/{recordingName}/pause',
        { path: { recordingName } },
      ),
    );
  }

  async stop(recordingId: RecordingId): Promise<void> {
    await this.#each(recordingId, (recordingName) =>
      this.#client.call('POST /recordings/live/{recordingName}/stop', { path: { recordingName } }),
    );
  }

  async stopOf(leg: AsteriskLeg): Promise<void> {
    const recordings = [...this.#recordings.values()].filter((recording) => recording.leg === leg);
    await Promise.all(recordings.map(({ id }) => this.stop(id)));
  }

  take(event: AriEvent): void {
    if (
      event.type !== 'RecordingStarted' &&
      event.type !== 'RecordingFinished' &&
      event.type !== 'RecordingFailed'
    ) {
      return;
    }
    const { name, cause } = event.recording;
    for (const recording of this.#recordings.values()) {
      const track = recording.tracks.find((each) => each.name === name);
      if (!track) continue;
      track.begins();
      if (event.type === 'RecordingStarted') return;
      track.over = true;
      if (event.type === 'RecordingFailed') track.failed = cause ?? 'Asterisk could not record';
      // Told twice by an application that hears everything.
      if (recording.finishing || !recording.tracks.every(({ over }) => over)) return;
      recording.finishing = true;
      void this.#finish(recording);
      return;
    }
  }

  /** Asterisk has been away: what it recorded may have ended meanwhile, and nobody told. */
  async resync(): Promise<void> {
    for (const recording of this.#recordings.values()) {
      for (const track of recording.tracks) {
        try {
          await this.#client.call('GET /recordings/live/{recordingName}', {
            path: { recordingName: track.name },
          });
        } catch (error) {
          if (!isGone(error)) throw error;
          track.over = true;
        }
      }
      if (recording.finishing || !recording.tracks.every(({ over }) => over)) continue;
      recording.finishing = true;
      void this.#finish(recording);
    }
  }

  #track(recording: Recording, part: string, spyId: string | null): Track {
    let begins: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begins = resolve;
    });
    const name = `telebar-${recording.id}-${part}`;
    const track: Track = { name, spyId, over: false, failed: null, begun, begins };
    recording.tracks.push(track);
    return track;
  }

  async #begun({ tracks }: Recording): Promise<void> {
    let stop: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      stop = this.#clock.after(BEGIN_MS, resolve);
    });
    await Promise.race([Promise.all(tracks.map(({ begun }) => begun)), late]);
    stop();
  }

  async #each(recordingId: RecordingId, ask: (name: string) => Promise<unknown>): Promise<void> {
    const recording = this.#recordings.get(recordingId);
    if (!recording) return;
    await Promise.all(
      recording.tracks.map(async ({ name }) => {
        try {
          await ask(name);
        } catch (error) {
          if (!isGone(error)) throw error;
        }
      }),
    );
  }

  async #finish(recording: Recording): Promise<void> {
    const { id, path, tracks } = recording;
    let durationMs = 0;
    let failed = tracks.find((track) => track.failed !== null)?.failed ?? null;
    try {
      await Promise.all(tracks.map((track) => this.#endSpy(track)));
      const files = await Promise.all(tracks.map(({ name }) => this.#fetch(name)));
      const [first = Buffer.alloc(0), second] = files;
      const file = second === undefined ? first : stereoWav(first, second);
      await writeFile(path, file);
      durationMs = durationOf(file);
    } catch (error) {
      this.#log.error({ err: error, recordingId: id }, 'a recording could not be fetched');
      failed = 'the recording could not be fetched from Asterisk';
    }
    this.#recordings.delete(id);
    this.#emit({
      type: 'recording-finished',
      recordingId: id,
      path,
      durationMs,
      ...(failed === null ? {} : { failed }),
    });
  }

  async #fetch(recordingName: string): Promise<Buffer> {
    const file = await this.#client.recordingFile(recordingName);
    await this.#client.call('DELETE /recordings/stored/{recordingName}', { path: { recordingName } });
    return file;
  }

  async #endSpy({ spyId }: Track): Promise<void> {
    if (spyId !== null) await this.#tools.dismiss(spyId);
  }
}
