import type { Clock } from '../../../core/kernel/clock.ts';
import type { Flow } from './flow.ts';
import type { InboundRequest } from './sip-message.ts';
import { parseNameAddress } from './sip-uri.ts';
import type { ResponseParts } from './write-message.ts';

/** Where an address of record can be reached now. */
export interface Binding {
  /** The user part that registered. */
  readonly username: string;
  /** The Contact's URI as it came: the Request-URI of calls to it. */
  readonly contact: string;
  /**
   * Changes when the user agent is a new one (a reloaded page, a restarted phone) and stays over a reconnect: RFC 3261
   * §10.2 has one Call-ID for all registrations of one boot.
   */
  readonly instance: string;
  readonly flow: Flow;
  readonly userAgent: string;
  readonly expiresAt: number;
  readonly cseq: number;
}

export type RegistrarEvent =
  /** New, or by another user agent or on another way than before. */
  | { readonly type: 'bound'; readonly binding: Binding }
  | {
      readonly type: 'unbound';
      readonly binding: Binding;
      readonly reason: 'unregistered' | 'expired' | 'lost' | 'displaced';
    };

export interface ExpiryRange {
  readonly min: number;
  readonly max: number;
  readonly standard: number;
}

/**
 * Registrations (RFC 3261 §10.3) with one contact per user: the newest wins and the one before is told to the listener.
 * The caller has authenticated the request.
 */
export class Registrar {
  readonly #clock: Clock;
  readonly #expiry: ExpiryRange;
  readonly #listener: (event: RegistrarEvent) => void;
  readonly #bindings = new Map<string, Binding>();
  readonly #byFlow = new Map<string, Set<Binding>>();
  readonly #timers = new Map<string, () => void>();

  /** `expiry` in seconds. */
  constructor(clock: Clock, expiry: ExpiryRange, listener: (event: RegistrarEvent) => void) {
    this.#clock = clock;
    this.#expiry = expiry;
    this.#listener = listener;
  }

  find(username: string): Binding | null {
    return this.#bindings.get(username) ?? null;
  }

  /** The user who registered over this flow (WebSocket), or from this address and port (UDP). */
  ofFlow(flow: Flow): Binding | null {
    for (const binding of this.#byFlow.get(flow.id) ?? []) return binding;
    return null;
  }

  /** Handles an authenticated REGISTER of `username`; `limitMs` is how long its credential still lives. */
  register(
    request: InboundRequest,
    username: string,
    limitMs: number,
  ): { status: number; parts: ResponseParts } {
    const contacts = request.headers.list('contact');
    const header = request.headers.get('expires');
    const before = this.#bindings.get(username) ?? null;
    // A late or repeated request must not undo a newer one (RFC 3261 §10.3 item 7).
    if (before?.instance === request.callId && request.cseq.number <= before.cseq) {
      return { status: 500, parts: { reason: 'CSeq Out of Order', headers: [['Retry-After', '1']] } };
    }
    if (contacts.includes('*')) {
      if (contacts.length > 1 || Number(header) !== 0 || header === undefined) {
        return { status: 400, parts: { reason: 'Contact * needs Expires 0' } };
      }
      if (before) this.unbind(username, 'unregistered');
      return this.#listing(username);
    }
    const text = contacts[0];
    if (text === undefined) return this.#listing(username);
    const contact = parseNameAddress(text);
    if (!contact?.uri) return { status: 400, parts: { reason: 'Malformed Contact' } };
    const wanted = seconds(contact.params.get('expires')) ?? seconds(header) ?? this.#expiry.standard;
    if (wanted === 0) {
      if (before && (before.contact === contact.uriText || before.instance === request.callId)) {
        this.unbind(username, 'unregistered');
      }
      return this.#listing(username);
    }
    if (wanted < this.#expiry.min) {
      return { status: 423, parts: { headers: [['Min-Expires', String(this.#expiry.min)]] } };
    }
    const granted = Math.max(1, Math.min(wanted, this.#expiry.max, Math.floor(limitMs / 1000)));
    this.#bind(before, {
      username,
      contact: contact.uriText,
      instance: request.callId,
      flow: request.flow,
      userAgent: (request.headers.get('user-agent') ?? '').slice(0, 200),
      expiresAt: this.#clock.now() + granted * 1000,
      cseq: request.cseq.number,
    });
    return this.#listing(username);
  }

  unbind(username: string, reason: 'unregistered' | 'expired' | 'lost'): void {
    const binding = this.#bindings.get(username);
    if (!binding) return;
    this.#forget(username);
    this.#listener({ type: 'unbound', binding, reason });
  }

  onFlowClosed(flow: Flow): void {
    for (const binding of [...(this.#byFlow.get(flow.id) ?? [])]) this.unbind(binding.username, 'lost');
  }

  /** Forgets everything without a word. */
  close(): void {
    for (const username of [...this.#bindings.keys()]) this.#forget(username);
  }

  #bind(before: Binding | null, binding: Binding): void {
    this.#forget(binding.username);
    this.#bindings.set(binding.username, binding);
    const here = this.#byFlow.get(binding.flow.id) ?? new Set();
    this.#byFlow.set(binding.flow.id, here.add(binding));
    this.#timers.set(
      binding.username,
      this.#clock.after(binding.expiresAt - this.#clock.now(), () =>
        this.unbind(binding.username, 'expired'),
      ),
    );
    const same = before?.instance === binding.instance && before.flow.id === binding.flow.id;
    if (before && before.instance !== binding.instance) {
      this.#listener({ type: 'unbound', binding: before, reason: 'displaced' });
    }
    if (!same) this.#listener({ type: 'bound', binding });
  }

  #forget(username: string): void {
    this.#timers.get(username)?.();
    this.#timers.delete(username);
    const binding = this.#bindings.get(username);
    if (!binding) return;
    this.#bindings.delete(username);
    const here = this.#byFlow.get(binding.flow.id);
    here?.delete(binding);
    if (here?.size === 0) this.#byFlow.delete(binding.flow.id);
  }

  #listing(username: string): { status: number; parts: ResponseParts } {
    const binding = this.#bindings.get(username);
    const date: readonly [string, string] = ['Date', new Date(this.#clock.now()).toUTCString()];
    if (!binding) return { status: 200, parts: { headers: [date] } };
    const left = Math.max(1, Math.round((binding.expiresAt - this.#clock.now()) / 1000));
    return { status: 200, parts: { headers: [['Contact', `<${binding.contact}>;expires=${left}`], date] } };
  }
}

/** A malformed number counts as none (RFC 3261 §20.19 leaves the default). */
function seconds(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;
}
