import type { PlaybackId } from '../../../core/kernel/ids.ts';
import type { PlayRequest, PlaySource } from '../../../core/ports/switch.ts';
import type { AudioSource } from './audio-source.ts';
import type { Leg } from './leg.ts';
import { MediaError, type MediaEvent } from './media-engine.ts';
import { Playback } from './playback.ts';
import { reroute, type Room } from './room.ts';
import { digitTones, frequencyTone, progressTone } from './tones.ts';
import { WavSource } from './wav-reader.ts';

/** The playbacks that run now: at most one per leg and room, a new one replaces the one before. */
export class Playbacks {
  #emit: (event: MediaEvent) => void;
  #running = new Map<PlaybackId, Playback>();

  constructor(emit: (event: MediaEvent) => void) {
    this.#emit = emit;
  }

  /** @param find looks the leg or room up; asked again after the file was opened, because it may have ended meanwhile */
  async start({ playbackId, source, loop }: PlayRequest, find: () => Leg | Room<Leg>): Promise<void> {
    if (this.#running.has(playbackId)) {
      throw new MediaError('wrong-state', `playback ${playbackId} is already running`);
    }
    find();
    const audio = await openSource(source);
    let owner: Leg | Room<Leg>;
    try {
      owner = find();
    } catch (error) {
      audio.close();
      throw error;
    }
    owner.playback?.end('stopped');
    const playback = new Playback(playbackId, audio, loop === true, (reason, message) => {
      this.#running.delete(playbackId);
      owner.playback = null;
      reroute(owner);
      this.#emit({
        type: 'playback-finished',
        playbackId,
        reason,
        ...(message === null ? {} : { message }),
      });
    });
    this.#running.set(playbackId, playback);
    owner.playback = playback;
    reroute(owner);
  }

  stop(playbackId: PlaybackId): void {
    this.#running.get(playbackId)?.end('stopped');
  }
}

async function openSource(source: PlaySource): Promise<AudioSource> {
  switch (source.kind) {
    case 'file':
      return WavSource.open(source.path);
    case 'tone':
      return progressTone(source.tone);
    case 'frequency':
      return frequencyTone(source.hz, source.ms);
    case 'digits':
      return digitTones(source.digits);
    case 'text':
      throw new MediaError('unsupported', 'this switch does not speak');
    default:
      return source satisfies never;
  }
}
