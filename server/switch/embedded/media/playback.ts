import type { PlaybackId } from '../../../core/kernel/ids.ts';
import type { AudioSource } from './audio-source.ts';

export type PlaybackEnd = 'completed' | 'stopped' | 'failed';

/** One running playback; tells its end exactly once. */
export class Playback {
  readonly id: PlaybackId;
  #source: AudioSource;
  #loop: boolean;
  #finished: (reason: PlaybackEnd, message: string | null) => void;
  #ended = false;

  /** @param finished called once; the engine unlinks the playback and reports it there */
  constructor(
    id: PlaybackId,
    source: AudioSource,
    loop: boolean,
    finished: (reason: PlaybackEnd, message: string | null) => void,
  ) {
    this.id = id;
    this.#source = source;
    this.#loop = loop;
    this.#finished = finished;
  }

  /** The frame of this tick. @returns false when it has ended with the frame before */
  read(out: Int16Array): boolean {
    if (this.#ended) return false;
    if (this.#source.read(out)) return true;
    if (this.#source.failure === null && this.#loop) {
      this.#source.rewind();
      if (this.#source.read(out)) return true;
    }
    this.end(this.#source.failure === null ? 'completed' : 'failed', this.#source.failure);
    return false;
  }

  end(reason: PlaybackEnd, message: string | null = null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#source.close();
    this.#finished(reason, message);
  }
}
