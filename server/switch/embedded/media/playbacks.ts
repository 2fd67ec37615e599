import type { PlaybackId } from '../../../core/kernel/ids.ts';
import type { PlayRequest, PlaySource } from '../../../core/ports/switch.ts';
import type { AudioSource } from './audio-source.ts';
import type { Leg } from './leg.ts';
import { MediaError, type MediaEvent } from './media-engine.ts';
import { Playback } from './playback.ts';
import { reroute, type Room } from './room.ts';
import { digitTones, frequencyTone, progressTone } from './tones.ts';
import { WavSource } from './wav-reader.ts';

/** The playbacks that run now: at most one per leg and room, and one beside it of a leg; a new one replaces the one before. */
export class Playbacks {
  #emit: (event: MediaEvent) => void;
  #running = new Map<PlaybackId, Playback>();

  constructor(emit: (event: MediaEvent) => void) {
    this.#emit = emit;
  }

  /** @param find looks the leg or room up; asked again after the file was opened, because it may have ended meanwhile */
  async start({ playbackId, source, loop, mixed }: PlayRequest, find: () => Leg | Room<Leg>): Promise<void> {
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
    const slot = slotOf(owner, mixed === true);
    slot.get()?.end('stopped');
    const playback = new Playback(playbackId, audio, loop === true, (reason, message) => {
      this.#running.delete(playbackId);
      slot.set(null);
      reroute(owner);
      this.#emit({
        type: 'playback-finished',
        playbackId,
        reason,
        ...(message === null ? {} : { message }),
      });
    });
    this.#running.set(playbackId, playback);
    slot.set(playback);
    reroute(owner);
  }

  stop(playbackId: PlaybackId): void {
    this.#running.get(playbackId)?.end('stopped');
  }
}

interface Slot {
  get(): Playback | null;
  set(playback: Playback | null): void;
}

function slotOf(owner: Leg | Room<Leg>, mixed: boolean): Slot {
  if (!mixed) return { get: () => owner.playback, set: (playback) => (owner.playback = playback) };
  if (!('overlay' in owner))
    throw new MediaError('unsupported', 'only to a leg sound is played beside others');
  return { get: () => owner.overlay, set: (playback) => (owner.overlay = playback) };
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
