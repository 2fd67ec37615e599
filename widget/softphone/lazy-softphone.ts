import type {
  MicrophoneState,
  Softphone,
  SoftphoneAccount,
  SoftphoneEvent,
  SoftphoneState,
} from './softphone.ts';

/** What a phone shows before its code is there. */
export const NO_PHONE: SoftphoneState = {
  registration: 'stopped',
  microphone: 'unknown',
  absent: [],
  latencyMs: null,
  legs: [],
};

/** A softphone whose code is fetched when it is first needed, so that a page that only shows the bar does not load it. */
export class LazySoftphone implements Softphone {
  readonly #load: () => Promise<Softphone>;
  readonly #listeners = new Set<(event: SoftphoneEvent) => void>();
  #loading: Promise<Softphone> | null = null;
  #loaded: Softphone | null = null;

  constructor(load: () => Promise<Softphone>) {
    this.#load = load;
  }

  get state(): SoftphoneState {
    return this.#loaded?.state ?? NO_PHONE;
  }

  subscribe(listener: (event: SoftphoneEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async start(account: SoftphoneAccount): Promise<void> {
    await (await this.#get()).start(account);
  }

  async stop(): Promise<void> {
    // A download that is under way has nothing to stop yet, but what was started after it has.
    await this.#loading?.then((softphone) => softphone.stop());
  }

  async prepareMicrophone(): Promise<MicrophoneState> {
    return (await this.#get()).prepareMicrophone();
  }

  async answer(legId: string): Promise<void> {
    await (await this.#get()).answer(legId);
  }

  drop(legId: string, statusCode?: number): void {
    this.#loaded?.drop(legId, statusCode);
  }

  setMuted(legId: string, muted: boolean): void {
    this.#loaded?.setMuted(legId, muted);
  }

  async call(number: string): Promise<string> {
    return (await this.#get()).call(number);
  }

  sendDigits(legId: string, digits: string): void {
    this.#loaded?.sendDigits(legId, digits);
  }

  async selectMicrophone(deviceId: string | null): Promise<void> {
    await (await this.#get()).selectMicrophone(deviceId);
  }

  async selectOutputs(speakerId: string | null, ringId: string | null): Promise<void> {
    await (await this.#get()).selectOutputs(speakerId, ringId);
  }

  async keepMicrophone(keep: boolean): Promise<void> {
    await (await this.#get()).keepMicrophone(keep);
  }

  refresh(): void {
    this.#loaded?.refresh();
  }

  #get(): Promise<Softphone> {
    this.#loading ??= this.#load().then(
      (softphone) => {
        this.#loaded = softphone;
        softphone.subscribe((event) => {
          for (const listener of [...this.#listeners]) listener(event);
        });
        return softphone;
      },
      (error: unknown) => {
        // A broken download is tried again the next time.
        this.#loading = null;
        throw error;
      },
    );
    return this.#loading;
  }
}
