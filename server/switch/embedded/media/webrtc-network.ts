import { randomBytes } from 'node:crypto';
import nodeDataChannel, { type PeerConnection, type RtcConfig, type Track } from 'node-datachannel';
import { announcedAddresses } from './local-address.ts';
import type { MediaConfig } from './media-engine.ts';
import { checkUdpPort, freeUdpPort } from './port-pool.ts';
import { createDtlsCertificate, type DtlsCertificate } from './self-signed-certificate.ts';

/** Type preference 126, local preference 65535, component 1 (RFC 8445 §5.1.2.1). */
const HOST_PRIORITY = 2_130_706_431;
const CLOSING_MS = 1000;

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
  #keeper: PortKeeper | null = null;
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
    this.#keeper = new PortKeeper(this.#connection('port', { iceServers: [] }));
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
    const certificate = offered ? this.#certificate : null;
    return this.#connection(name, {
      ...(certificate === null
        ? {}
        : {
            certificatePemFile: certificate.certificatePem,
            keyPemFile: certificate.keyPem,
          }),
      iceServers: [...this.config.iceServers],
    });
  }

  hostCandidates(): string[] {
    return announcedAddresses(this.config).map(
      (address, index) =>
        `candidate:${index + 1} 1 UDP ${HOST_PRIORITY - index} ${address} ${this.#port} typ host`,
    );
  }

  async close(): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = null;
    this.#port = 0;
    await keeper?.close();
  }

  #connection(name: string, options: RtcConfig): PeerConnection {
    const { bindAddress } = this.config;
    return new nodeDataChannel.PeerConnection(name, {
      ...options,
      ...(bindAddress === '0.0.0.0' ? {} : { bindAddress }),
      enableIceUdpMux: true,
      portRangeBegin: this.#port,
      portRangeEnd: this.#port,
    });
  }
}

/**
 * The native library has the port only while it has a connection there, and ends the process when it cannot bind it again. A connection
 * to nobody keeps it from the start to the end, so that no other socket of the machine gets it between two calls.
 */
class PortKeeper {
  readonly #peer: PeerConnection;
  readonly #track: Track;

  constructor(peer: PeerConnection) {
    this.#peer = peer;
    const audio = new nodeDataChannel.Audio('0', 'SendRecv');
    audio.addAudioCodec(0, 'PCMU/8000');
    this.#track = peer.addTrack(audio);
    peer.setLocalDescription('offer');
  }

  /** The library closes in threads of its own; what frees it must not overtake them. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, CLOSING_MS);
      this.#peer.onStateChange((state) => {
        if (state !== 'closed') return;
        clearTimeout(timer);
        resolve();
      });
      this.#track.close();
      this.#peer.close();
    });
  }
}

/** Frees what the native library holds; only when the process ends. */
export function releaseNative(): void {
  nodeDataChannel.cleanup();
}
