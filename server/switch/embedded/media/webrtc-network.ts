import nodeDataChannel, { type PeerConnection } from 'node-datachannel';
import { announcedAddresses } from './local-address.ts';
import type { MediaConfig } from './media-engine.ts';
import { checkUdpPort, freeUdpPort } from './port-pool.ts';

/** Type preference 126, local preference 65535, component 1 (RFC 8445 §5.1.2.1). */
const HOST_PRIORITY = 2_130_706_431;

/** What all WebRTC legs share: the one UDP port and how we are called from outside. */
export class WebrtcNetwork {
  readonly config: MediaConfig;
  #port = 0;

  constructor(config: MediaConfig) {
    this.config = config;
  }

  get port(): number {
    return this.#port;
  }

  /** @throws MediaError `no-ports` when the port is taken */
  async open(): Promise<void> {
    const { bindAddress, webrtcPort } = this.config;
    this.#port = webrtcPort === 0 ? await freeUdpPort(bindAddress) : webrtcPort;
    await checkUdpPort(bindAddress, this.#port);
  }

  connect(name: string): PeerConnection {
    const { bindAddress, iceServers } = this.config;
    return new nodeDataChannel.PeerConnection(name, {
      iceServers: [...iceServers],
      ...(bindAddress === '0.0.0.0' ? {} : { bindAddress }),
      enableIceUdpMux: true,
      portRangeBegin: this.#port,
      portRangeEnd: this.#port,
    });
  }

  hostCandidates(): string[] {
    return announcedAddresses(this.config).map(
      (address, index) =>
        `candidate:${index + 1} 1 UDP ${HOST_PRIORITY - index} ${address} ${this.#port} typ host`,
    );
  }

  close(): void {
    this.#port = 0;
  }
}

/** Frees what the native library holds; only when the process ends. */
export function releaseNative(): void {
  nodeDataChannel.cleanup();
}
