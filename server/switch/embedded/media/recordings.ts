import type { RecordingId } from '../../../core/kernel/ids.ts';
import type { RecordRequest } from '../../../core/ports/switch.ts';
import { Leg } from './leg.ts';
import { MediaError, type MediaEvent } from './media-engine.ts';
import { LegRecorder, RoomRecorder } from './recorder.ts';
import { reroute, type Room } from './room.ts';
import { WavWriter } from './wav-writer.ts';

interface Running {
  recorder: LegRecorder | RoomRecorder;
  /** Takes the recorder away from its leg or room. */
  detach: () => void;
}

/** The recordings that run now. */
export class Recordings {
  #emit: (event: MediaEvent) => void;
  #running = new Map<RecordingId, Running>();

  constructor(emit: (event: MediaEvent) => void) {
    this.#emit = emit;
  }

  /** @param find looks the leg or room up; asked again after the file was created, because it may have ended meanwhile */
  async start({ recordingId, path, target }: RecordRequest, find: () => Leg | Room<Leg>): Promise<void> {
    if (this.#running.has(recordingId)) {
      throw new MediaError('wrong-state', `recording ${recordingId} is already running`);
    }
    find();
    const writer = await WavWriter.create(path, 'leg' in target ? 2 : 1);
    try {
      this.#attach(recordingId, writer, find());
    } catch (error) {
      await writer.finish();
      throw error;
    }
  }

  /** Without effect on one that is over. */
  pause(recordingId: RecordingId, paused: boolean): void {
    const running = this.#running.get(recordingId);
    if (running !== undefined) running.recorder.paused = paused;
  }

  /** Resolves when the file is complete. */
  async stop(recordingId: RecordingId): Promise<void> {
    const running = this.#running.get(recordingId);
    if (running === undefined) return;
    this.#running.delete(recordingId);
    running.detach();
    await running.recorder.finish();
  }

  /** Ends those of a leg or room that ends. */
  async stopAll(owner: Leg | Room<Leg>): Promise<void> {
    await Promise.all([...owner.recorders].map(({ id }) => this.stop(id)));
  }

  #attach(recordingId: RecordingId, writer: WavWriter, owner: Leg | Room<Leg>): void {
    if (owner instanceof Leg) {
      const recorder = new LegRecorder(recordingId, writer, this.#emit);
      owner.recorders.add(recorder);
      const detach = (): void => {
        owner.recorders.delete(recorder);
        reroute(owner);
      };
      this.#running.set(recordingId, { recorder, detach });
    } else {
      const recorder = new RoomRecorder(recordingId, writer, this.#emit);
      owner.recorders.add(recorder);
      const detach = (): void => {
        owner.recorders.delete(recorder);
        reroute(owner);
      };
      this.#running.set(recordingId, { recorder, detach });
    }
    reroute(owner);
  }
}
