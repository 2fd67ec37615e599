import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import { MediaError } from './media-engine.ts';
import type { AudioFormat, RemoteAudio } from './sdp.ts';
import type { LocalParameters, WebrtcNetwork } from './webrtc-network.ts';

export const OUR_FORMATS: readonly AudioFormat[] = [
  { codec: 'pcmu', payloadType: 0 },
  { codec: 'pcma', payloadType: 8 },
];
export const OUR_EVENT = 101;
export const PROTOCOL = 'UDP/TLS/RTP/SAVPF';
/** Only server-reflexive candidates can take longer than this; the call does not wait for them. */
const GATHERING_MS = 500;
const MAX_CANDIDATES = 30;

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

/** One ICE and DTLS connection. A leg has a second one while its ICE restarts. */
export class WebrtcConnection {
  readonly peer: PeerConnection;
  remoteUfrag: string | null = null;
  open = false;
  #track: Track | null = null;
  #gathered: Promise<void>;
  #offered: LocalParameters | null;
  #received: (packet: Buffer) => void;
  #opened: () => void;
  #closed = false;

  /** @param offered the parameters of our offer, when this is the connection that follows from it */
  constructor(
    network: WebrtcNetwork,
    offered: LocalParameters | null,
    received: (packet: Buffer) => void,
    opened: () => void,
    lost: (reason: 'ice-failed' | 'dtls-closed') => void,
  ) {
    this.#offered = offered;
    this.#received = received;
    this.#opened = opened;
    this.peer = network.connect('leg', offered !== null);
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
    this.peer.onTrack(guarded((track: Track) => this.#adopt(track)));
  }

  /**
   * Takes the far side's description and begins to connect. When it is the answer to our offer, the library learns of the
   * offer only now: its ICE agent would otherwise hear the far side's checks before the answer is here, and could complete
   * the DTLS handshake before it knows the fingerprint, which fails the connection.
   */
  async connect(remote: RemoteAudio): Promise<LocalParameters> {
    this.remoteUfrag = remote.ufrag;
    try {
      if (this.#offered === null) {
        this.peer.setRemoteDescription(filtered(remote, 'offer'), 'offer');
      } else {
        this.#offer(this.#offered, midOf(remote));
        this.peer.setRemoteDescription(filtered(remote, 'answer'), 'answer');
      }
    } catch (error) {
      throw new MediaError('not-acceptable', 'the description cannot be used', { cause: error });
    }
    return this.#parameters();
  }

  #offer({ ufrag, password }: LocalParameters, mid: string): void {
    const audio = new nodeDataChannel.Audio(mid, 'SendRecv');
    for (const { codec, payloadType } of OUR_FORMATS) {
      audio.addAudioCodec(payloadType, `${codec.toUpperCase()}/8000`);
    }
    audio.addAudioCodec(OUR_EVENT, 'telephone-event/8000');
    this.#adopt(this.peer.addTrack(audio));
    this.peer.setLocalDescription('offer', { iceUfrag: ufrag, icePwd: password });
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

  #adopt(track: Track): void {
    this.#track = track;
    track.onMessage(
      guarded((packet: Buffer) => {
        if (!this.#closed) this.#received(packet);
      }),
    );
    track.onOpen(
      guarded(() => {
        if (this.#closed) return;
        this.open = true;
        this.#opened();
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
    '',
  ].join('\r\n');
}

export function midOf(remote: RemoteAudio): string {
  const mid = remote.lines[remote.index]?.mid ?? '0';
  return /^[\w.+-]{1,32}$/.test(mid) ? mid : '0';
}
