import type { CallView } from '../../server/contract/desk.ts';
import { onPage } from '../platform/page-events.ts';
import type { Desk, DeskState } from '../store/desk.ts';
import type { PreferenceStore } from '../store/preferences.ts';
import { RingTone } from './ring-tone.ts';

const FLASH_MS = 1000;
const BELL = '\u260E';

/**
 * Makes an offered call noticed: ring tone, and when the page is hidden a notification and a flashing title. The browser's
 * phone only: a desk phone rings by itself.
 */
export class IncomingAlert {
  readonly #preferences: PreferenceStore;
  readonly #tone = new RingTone();
  readonly #abort = new AbortController();
  readonly #unsubscribe: () => void;
  #call: CallView | null = null;
  #notification: Notification | null = null;
  #flash: ReturnType<typeof setInterval> | undefined;
  #title = '';

  constructor(desk: Desk, preferences: PreferenceStore) {
    this.#preferences = preferences;
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
    this.#quiet();
    await this.#tone.close();
  }

  #look({ snapshot, connection }: DeskState): void {
    const mine = connection !== 'taken-over' && snapshot?.agent.device.kind === 'browser';
    const call = mine ? (snapshot.calls.find(({ phase }) => phase === 'offered') ?? null) : null;
    if (call?.id === this.#call?.id) return;
    this.#quiet();
    this.#call = call;
    if (call === null) return;
    const { ringVolume, ringDeviceId } = this.#preferences.state;
    if (ringVolume > 0) this.#tone.start(ringVolume, ringDeviceId);
    this.#showOutside();
  }

  /** What is seen when the page is not. */
  #showOutside(): void {
    if (this.#call === null || !document.hidden) return this.#hideOutside();
    if (this.#flash !== undefined) return;
    const who = this.#call.name ?? this.#call.number;
    this.#title = document.title;
    let shown = false;
    this.#flash = setInterval(() => {
      shown = !shown;
      document.title = shown ? `${BELL} ${who}` : this.#title;
    }, FLASH_MS);
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
    if (this.#flash === undefined) return;
    clearInterval(this.#flash);
    this.#flash = undefined;
    document.title = this.#title;
  }

  #quiet(): void {
    this.#tone.stop();
    this.#hideOutside();
    this.#call = null;
  }
}
