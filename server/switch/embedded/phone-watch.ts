import type { Clock } from '../../core/kernel/clock.ts';
import { PHONE_KEEP_ALIVE_MS, UNHEARD_MS } from './embedded-config.ts';
import type { Binding } from './sip/registrar.ts';
import { SipHeaders } from './sip/sip-headers.ts';
import type { SipLink } from './sip/sip-link.ts';
import { PRODUCT, randomToken } from './sip/write-message.ts';

/** After an OPTIONS that nobody answered at all, the next one follows so soon, ms. */
const NEXT_TRY_MS = 1_000;

export interface PhoneListener {
  onLatency(binding: Binding, ms: number): void;
  /** It does not answer: dead without a goodbye, or cut off. Told once, until it is heard again. */
  onSilent(binding: Binding): void;
  onHeard(binding: Binding): void;
}

interface Watched {
  readonly binding: Binding;
  silent: boolean;
  stop: () => void;
}

/**
 * Asks registered phones by OPTIONS whether they are there: measures the round trip and keeps NAT bindings open. One that
 * does not answer in time is silent, and is asked on until its registration ends: a phone that was cut off comes back by
 * itself, long before it registers anew.
 */
export class PhoneWatch {
  readonly #clock: Clock;
  readonly #link: SipLink;
  readonly #listener: PhoneListener;
  readonly #phones = new Map<string, Watched>();

  constructor(clock: Clock, link: SipLink, listener: PhoneListener) {
    this.#clock = clock;
    this.#link = link;
    this.#listener = listener;
  }

  watch(binding: Binding): void {
    this.forget(binding.username);
    const watched: Watched = { binding, silent: false, stop: () => undefined };
    this.#phones.set(binding.username, watched);
    this.#ask(watched);
  }

  /** A call to it was not answered by anything. */
  suspect(username: string): void {
    const watched = this.#phones.get(username);
    if (!watched || watched.silent) return;
    watched.stop();
    this.#fellSilent(watched);
    this.#ask(watched);
  }

  isSilent(username: string): boolean {
    return this.#phones.get(username)?.silent ?? false;
  }

  forget(username: string): void {
    this.#phones.get(username)?.stop();
    this.#phones.delete(username);
  }

  close(): void {
    for (const username of [...this.#phones.keys()]) this.forget(username);
  }

  #fellSilent(watched: Watched): void {
    if (watched.silent) return;
    watched.silent = true;
    this.#listener.onSilent(watched.binding);
  }

  #ask(watched: Watched): void {
    const { binding } = watched;
    const sentAt = this.#clock.now();
    const headers = new SipHeaders([
      ['Max-Forwards', '70'],
      ['From', `<${this.#address(binding)}>;tag=${randomToken()}`],
      ['To', `<${binding.contact}>`],
      ['Call-ID', `${randomToken()}@telebar`],
      ['CSeq', '1 OPTIONS'],
      ['Contact', this.#link.contact(binding.flow)],
      ['Accept', 'application/sdp'],
      ['User-Agent', PRODUCT],
    ]);
    const current = (): boolean => this.#phones.get(binding.username) === watched;
    watched.stop = this.#clock.after(UNHEARD_MS, () => this.#fellSilent(watched));
    this.#link.send(
      { kind: 'request', method: 'OPTIONS', uri: binding.contact, headers, body: '' },
      binding.flow,
      {
        // Whatever it answers, it is there.
        onResponse: (response) => {
          if (response.status < 200 || !current()) return;
          watched.stop();
          watched.stop = this.#clock.after(PHONE_KEEP_ALIVE_MS, () => this.#ask(watched));
          this.#listener.onLatency(binding, this.#clock.now() - sentAt);
          if (!watched.silent) return;
          watched.silent = false;
          this.#listener.onHeard(binding);
        },
        onFailure: () => {
          if (!current()) return;
          watched.stop();
          this.#fellSilent(watched);
          watched.stop = this.#clock.after(NEXT_TRY_MS, () => this.#ask(watched));
        },
      },
    );
  }

  #address(binding: Binding): string {
    return this.#link.contact(binding.flow).slice(1, -1);
  }
}
