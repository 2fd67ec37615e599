import { randomBytes } from 'node:crypto';
import nodeDataChannel, { type PeerConnection } from 'node-datachannel';
import { announcedAddresses } from './local-address.ts';
import type { MediaConfig } from './media-engine.ts';
import { checkUdpPort, freeUdpPort } from './port-pool.ts';
import { createDtlsCertificate, type DtlsCertificate } from './self-signed-certificate.ts';

/** Type preference 126, local preference 65535, component 1 (RFC 8445 §5.1.2.1). */
const HOST_PRIORITY = 2_130_706_431;

/** ICE and DTLS parameters of our side. */
export interface LocalParameters {
  ufrag: string;
  password: string;
  /** As in `a=fingerprint`. */
  fingerprint: string;
  /** `passive` or `active`. */
  setup: string;
  /** Server-reflexive and relay candidates. */
  reflexive: string[];
}

/** What all WebRTC legs share: the one UDP port and how we are called from outside. */
export class WebrtcNetwork {
  readonly config: MediaConfig;
  #port = 0;
  #certificate: DtlsCertificate | null = null;

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

  /** Parameters of an offer, made before there is a connection that has them. */
  identity(): LocalParameters {
    this.#certificate ??= createDtlsCertificate();
    return {
      ufrag: randomBytes(6).toString('base64'),
      password: randomBytes(18).toString('base64'),
      fingerprint: this.#certificate.fingerprint,
      setup: 'passive',
      reflexive: [],
    };
  }

  /** @param offered the connection will have an `identity`: the shared certificate, and credentials that are set later */
  connect(name: string, offered: boolean): PeerConnection {
    const { bindAddress, iceServers } = this.config;
    const certificate = offered ? this.#certificate : null;
    return new nodeDataChannel.PeerConnection(name, {
      ...(certificate === null
        ? {}
        : {
            certificatePemFile: certificate.certificatePem,
            keyPemFile: certificate.keyPem,
          }),
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
