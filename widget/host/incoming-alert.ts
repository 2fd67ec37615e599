import type { CallView } from '../../server/contract/desk.ts';
import { onPage } from '../platform/page-events.ts';
import type { Desk, DeskState } from '../live/desk.ts';
import type { PreferenceStore } from '../live/preferences.ts';
import type { Shell } from '../live/shell.ts';
import { RingTone } from './ring-tone.ts';
import { TitleFlash } from './title-flash.ts';

/** A page that may not sound for so long after it has signed in is said to be locked, ms. */
const LOCKED_MS = 2000;
const BELL = '\u260E';

/**
 * Makes an offered call noticed: ring tone, a flashing title, and when the page is hidden a notification. The browser's
 * phone only: a desk phone rings by itself. Says when the browser lets the page make no sound.
 */
export class IncomingAlert {
  readonly #preferences: PreferenceStore;
  readonly #shell: Shell;
  readonly #desk: Desk;
  readonly #tone = new RingTone(() => this.#showLocked());
  readonly #title = new TitleFlash();
  readonly #abort = new AbortController();
  readonly #unsubscribe: () => void;
  #call: CallView | null = null;
  #notification: Notification | null = null;
  #microphone: DeskState['phone']['microphone'] = 'unknown';
  #locked: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Desk, preferences: PreferenceStore, shell: Shell) {
    this.#desk = desk;
    this.#preferences = preferences;
    this.#shell = shell;
    this.#unsubscribe = desk.subscribe((state) => this.#look(state));
    const { signal } = this.#abort;
    for (const type of ['pointerdown', 'keydown']) {
      // Only once somebody is logged in: a page that shows no more than the bar opens no audio device.
      onPage(window, type, () => desk.state.session !== null && this.#tone.unlock(), {
        capture: true,
        signal,
      });
    }
    onPage(document, 'visibilitychange', () => this.#showOutside(), { signal });
    // The login click was some moments ago; the browser still counts it.
    if (navigator.userActivation?.hasBeenActive === true) this.#tone.unlock();
    this.#look(desk.state);
  }

  async dispose(): Promise<void> {
    this.#abort.abort();
    this.#unsubscribe();
    clearTimeout(this.#locked);
    this.#quiet();
    await this.#tone.close();
  }

  #look({ snapshot, connection, phone }: DeskState): void {
    // A page that has the microphone may sound (HTML, autoplay policies of browsers), if only now.
    if (phone.microphone !== this.#microphone && phone.microphone === 'ready') this.#tone.unlock();
    this.#microphone = phone.microphone;
    const mine = connection !== 'taken-over' && snapshot?.agent.device.kind === 'browser';
    this.#showLocked();
    const call = mine ? (snapshot.calls.find(({ phase }) => phase === 'offered') ?? null) : null;
    if (call?.id === this.#call?.id) return;
    this.#quiet();
    this.#call = call;
    if (call === null) return;
    const { ringVolume, ringDeviceId } = this.#preferences.state;
    if (ringVolume > 0) this.#tone.start(ringVolume, ringDeviceId);
    this.#title.start(`${BELL} ${call.name ?? call.number}`);
    this.#showOutside();
  }

  /** Somebody who waits for calls would not hear them. */
  #showLocked(): void {
    const { snapshot } = this.#desk.state;
    const waits = snapshot?.agent.device.kind === 'browser' && snapshot.agent.state !== 'signed-out';
    if (!waits || this.#tone.audible || this.#preferences.state.ringVolume === 0) {
      clearTimeout(this.#locked);
      this.#locked = undefined;
      if (this.#shell.state.soundLocked) this.#shell.setSoundLocked(false);
      return;
    }
    if (this.#locked !== undefined) return;
    this.#tone.unlock();
    this.#locked = setTimeout(() => this.#shell.setSoundLocked(!this.#tone.audible), LOCKED_MS);
  }

  /** What is seen when the page is not. */
  #showOutside(): void {
    if (this.#call === null || !document.hidden) return this.#hideOutside();
    if (this.#notification !== null) return;
    const who = this.#call.name ?? this.#call.number;
    if (window.Notification?.permission !== 'granted') return;
    this.#notification = new Notification(who, {
      body: this.#call.group?.name ?? this.#call.did ?? '',
      tag: `telebar-${this.#call.id}`,
      requireInteraction: true,
    });
    this.#notification.onclick = () => window.focus();
  }

  #hideOutside(): void {
    this.#notification?.close();
    this.#notification = null;
  }

  #quiet(): void {
    this.#tone.stop();
    this.#title.stop();
    this.#hideOutside();
    this.#call = null;
  }
}
