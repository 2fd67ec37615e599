import type {
  MicrophoneState,
  Softphone,
  SoftphoneAccount,
  SoftphoneEvent,
  SoftphoneLeg,
  SoftphoneState,
} from '../../../widget/softphone/softphone.ts';

/** A softphone without a network: registers at once, rings when the test says so. */
export class FakeSoftphone implements Softphone {
  state: SoftphoneState = {
    registration: 'stopped',
    microphone: 'unknown',
    absent: [],
    latencyMs: null,
    legs: [],
  };
  readonly accounts: SoftphoneAccount[] = [];
  readonly answered: string[] = [];
  stops = 0;
  /** What was asked of the microphone, oldest first. */
  readonly microphone: (string | null)[] = [];
  /** The switch does not know the credentials. */
  refuses = false;
  readonly #listeners = new Set<(event: SoftphoneEvent) => void>();

  subscribe(listener: (event: SoftphoneEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  set(patch: Partial<SoftphoneState>): void {
    this.state = { ...this.state, ...patch };
    this.emit({ type: 'state', state: this.state });
  }

  emit(event: SoftphoneEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  ring(legId: string, patch: Partial<SoftphoneLeg> = {}): void {
    const leg: SoftphoneLeg = {
      legId,
      callId: null,
      direction: 'incoming',
      phase: 'ringing',
      muted: false,
      remoteNumber: '13800138000',
      autoAnswer: false,
      ...patch,
    };
    this.set({ legs: [...this.state.legs, leg] });
  }

  async start(account: SoftphoneAccount): Promise<void> {
    this.accounts.push(account);
    this.set({ registration: this.refuses ? 'refused' : 'registered' });
  }

  async stop(): Promise<void> {
    this.stops += 1;
    this.set({ registration: 'stopped', legs: [] });
  }

  async prepareMicrophone(): Promise<MicrophoneState> {
    this.microphone.push('opened');
    this.set({ microphone: 'ready' });
    return 'ready';
  }

  async answer(legId: string): Promise<void> {
    this.answered.push(legId);
    this.#change(legId, { phase: 'established' });
  }

  drop(legId: string): void {
    this.set({ legs: this.state.legs.filter((leg) => leg.legId !== legId) });
  }

  setMuted(legId: string, muted: boolean): void {
    this.#change(legId, { muted });
  }

  async call(): Promise<string> {
    throw new Error('Agents dial through the server.');
  }

  sendDigits(): void {
    throw new Error('Agents send digits through the server.');
  }

  async selectMicrophone(deviceId: string | null): Promise<void> {
    this.microphone.push(deviceId);
  }
  async selectOutputs(): Promise<void> {}
  async keepMicrophone(): Promise<void> {}
  refresh(): void {}

  #change(legId: string, patch: Partial<SoftphoneLeg>): void {
    this.set({ legs: this.state.legs.map((leg) => (leg.legId === legId ? { ...leg, ...patch } : leg)) });
  }
}
