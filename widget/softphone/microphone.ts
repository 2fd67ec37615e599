import type { MicrophoneState } from './softphone.ts';

/** A permission prompt or a cold device takes a while; between calls the device is kept open this long, ms. */
const LINGER_MS = 30_000;

/**
 * The one microphone that all legs draw from. It is opened when a call may come of it and closed soon after the last one,
 * so that the browser's recording mark is off between calls but no answer waits for a cold device.
 */
export class Microphone {
  readonly #changed: () => void;
  #state: MicrophoneState = 'unknown';
  #deviceId: string | null = null;
  #warm: MediaStream | null = null;
  #opening: Promise<MediaStream> | null = null;
  /** Tracks that were handed out, one per leg. */
  readonly #taken = new Set<MediaStreamTrack>();
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get state(): MicrophoneState {
    return this.#state;
  }

  /** Opens the device and keeps it open for a moment. Never rejects. */
  async prepare(): Promise<MicrophoneState> {
    try {
      await this.#open();
    } catch {
      // The state says why; whoever wants to know looks there.
    }
    this.#closeSoon();
    return this.#state;
  }

  /** A track of its own for one leg; give it back with `release`. Rejects when there is no microphone. */
  async take(): Promise<MediaStreamTrack> {
    const [source] = (await this.#open()).getAudioTracks();
    if (source === undefined) throw new Error('The microphone has no audio.');
    const track = source.clone();
    this.#taken.add(track);
    clearTimeout(this.#linger);
    return track;
  }

  release(track: MediaStreamTrack): void {
    track.stop();
    this.#taken.delete(track);
    this.#closeSoon();
  }

  /** Uses another device from now on; legs in a call ask for a new track. Null: the system's choice. */
  select(deviceId: string | null): void {
    if (deviceId === this.#deviceId) return;
    this.#deviceId = deviceId;
    this.#close();
  }

  close(): void {
    clearTimeout(this.#linger);
    for (const track of this.#taken) track.stop();
    this.#taken.clear();
    this.#close();
  }

  #open(): Promise<MediaStream> {
    if (this.#warm?.active === true) return Promise.resolve(this.#warm);
    this.#opening ??= this.#request().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #request(): Promise<MediaStream> {
    const wanted = this.#deviceId;
    try {
      // Absent on pages that are neither https nor localhost.
      if (navigator.mediaDevices === undefined)
        throw new DOMException('No media on this origin.', 'NotAllowedError');
      const stream = await navigator.mediaDevices.getUserMedia({ audio: constraints(wanted) });
      // The choice changed while the browser was asking.
      if (wanted !== this.#deviceId) {
        stop(stream);
        return await this.#request();
      }
      this.#warm = stream;
      for (const track of stream.getTracks()) {
        // Fires when the device is unplugged or the permission is taken away, not on our own stop().
        track.addEventListener('ended', () => this.#lost(stream));
      }
      this.#set('ready');
      return stream;
    } catch (error) {
      this.#set(stateOf(error));
      throw error;
    }
  }

  #lost(stream: MediaStream): void {
    if (stream !== this.#warm) return;
    this.#warm = null;
    this.#set('missing');
  }

  #closeSoon(): void {
    clearTimeout(this.#linger);
    if (this.#taken.size > 0) return;
    this.#linger = setTimeout(() => this.#close(), LINGER_MS);
  }

  #close(): void {
    if (this.#warm !== null) stop(this.#warm);
    this.#warm = null;
  }

  #set(state: MicrophoneState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#changed();
  }
}

function constraints(deviceId: string | null): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: 1,
    // `ideal`, not `exact`: a headset that is unplugged must not make the agent unreachable.
    ...(deviceId === null ? {} : { deviceId: { ideal: deviceId } }),
  };
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Media Capture and Streams §10.6: the names of the failures of getUserMedia. */
function stateOf(error: unknown): MicrophoneState {
  const name = error instanceof DOMException ? error.name : '';
  return name === 'NotAllowedError' || name === 'SecurityError' ? 'refused' : 'missing';
}
