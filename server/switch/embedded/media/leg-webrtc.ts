import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import { agreement, type LegTransport, type Negotiated, type TransportListener } from './leg-transport.ts';
import { announcedAddresses } from './local-address.ts';
import { MediaError, type MediaConfig } from './media-engine.ts';
import { checkUdpPort, freeUdpPort } from './port-pool.ts';
import { canonicalName } from './quality.ts';
import { isRtcp } from './rtp-packet.ts';
import { answerDirection, buildDescription, parseAudio, type AudioFormat, type RemoteAudio } from './sdp.ts';

const OUR_FORMATS: readonly AudioFormat[] = [
  { codec: 'pcmu', payloadType: 0 },
  { codec: 'pcma', payloadType: 8 },
];
const OUR_EVENT = 101;
const PROTOCOL = 'UDP/TLS/RTP/SAVPF';
/** Only server-reflexive candidates can take longer than this; the call does not wait for them. */
const GATHERING_MS = 500;
const MAX_CANDIDATES = 30;
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

/** A JavaScript exception inside a native callback aborts the process: none may leave it. */
function guarded<Arguments extends unknown[]>(
  handle: (...values: Arguments) => void,
): (...values: Arguments) => void {
  return (...values) => {
    try {
      handle(...values);
    } catch (error) {
      process.stderr.write(
        `media callback failed: ${error instanceof Error ? error.stack : String(error)}\n`,
      );
    }
  };
}

/** What of libdatachannel's own description goes into ours. */
interface LocalParameters {
  ufrag: string;
  password: string;
  fingerprint: string;
  setup: string;
  reflexive: string[];
}

/** One ICE and DTLS connection. A leg has a second one while its ICE restarts. */
class Connection {
  readonly peer: PeerConnection;
  remoteUfrag: string | null = null;
  open = false;
  #track: Track | null = null;
  #gathered: Promise<void>;
  #closed = false;

  constructor(
    network: WebrtcNetwork,
    received: (packet: Buffer) => void,
    opened: () => void,
    lost: (reason: 'ice-failed' | 'dtls-closed') => void,
  ) {
    this.peer = network.connect('leg');
    this.#gathered = new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHERING_MS);
      this.peer.onGatheringStateChange(
        guarded((state: string) => {
          if (state !== 'complete') return;
          clearTimeout(timer);
          resolve();
        }),
      );
    });
    this.peer.onStateChange(
      guarded((state: string) => {
        if (this.#closed) return;
        if (state === 'failed') lost('ice-failed');
        else if (state === 'closed') lost('dtls-closed');
      }),
    );
    this.peer.onTrack(guarded((track: Track) => this.#adopt(track, received, opened)));
    this.#received = received;
    this.#opened = opened;
  }

  #received: (packet: Buffer) => void;
  #opened: () => void;

  async offer(): Promise<LocalParameters> {
    const audio = new nodeDataChannel.Audio('0', 'SendRecv');
    for (const { codec, payloadType } of OUR_FORMATS) {
      audio.addAudioCodec(payloadType, `${codec.toUpperCase()}/8000`);
    }
    audio.addAudioCodec(OUR_EVENT, 'telephone-event/8000');
    this.#adopt(this.peer.addTrack(audio), this.#received, this.#opened);
    this.peer.setLocalDescription('offer');
    return this.#parameters();
  }

  async answer(remote: RemoteAudio): Promise<LocalParameters> {
    this.accept(remote, 'offer');
    return this.#parameters();
  }

  accept(remote: RemoteAudio, type: 'offer' | 'answer'): void {
    this.remoteUfrag = remote.ufrag;
    try {
      this.peer.setRemoteDescription(filtered(remote, type), type);
    } catch (error) {
      throw new MediaError('not-acceptable', 'the description cannot be used', { cause: error });
    }
  }

  send(packet: Buffer): boolean {
    const track = this.#track;
    if (track === null || this.#closed || !this.open) return false;
    try {
      return track.sendMessageBinary(packet);
    } catch {
      // The connection closed between its check and this send; `lost` follows.
      return false;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.open = false;
    this.peer.close();
  }

  #adopt(track: Track, received: (packet: Buffer) => void, opened: () => void): void {
    this.#track = track;
    track.onMessage(
      guarded((packet: Buffer) => {
        if (!this.#closed) received(packet);
      }),
    );
    track.onOpen(
      guarded(() => {
        if (this.#closed) return;
        this.open = true;
        opened();
      }),
    );
  }

  async #parameters(): Promise<LocalParameters> {
    await this.#gathered;
    const sdp = this.peer.localDescription()?.sdp ?? '';
    const value = (name: string): string => new RegExp(`^a=${name}:(.+?)\\s*$`, 'm').exec(sdp)?.[1] ?? '';
    return {
      ufrag: value('ice-ufrag'),
      password: value('ice-pwd'),
      fingerprint: value('fingerprint'),
      setup: value('setup'),
      reflexive: [...sdp.matchAll(/^a=(candidate:.+ typ (?:srflx|relay).*?)\s*$/gm)].map(
        (match) => match[1] ?? '',
      ),
    };
  }
}

/** The far side's description reduced to what libdatachannel needs. Directions are kept out of it: we handle them. */
function filtered(remote: RemoteAudio, type: 'offer' | 'answer'): string {
  const mid = midOf(remote);
  const event = remote.telephoneEvent;
  const types = [...remote.formats.map(({ payloadType }) => payloadType), ...(event === null ? [] : [event])];
  // An active far side makes us passive: setting up from our end can stall for a second.
  const setup = type === 'offer' && remote.setup !== 'passive' ? 'active' : (remote.setup ?? 'active');
  const candidates = remote.candidates
    .filter((line) => /^candidate:\S+ 1 udp /i.test(line) && !/ \S+\.local /.test(line))
    .slice(0, MAX_CANDIDATES);
  return [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mid}`,
    `a=fingerprint:${remote.fingerprint}`,
    `m=audio 9 ${PROTOCOL} ${types.join(' ')}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=sendrecv',
    'a=rtcp-mux',
    ...remote.formats.map(({ codec, payloadType }) => `a=rtpmap:${payloadType} ${codec.toUpperCase()}/8000`),
    ...(event === null ? [] : [`a=rtpmap:${event} telephone-event/8000`]),
    `a=setup:${setup}`,
    `a=ice-ufrag:${remote.ufrag}`,
    `a=ice-pwd:${remote.password}`,
    ...candidates.map((line) => `a=${line}`),
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}

function midOf(remote: RemoteAudio): string {
  const mid = remote.lines[remote.index]?.mid ?? '0';
  return /^[\w.+-]{1,32}$/.test(mid) ? mid : '0';
}

/** A browser: ICE on the shared port, DTLS-SRTP, RTCP on the same flow. */
export class WebrtcLegTransport implements LegTransport {
  #network: WebrtcNetwork;
  #ssrc: number;
  #listener: TransportListener;
  #current: Connection | null = null;
  /** The connection of an ICE restart until it carries packets. */
  #next: Connection | null = null;
  #local: LocalParameters | null = null;
  #remote: RemoteAudio | null = null;
  #sessionId = Math.floor(Math.random() * 0x7fffffff);
  #version = 0;
  #closed = false;

  constructor(network: WebrtcNetwork, ssrc: number, listener: TransportListener) {
    this.#network = network;
    this.#ssrc = ssrc;
    this.#listener = listener;
  }

  async createOffer(): Promise<string> {
    if (this.#current === null) {
      this.#current = this.#connection();
      this.#local = await this.#current.offer();
    }
    const remote = this.#remote;
    return this.#describe({
      formats: remote === null ? OUR_FORMATS : remote.formats.slice(0, 1),
      telephoneEvent: remote === null ? OUR_EVENT : remote.telephoneEvent,
      direction: 'sendrecv' as const,
      setup: 'actpass',
      mid: remote === null ? '0' : midOf(remote),
      bundled: true,
    });
  }

  async acceptAnswer(answer: string): Promise<Negotiated> {
    const remote = this.#parse(answer);
    const current = this.#current;
    if (current === null) throw new MediaError('wrong-state', 'no offer was made');
    // The same answer comes in 183 and again in 200; the connection is made with the first.
    if (current.remoteUfrag === null) current.accept(remote, 'answer');
    else if (current.remoteUfrag !== remote.ufrag) {
      throw new MediaError('not-acceptable', 'the answer is of another far side than the one before');
    }
    this.#remote = remote;
    return agreement(remote, true);
  }

  async answerOffer(offer: string): Promise<{ answer: string; negotiated: Negotiated }> {
    const remote = this.#parse(offer);
    const known = this.#next ?? this.#current;
    const reconnecting = known !== null && known.remoteUfrag !== remote.ufrag;
    if (known === null || reconnecting) {
      const connection = this.#connection();
      const local = await connection.answer(remote).catch((error: unknown) => {
        connection.close();
        throw error;
      });
      if (this.#closed) {
        connection.close();
        throw new MediaError('no-such-leg', 'the leg was closed meanwhile');
      }
      this.#next?.close();
      if (this.#current?.open === true) {
        this.#next = connection;
      } else {
        this.#current?.close();
        this.#current = connection;
        this.#next = null;
      }
      this.#local = local;
    }
    this.#remote = remote;
    const answer = this.#describe({
      formats: remote.formats.slice(0, 1),
      telephoneEvent: remote.telephoneEvent,
      direction: answerDirection(remote),
      // RFC 8842 §5.3: the roles of a connection that goes on stay as they are.
      setup: this.#local?.setup === 'active' ? 'active' : 'passive',
      mid: remote.lines[remote.index]?.mid ?? null,
      bundled: remote.bundled,
      lines: remote.lines,
      index: remote.index,
    });
    return { answer, negotiated: { ...agreement(remote, true), reconnecting } };
  }

  sendRtp(packet: Buffer): boolean {
    return this.#current?.send(packet) ?? false;
  }

  sendRtcp(packet: Buffer): void {
    this.#current?.send(packet);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#next?.close();
    this.#current?.close();
  }

  #parse(sdp: string): RemoteAudio {
    const remote = parseAudio(sdp, 'webrtc');
    if (!remote.rtcpMux) throw new MediaError('not-acceptable', 'RTCP is not multiplexed (a=rtcp-mux)');
    return remote;
  }

  #connection(): Connection {
    const connection: Connection = new Connection(
      this.#network,
      (packet) => {
        if (isRtcp(packet)) this.#listener.rtcp(packet);
        else this.#listener.rtp(packet);
      },
      () => {
        if (connection === this.#next) {
          this.#current?.close();
          this.#current = connection;
          this.#next = null;
        }
        this.#listener.connected();
      },
      (reason) => {
        // While ICE restarts the old connection may die; a restart that fails leaves the old one, if that still lives.
        if (connection === this.#next) {
          this.#next = null;
          connection.close();
        } else if (connection === this.#current && this.#next === null) {
          this.#listener.lost(reason);
        }
      },
    );
    return connection;
  }

  #describe(
    local: Pick<
      Parameters<typeof buildDescription>[0],
      'formats' | 'telephoneEvent' | 'direction' | 'mid' | 'bundled' | 'lines' | 'index'
    > & { setup: string },
  ): string {
    const { setup, ...description } = local;
    const parameters = this.#local;
    if (parameters === null) throw new MediaError('wrong-state', 'the leg has no local description yet');
    this.#version += 1;
    return buildDescription({
      ...description,
      sessionId: this.#sessionId,
      version: this.#version,
      address: announcedAddresses(this.#network.config)[0] ?? '127.0.0.1',
      port: this.#network.port,
      rtcpPort: null,
      protocol: this.#remote?.protocol ?? PROTOCOL,
      attributes: [
        'rtcp-mux',
        `ice-ufrag:${parameters.ufrag}`,
        `ice-pwd:${parameters.password}`,
        `fingerprint:${parameters.fingerprint}`,
        `setup:${setup}`,
        'msid:telebar audio',
        `ssrc:${this.#ssrc} cname:${canonicalName('webrtc')}`,
        ...this.#network.hostCandidates(),
        ...parameters.reflexive,
        'end-of-candidates',
      ],
    });
  }
}
