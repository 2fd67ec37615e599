import { createSoftphone, type Softphone, type SoftphoneEvent, type SoftphoneLeg } from '../widget/index.ts';

/** What the phone is doing, as its screen needs it. */
export interface PhoneState {
  line: 'off' | 'connecting' | 'ready' | 'lost' | 'refused' | 'displaced';
  microphone: 'unknown' | 'ready' | 'refused' | 'missing';
  leg: SoftphoneLeg | null;
  /** When the call was connected, ms since the epoch. */
  talkingSince: number | null;
  quality: { mos: number | null; roundTripMs: number | null; lossIn: number | null } | null;
  /** Cause of the last call's end, until the next one. */
  ended: string | null;
}

interface Credential {
  uri: string;
  username: string;
  password: string;
  realm: string;
  server: string;
  iceServers: { urls: string[]; username?: string | undefined; credential?: string | undefined }[];
}

export class LineRefused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A line of the outside world: asks the server for a number and speaks SIP with the widget's own softphone. */
export class PhoneLine {
  readonly #softphone: Softphone = createSoftphone();
  readonly #listeners = new Set<(state: PhoneState) => void>();
  #state: PhoneState = {
    line: 'off',
    microphone: 'unknown',
    leg: null,
    talkingSince: null,
    quality: null,
    ended: null,
  };

  constructor() {
    this.#softphone.subscribe((event) => this.#handle(event));
  }

  get state(): PhoneState {
    return this.#state;
  }

  subscribe(listener: (state: PhoneState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Rejects with `LineRefused`, or with a TypeError when no server answers. */
  async switchOn(number: string): Promise<void> {
    this.#set({ line: 'connecting' });
    try {
      const credential = await this.#askForLine(number);
      await this.#softphone.start({
        ...credential,
        server: new URL(credential.server, location.origin.replace(/^http/, 'ws')).href,
        iceServers: credential.iceServers as RTCIceServer[],
      });
    } catch (error) {
      this.#set({ line: 'off' });
      throw error;
    }
    await this.prepareMicrophone();
  }

  async switchOff(): Promise<void> {
    await this.#softphone.stop();
    this.#set({ line: 'off', leg: null, ended: null });
  }

  async prepareMicrophone(): Promise<void> {
    this.#set({ microphone: await this.#softphone.prepareMicrophone() });
  }

  async call(number: string): Promise<void> {
    this.#set({ ended: null });
    await this.#softphone.call(number);
  }

  async answer(): Promise<void> {
    if (this.#state.leg !== null) await this.#softphone.answer(this.#state.leg.legId);
  }

  hangup(): void {
    if (this.#state.leg !== null) this.#softphone.drop(this.#state.leg.legId);
  }

  decline(): void {
    // 603: the caller is told that it was refused, not that nobody was there.
    if (this.#state.leg !== null) this.#softphone.drop(this.#state.leg.legId, 603);
  }

  setMuted(muted: boolean): void {
    if (this.#state.leg !== null) this.#softphone.setMuted(this.#state.leg.legId, muted);
  }

  sendDigit(digit: string): void {
    if (this.#state.leg?.phase === 'established') this.#softphone.sendDigits(this.#state.leg.legId, digit);
  }

  async #askForLine(number: string): Promise<Credential> {
    const response = await fetch('/api/v1/demo/line', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ number }),
    });
    if (response.ok) return (await response.json()) as Credential;
    const problem = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new LineRefused(response.status, problem.detail ?? response.statusText);
  }

  #handle(event: SoftphoneEvent): void {
    switch (event.type) {
      case 'state': {
        const { registration, microphone, legs } = event.state;
        const leg = legs[0] ?? null;
        const established = leg?.phase === 'established';
        this.#set({
          line: {
            stopped: 'off' as const,
            connecting: 'connecting' as const,
            registered: 'ready' as const,
            refused: 'refused' as const,
            displaced: 'displaced' as const,
            lost: 'lost' as const,
          }[registration],
          microphone,
          leg,
          talkingSince: established ? (this.#state.talkingSince ?? Date.now()) : null,
          quality: established ? this.#state.quality : null,
          ended: leg === null ? this.#state.ended : null,
        });
        break;
      }
      case 'quality':
        this.#set({ quality: event });
        break;
      case 'leg-ended':
        this.#set({ ended: event.cause });
        break;
    }
  }

  #set(change: Partial<PhoneState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}
