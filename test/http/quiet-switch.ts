import type {
  EndpointSpec,
  EndpointStatus,
  LiveLeg,
  Switch,
  SwitchCapabilities,
  SwitchEvent,
} from '../../server/core/ports/switch.ts';

/** A switch on which nothing ever happens: for tests of what is above call control. */
export class QuietSwitch implements Switch {
  readonly capabilities: SwitchCapabilities = {
    whisper: true,
    recordLeg: true,
    recordRoom: true,
    pauseRecording: true,
    quality: true,
    signallingPath: null,
  };
  readonly provisioned = new Map<string, EndpointSpec>();
  started = false;
  readonly #listeners = new Set<(event: SwitchEvent) => void>();

  emit(event: SwitchEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
  async start(): Promise<void> {
    this.started = true;
  }
  async stop(): Promise<void> {
    this.started = false;
  }
  subscribe(listener: (event: SwitchEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  async provision(endpoint: EndpointSpec): Promise<void> {
    this.provisioned.set(endpoint.username, endpoint);
  }
  async retire(): Promise<void> {}
  async endpoints(): Promise<EndpointStatus[]> {
    return [];
  }
  async legs(): Promise<LiveLeg[]> {
    return [];
  }
  async dial(): Promise<void> {}
  async ring(): Promise<void> {}
  async answer(): Promise<void> {}
  async reject(): Promise<void> {}
  async hangup(): Promise<void> {}
  async openRoom(): Promise<void> {}
  async closeRoom(): Promise<void> {}
  async place(): Promise<void> {}
  async remove(): Promise<void> {}
  async music(): Promise<void> {}
  async play(): Promise<void> {}
  async stopPlayback(): Promise<void> {}
  async record(): Promise<void> {}
  async pauseRecording(): Promise<void> {}
  async resumeRecording(): Promise<void> {}
  async stopRecording(): Promise<void> {}
  async sendDigits(): Promise<void> {}
}
