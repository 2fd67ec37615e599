import { agreement, type LegTransport, type Negotiated, type TransportListener } from './leg-transport.ts';
import { announcedAddresses } from './local-address.ts';
import { MediaError } from './media-engine.ts';
import { canonicalName } from './quality.ts';
import { isRtcp } from './rtp-packet.ts';
import { answerDirection, buildDescription, parseAudio, type RemoteAudio } from './sdp.ts';
import { midOf, OUR_EVENT, OUR_FORMATS, PROTOCOL, WebrtcConnection } from './webrtc-connection.ts';
import type { LocalParameters, WebrtcNetwork } from './webrtc-network.ts';

/** A browser: ICE on the shared port, DTLS-SRTP, RTCP on the same flow. */
export class WebrtcLegTransport implements LegTransport {
  #network: WebrtcNetwork;
  #ssrc: number;
  #listener: TransportListener;
  #current: WebrtcConnection | null = null;
  /** The connection of an ICE restart until it carries packets. */
  #next: WebrtcConnection | null = null;
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

  /** The connection itself is made when the answer is here. */
  async createOffer(): Promise<string> {
    this.#local ??= this.#network.identity();
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
    const known = this.#next ?? this.#current;
    // The same answer comes in 183 and again in 200; the connection is made with the first.
    if (known !== null) {
      if (known.remoteUfrag !== remote.ufrag) {
        throw new MediaError('not-acceptable', 'the answer is of another far side than the one before');
      }
    } else if (this.#local === null) {
      throw new MediaError('wrong-state', 'no offer was made');
    } else {
      const connection = this.#connection(this.#local);
      this.#current = connection;
      this.#local = await connection.connect(remote);
    }
    this.#remote = remote;
    return agreement(remote, true);
  }

  async answerOffer(offer: string): Promise<{ answer: string; negotiated: Negotiated }> {
    const remote = this.#parse(offer);
    const known = this.#next ?? this.#current;
    const reconnecting = known !== null && known.remoteUfrag !== remote.ufrag;
    if (known === null || reconnecting) {
      const connection = this.#connection(null);
      const local = await connection.connect(remote).catch((error: unknown) => {
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

  #connection(offered: LocalParameters | null): WebrtcConnection {
    const connection: WebrtcConnection = new WebrtcConnection(
      this.#network,
      offered,
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
      ],
    });
  }
}
