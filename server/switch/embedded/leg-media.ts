import type { LegId, PlaybackId, RecordingId, RoomId } from '../../core/kernel/ids.ts';
import {
  type PlayRequest,
  type PlayTarget,
  type RecordRequest,
  SwitchError,
  type Voice,
} from '../../core/ports/switch.ts';
import type { LegBook } from './leg-book.ts';
import { throughMedia } from './media-failure.ts';
import { MediaError, type MediaEngine } from './media/media-engine.ts';

/** What is done with the voices of legs: the intents of the port that the media engine carries out. */
export class LegMedia {
  readonly #engine: MediaEngine;
  readonly #legs: LegBook;
  readonly #rooms = new Set<RoomId>();

  constructor(engine: MediaEngine, legs: LegBook) {
    this.#engine = engine;
    this.#legs = legs;
  }

  async openRoom(roomId: RoomId): Promise<void> {
    await throughMedia(this.#engine.openRoom(roomId));
    this.#rooms.add(roomId);
  }

  async closeRoom(roomId: RoomId): Promise<void> {
    await throughMedia(this.#engine.closeRoom(roomId));
    this.#rooms.delete(roomId);
    for (const leg of this.#legs.all()) if (leg.roomId === roomId) leg.roomId = null;
  }

  rooms(): RoomId[] {
    return [...this.#rooms];
  }

  /** The engine is gone, and everything with it. */
  allGone(): void {
    this.#rooms.clear();
  }

  async place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    const leg = await this.#legs.withMedia(legId);
    await throughMedia(this.#engine.place(legId, roomId, voice));
    leg.roomId = roomId;
  }

  async remove(legId: LegId): Promise<void> {
    const leg = this.#legs.get(legId);
    await throughMedia(this.#engine.remove(legId));
    leg.roomId = null;
  }

  async music(legId: LegId, on: boolean): Promise<void> {
    await this.#legs.withMedia(legId);
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
    const leg = this.#legs.get(legId);
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

  async #openTarget(target: PlayTarget): Promise<void> {
    if ('leg' in target) await this.#legs.withMedia(target.leg);
  }
}
