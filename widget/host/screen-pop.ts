import { stringify } from '../platform/platform.ts';
import type { Customer } from '../../server/contract/customer.ts';
import type { CallView } from '../../server/contract/desk.ts';
import { ScreenPopEvent } from '../events/screen-pop.ts';
import type { Desk, DeskState } from '../live/desk.ts';
import type { KeyValueStorage } from '../live/preferences.ts';
import type { ContactMatch, Shell } from '../live/shell.ts';
import { popUrl } from './pop-url.ts';
import type { Stamp } from './stamp.ts';

export interface ScreenPopOptions {
  mode: 'panel' | 'event' | 'url';
  urlTemplate: string;
  /** Whether a page that shows nothing of Telebar's asks: whatever the team says, it only hears the event. */
  headless?: boolean;
  /** Keeps what has popped over a reload. */
  storage: KeyValueStorage | null;
  findCustomers: (number: string) => Promise<Customer[]>;
  onContactMatch: ((number: string) => Promise<ContactMatch | null>) | undefined;
  /** Dispatches on the bar; false when the host page has prevented it. */
  dispatch: (event: Event) => boolean;
  openWindow?: (url: string) => boolean;
}

const KEY = 'telebar.popped';
/** Older ones are forgotten; a call does not come back after so many others. */
const MOST_REMEMBERED = 50;
/** The pop does not wait longer for the customer; the panel looks the number up by itself. */
const CUSTOMER_LIMIT_MS = 1000;
const CONTACT_LIMIT_MS = 2000;

/** Pops once per call, also when the page is reloaded in the middle of it. */
export class ScreenPop {
  readonly #shell: Shell;
  readonly #stamp: Stamp;
  readonly #options: ScreenPopOptions;
  /** Whether Telebar's own panel shows the call, by call id. */
  readonly #popped: Map<string, boolean>;
  readonly #unsubscribes: (() => void)[];
  #disposed = false;

  constructor(desk: Desk, shell: Shell, stamp: Stamp, options: ScreenPopOptions) {
    this.#shell = shell;
    this.#stamp = stamp;
    this.#options = options;
    this.#popped = this.#remembered();
    this.#unsubscribes = [
      desk.subscribe((state) => this.#look(state)),
      // The agent has closed it: it stays closed after a reload.
      shell.subscribe(({ pop }) => {
        for (const [id, open] of this.#popped) {
          if (open && pop?.call.id !== id) this.#note(id, false);
        }
      }),
    ];
    this.#look(desk.state);
  }

  dispose(): void {
    this.#disposed = true;
    for (const unsubscribe of this.#unsubscribes) unsubscribe();
  }

  #look({ snapshot }: DeskState): void {
    for (const call of snapshot?.calls ?? []) {
      const shown = this.#shell.state.pop?.call;
      // The panel goes on showing the call as it is now, and as it was when it is over.
      if (shown?.id === call.id && shown !== call) this.#shell.pop(call);
      if (!pops(call)) continue;
      if (!this.#popped.has(call.id)) void this.#pop(call);
      else if (this.#popped.get(call.id) === true && shown === undefined) this.#shell.pop(call);
    }
  }

  async #pop(call: CallView): Promise<void> {
    this.#note(call.id, false);
    void this.#askHost(call.number);
    const customers = await this.#customers(call.number);
    if (this.#disposed) return;
    const event = new ScreenPopEvent({ ...this.#stamp(`${call.id}/screen-pop`), call, customers });
    const allowed = this.#options.dispatch(event);
    const { mode, urlTemplate } = (!this.#options.headless && call.pop) || this.#options;
    if (!allowed || mode === 'event') return;
    if (mode === 'url' && this.#openUrl(urlTemplate, call, customers[0] ?? null)) return;
    // The panel also stands in for a window that the browser has blocked.
    this.#shell.pop(call);
    this.#note(call.id, true);
  }

  #openUrl(template: string, call: CallView, customer: Customer | null): boolean {
    const url = popUrl(template, call, customer);
    if (url === null) {
      console.warn(`Telebar: "${template}" is not a web address.`);
      return false;
    }
    return (this.#options.openWindow ?? openWindow)(url);
  }

  async #customers(number: string): Promise<Customer[]> {
    if (number === '') return [];
    try {
      return await within(CUSTOMER_LIMIT_MS, this.#options.findCustomers(number));
    } catch {
      // Not in time, or the server cannot say: an unknown caller is popped as well.
      return [];
    }
  }

  async #askHost(number: string): Promise<void> {
    const { onContactMatch } = this.#options;
    if (onContactMatch === undefined || number === '') return;
    try {
      const contact = await within(CONTACT_LIMIT_MS, onContactMatch(number));
      if (contact !== null && !this.#disposed) this.#shell.setContact(number, contact);
    } catch (error) {
      console.warn('Telebar: onContactMatch gave no answer in two seconds', error);
    }
  }

  #remembered(): Map<string, boolean> {
    try {
      const kept: unknown = JSON.parse(this.#options.storage?.getItem(KEY) ?? '[]');
      if (!Array.isArray(kept)) return new Map();
      return new Map(
        kept.filter((item): item is [string, boolean] => Array.isArray(item) && item.length === 2),
      );
    } catch {
      // Blocked or damaged: the page pops as one that has just been opened.
      return new Map();
    }
  }

  #note(callId: string, open: boolean): void {
    this.#popped.delete(callId);
    this.#popped.set(callId, open);
    for (const [oldest] of this.#popped) {
      if (this.#popped.size <= MOST_REMEMBERED) break;
      this.#popped.delete(oldest);
    }
    try {
      this.#options.storage?.setItem(KEY, stringify([...this.#popped]));
    } catch {
      // Without storage a reload pops the call in progress once more.
    }
  }
}

/** Queue and direct calls when they are offered, calls out when they are dialled, unless the team waits for the answer; colleagues do not pop. */
function pops({ direction, phase, pop, answeredAt }: CallView): boolean {
  return direction !== 'internal' && phase !== 'ended' && (!pop?.onAnswer || answeredAt !== null);
}

function openWindow(url: string): boolean {
  // One window for all pops; a `noopener` window would be reported as blocked.
  const opened = window.open(url, 'telebar-screen-pop');
  if (opened === null) return false;
  opened.focus();
  return true;
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error(`No answer in ${ms} ms.`)), ms);
  });
  return Promise.race([promise, late]);
}
