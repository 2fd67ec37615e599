import type { LegId, PlaybackId, RecordingId, RoomId } from '../../server/core/kernel/ids.ts';
import type { Clock } from '../../server/core/kernel/clock.ts';
import { type PlayRequest, type RecordRequest, SwitchError } from '../../server/core/ports/switch.ts';
import type { SwitchEvent } from '../../server/core/ports/switch.ts';

interface FakePlayback {
  readonly request: PlayRequest;
  readonly cancel: () => void;
}

interface FakeRecording {
  readonly request: RecordRequest;
  /** Since when it runs; null: it is paused. */
  since: number | null;
  durationMs: number;
}

/** How long a WAV file or a tone lasts on the fake, ms. */
const PLAY_MS = 200;

/** What the fake switch plays and records: it takes its time, and has no sound. */
export class FakeSound {
  readonly #clock: Clock;
  readonly #emit: (event: SwitchEvent) => void;
  readonly #playbacks = new Map<PlaybackId, FakePlayback>();
  readonly #recordings = new Map<RecordingId, FakeRecording>();

  constructor(clock: Clock, emit: (event: SwitchEvent) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  /** What is being played now. */
  get playing(): PlayRequest[] {
    return [...this.#playbacks.values()].map(({ request }) => request);
  }

  /** A new one replaces what is played to the same leg or room. @throws SwitchError */
  play(request: PlayRequest): void {
    const { source, playbackId, target, mixed = false } = request;
    if (source.kind === 'text') throw new SwitchError('unsupported', 'the fake does not speak');
    if (source.kind === 'file' && !source.path.endsWith('.wav')) {
      throw new SwitchError('bad-source', 'not a WAV file');
    }
    if (this.#playbacks.has(playbackId)) throw new SwitchError('wrong-state', `${playbackId} plays already`);
    for (const [id, { request: other }] of this.#playbacks) {
      if (same(other.target, target) && (other.mixed ?? false) === mixed) this.stop(id);
    }
    const ms = source.kind === 'frequency' ? source.ms : PLAY_MS;
    const cancel = request.loop
      ? () => undefined
      : this.#clock.after(ms, () => this.stop(playbackId, 'completed'));
    this.#playbacks.set(playbackId, { request, cancel });
  }

  stop(playbackId: PlaybackId, reason: 'completed' | 'stopped' = 'stopped'): void {
    const playback = this.#playbacks.get(playbackId);
    if (!playback) return;
    playback.cancel();
    this.#playbacks.delete(playbackId);
    this.#emit({ type: 'playback-finished', playbackId, reason });
  }

  record(request: RecordRequest): void {
    if (this.#recordings.has(request.recordingId)) {
      throw new SwitchError('wrong-state', `${request.recordingId} records already`);
    }
    this.#recordings.set(request.recordingId, { request, since: this.#clock.now(), durationMs: 0 });
  }

  /** Without effect on one that is over. */
  pause(recordingId: RecordingId, on: boolean): void {
    const recording = this.#recordings.get(recordingId);
    if (!recording) return;
    recording.durationMs = this.#lengthOf(recording);
    recording.since = on ? null : this.#clock.now();
  }

  stopRecording(recordingId: RecordingId): void {
    const recording = this.#recordings.get(recordingId);
    if (!recording) return;
    this.#recordings.delete(recordingId);
    const { path } = recording.request;
    this.#emit({ type: 'recording-finished', recordingId, path, durationMs: this.#lengthOf(recording) });
  }

  /** The leg or room is over, and with it what is played to it and recorded of it. */
  ended(target: { leg: LegId } | { room: RoomId }): void {
    this.#stopAt(target);
    for (const [id, { request }] of this.#recordings) {
      if (same(request.target, target)) this.stopRecording(id);
    }
  }

  #stopAt(target: PlayRequest['target']): void {
    for (const [id, { request }] of this.#playbacks) if (same(request.target, target)) this.stop(id);
  }

  #lengthOf({ since, durationMs }: FakeRecording): number {
    return durationMs + (since === null ? 0 : this.#clock.now() - since);
  }
}

function same(one: PlayRequest['target'], other: PlayRequest['target']): boolean {
  if ('leg' in one) return 'leg' in other && one.leg === other.leg;
  return 'room' in other && one.room === other.room;
}
