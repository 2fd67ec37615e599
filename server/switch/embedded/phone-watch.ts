import type { Clock } from '../../core/ports/clock.ts';
import { PHONE_KEEP_ALIVE_MS } from './embedded-config.ts';
import type { Binding } from './sip/registrar.ts';
import { SipHeaders } from './sip/sip-headers.ts';
import type { SipLink } from './sip/sip-link.ts';
import { PRODUCT, randomToken } from './sip/write-message.ts';

interface Watched {
  readonly binding: Binding;
  stop: () => void;
}

/** Asks registered phones by OPTIONS whether they are there: measures the round trip and keeps NAT bindings open. */
export class PhoneWatch {
  readonly #clock: Clock;
  readonly #link: SipLink;
  readonly #onLatency: (binding: Binding, ms: number) => void;
  readonly #onLost: (binding: Binding) => void;
  readonly #phones = new Map<string, Watched>();

  constructor(
    clock: Clock,
    link: SipLink,
    onLatency: (binding: Binding, ms: number) => void,
    onLost: (binding: Binding) => void,
  ) {
    this.#clock = clock;
    this.#link = link;
    this.#onLatency = onLatency;
    this.#onLost = onLost;
  }

  watch(binding: Binding): void {
    this.forget(binding.username);
    const watched: Watched = { binding, stop: () => undefined };
    this.#phones.set(binding.username, watched);
    this.#ask(watched);
  }

  forget(username: string): void {
    this.#phones.get(username)?.stop();
    this.#phones.delete(username);
  }

  close(): void {
    for (const username of [...this.#phones.keys()]) this.forget(username);
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
    this.#link.send(
      { kind: 'request', method: 'OPTIONS', uri: binding.contact, headers, body: '' },
      binding.flow,
      {
        // Whatever it answers, it is there.
        onResponse: (response) => {
          if (response.status < 200 || !current()) return;
          this.#onLatency(binding, this.#clock.now() - sentAt);
          watched.stop = this.#clock.after(PHONE_KEEP_ALIVE_MS, () => this.#ask(watched));
        },
        onFailure: () => {
          if (current()) this.#onLost(binding);
        },
      },
    );
  }

  #address(binding: Binding): string {
    return this.#link.contact(binding.flow).slice(1, -1);
  }
}
