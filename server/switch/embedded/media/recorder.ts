import type { RecordingId } from '../../../core/kernel/ids.ts';
import type { MediaEvent } from './media-engine.ts';
import type { WavWriter } from './wav-writer.ts';

/** One running recording of a leg (stereo) or room (mono). */
class Recorder {
  readonly id: RecordingId;
  paused = false;
  #writer: WavWriter;
  #emit: (event: MediaEvent) => void;
  #finished = false;

  constructor(id: RecordingId, writer: WavWriter, emit: (event: MediaEvent) => void) {
    this.id = id;
    this.#writer = writer;
    this.#emit = emit;
  }

  protected append(left: Int16Array, right?: Int16Array): void {
    if (!this.paused && !this.#finished) this.#writer.write(left, right);
  }

  /** Closes the file and tells it; once. */
  async finish(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    const durationMs = this.#writer.durationMs;
    const failed = await this.#writer.finish();
    this.#emit({
      type: 'recording-finished',
      recordingId: this.id,
      path: this.#writer.path,
      durationMs,
      ...(failed === null ? {} : { failed }),
    });
  }
}

export class LegRecorder extends Recorder {
  /** @param said from the leg (left). @param heard to the leg (right) */
  write(said: Int16Array, heard: Int16Array): void {
    this.append(said, heard);
  }
}

export class RoomRecorder extends Recorder {
  write(mix: Int16Array): void {
    this.append(mix);
  }
}
