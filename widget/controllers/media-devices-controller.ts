import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface DeviceList {
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

/** Labels are empty until the microphone has been allowed; empty lists where the browser has no such interface. */
export async function listDevices(): Promise<DeviceList> {
  // Absent on pages that are neither https nor localhost.
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return {
    microphones: devices.filter((device) => device.kind === 'audioinput'),
    speakers: devices.filter((device) => device.kind === 'audiooutput'),
  };
}

/** The microphones and speakers of this computer, kept up to date while the element is on the page. */
export class MediaDevicesController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #list: DeviceList = { microphones: [], speakers: [] };
  #abort: AbortController | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get list(): DeviceList {
    return this.#list;
  }

  /** Whether this browser can play on a chosen device at all. */
  get canSelectSpeaker(): boolean {
    return 'setSinkId' in HTMLMediaElement.prototype;
  }

  hostConnected(): void {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#read(signal), { signal });
    void this.#read(signal);
  }

  hostDisconnected(): void {
    this.#abort?.abort();
    this.#abort = null;
  }

  async #read(signal: AbortSignal): Promise<void> {
    const list = await listDevices();
    if (signal.aborted) return;
    this.#list = list;
    this.#host.requestUpdate();
  }
}
