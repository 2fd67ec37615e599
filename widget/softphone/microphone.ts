import { isThere, openMicrophone } from './open-microphone.ts';
import type { MicrophoneState } from './softphone.ts';

/** The device is kept open so long after its last use, so that one call may follow the other, ms. */
const LINGER_MS = 1500;

const VOICE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: 1,
};

export interface MicrophoneUser {
  changed: () => void;
  /** Another device gives the voice from now on: calls in progress take a new track. */
  replaced: () => void;
  /** While a leg rings or talks, the device stays open: no answer waits for a cold one. */
  inUse: () => boolean;
}

/**
 * The one microphone that all legs draw from. It is opened when a call may come of it and closed after the last one, so
 * that the browser's recording mark is off between calls and a wireless headset goes back to good sound.
 */
export class Microphone {
  readonly #user: MicrophoneUser;
  #state: MicrophoneState = 'unknown';
  #substituted = false;
  #deviceId: string | null = null;
  #kept = false;
  #warm: MediaStream | null = null;
  #opening: Promise<MediaStream> | null = null;
  /** Tracks that were handed out, one per leg. */
  readonly #taken = new Set<MediaStreamTrack>();
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(user: MicrophoneUser) {
    this.#user = user;
  }

  get state(): MicrophoneState {
    return this.#state;
  }

  /** The chosen device cannot be used; the system's stands in. */
  get substituted(): boolean {
    return this.#substituted;
  }

  /** Opens the device and keeps it open for a moment. Never rejects. */
  async prepare(): Promise<MicrophoneState> {
    try {
      await this.#open();
    } catch {
      // The state says why; whoever wants to know looks there.
    }
    this.settle();
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
    this.settle();
  }

  /** Uses another device from now on; legs in a call ask for a new track. Null: the system's choice. */
  select(deviceId: string | null): void {
    if (deviceId === this.#deviceId) return;
    this.#deviceId = deviceId;
    this.#close();
    if (deviceId === null) this.#set(this.#state, false);
    // The other one may do.
    if (this.#isBad) void this.prepare();
  }

  /** Whether it stays open between calls. */
  keep(kept: boolean): void {
    this.#kept = kept;
    this.settle();
  }

  /** Something was plugged in or out. */
  async devicesChanged(): Promise<void> {
    if (this.#isBad) {
      if ((await this.prepare()) === 'ready') this.#user.replaced();
    } else if (this.#deviceId !== null && this.#state === 'ready') {
      const absent = !(await isThere('audioinput', this.#deviceId));
      if (absent === this.#substituted) return;
      this.#set(this.#state, absent);
      // Back again: what stood in is let go.
      if (absent) return;
      this.#close();
      this.#user.replaced();
    }
  }

  close(): void {
    clearTimeout(this.#linger);
    for (const track of this.#taken) track.stop();
    this.#taken.clear();
    this.#close();
  }

  /** Closes the device soon unless somebody uses it. */
  settle(): void {
    clearTimeout(this.#linger);
    if (this.#kept || this.#taken.size > 0 || this.#user.inUse()) return;
    this.#linger = setTimeout(() => this.#close(), LINGER_MS);
  }

  get #isBad(): boolean {
    return this.#state === 'missing' || this.#state === 'refused';
  }

  #open(): Promise<MediaStream> {
    if (this.#warm?.active === true) return Promise.resolve(this.#warm);
    this.#opening ??= this.#request().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #request(): Promise<MediaStream> {
    const wanted = this.#deviceId;
    try {
      const { stream, substituted } = await openMicrophone(wanted, VOICE);
      // The choice changed while the browser was asking.
      if (wanted !== this.#deviceId) {
        stop(stream);
        return await this.#request();
      }
      this.#warm = stream;
      for (const track of stream.getTracks()) {
        // Fires when the device is unplugged or the permission is taken away, not on our own stop().
        track.addEventListener('ended', () => void this.#lost(stream));
      }
      this.#set('ready', substituted);
      return stream;
    } catch (error) {
      if (wanted !== this.#deviceId) return this.#request();
      this.#set(stateOf(error), false);
      throw error;
    }
  }

  /** Another device may stand in at once. */
  async #lost(stream: MediaStream): Promise<void> {
    if (stream !== this.#warm) return;
    this.#warm = null;
    if ((await this.prepare()) === 'ready') this.#user.replaced();
  }

  #close(): void {
    if (this.#warm !== null) stop(this.#warm);
    this.#warm = null;
  }

  #set(state: MicrophoneState, substituted: boolean): void {
    if (state === this.#state && substituted === this.#substituted) return;
    this.#state = state;
    this.#substituted = substituted;
    this.#user.changed();
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Media Capture and Streams §10.6: the names of the failures of getUserMedia. */
function stateOf(error: unknown): MicrophoneState {
  const name = error instanceof DOMException ? error.name : '';
  return name === 'NotAllowedError' || name === 'SecurityError' ? 'refused' : 'missing';
}
