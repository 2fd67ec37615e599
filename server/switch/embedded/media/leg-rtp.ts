import type { RemoteInfo } from 'node:dgram';
import { isIP } from 'node:net';
import { agreement, type LegTransport, type Negotiated, type TransportListener } from './leg-transport.ts';
import type { PortPair } from './port-pool.ts';
import { emptyHeader, isRtcp, readRtp } from './rtp-packet.ts';
import { RtpSource, type Place } from './rtp-source.ts';
import {
  answerDirection,
  buildDescription,
  DescriptionError,
  parseAudio,
  type AudioFormat,
  type LocalAudio,
  type RemoteAudio,
} from './sdp.ts';

const OUR_FORMATS: readonly AudioFormat[] = [
  { codec: 'pcmu', payloadType: 0 },
  { codec: 'pcma', payloadType: 8 },
];
const OUR_EVENT = 101;
/** Payload type of comfort noise (RFC 3389): no sound, but a sign of life. */
const COMFORT_NOISE = 13;
/** Where an SSRC stands in an RTCP packet. */
const RTCP_SSRC_AT = 4;

const header = emptyHeader();

/**
 * Plain RTP of a desk phone or trunk. Symmetric (RFC 4961): we answer to where the packets of the signalled hosts come from,
 * because behind NAT the port is not the one in the SDP. Strangers are ignored, see `RtpSource`.
 */
export class RtpLegTransport implements LegTransport {
  #ports: PortPair;
  #announced: string;
  #listener: TransportListener;
  #source: RtpSource;
  #remote: RemoteAudio | null = null;
  #lastOffer: string | null = null;
  #rtcpTarget: Place | null = null;
  #sessionId = Math.floor(Math.random() * 0x7fffffff);
  #version = 0;
  #connected = false;
  #closed = false;

  /** @param known hosts whose media is taken wherever the signalling comes from */
  constructor(ports: PortPair, announced: string, known: readonly string[], listener: TransportListener) {
    this.#ports = ports;
    this.#announced = announced;
    this.#source = new RtpSource(known);
    this.#listener = listener;
    ports.rtp.on('message', (packet, from) => this.#received(packet, from));
    ports.rtcp.on('message', (packet, from) => {
      if (!this.#isOurs(packet, from)) return;
      this.#rtcpTarget = { address: from.address, port: from.port };
      listener.rtcp(packet);
    });
    // An ICMP refusal of the far side arrives here; the silence timer decides what it means.
    ports.rtp.on('error', () => undefined);
    ports.rtcp.on('error', () => undefined);
  }

  createOffer(): Promise<string> {
    const remote = this.#remote;
    const formats = remote === null ? OUR_FORMATS : remote.formats.slice(0, 1);
    const event = remote === null ? OUR_EVENT : remote.telephoneEvent;
    return Promise.resolve(
      buildDescription({
        ...this.#local(),
        formats,
        telephoneEvent: event,
        direction: 'sendrecv',
        protocol: remote?.protocol ?? 'RTP/AVP',
        mid: remote?.lines[remote.index]?.mid ?? null,
        bundled: remote?.bundled ?? false,
        // The streams that were refused keep their places in every later offer (RFC 3264 §8).
        ...(remote === null ? {} : { lines: remote.lines, index: remote.index }),
      }),
    );
  }

  async acceptAnswer(answer: string, peer?: string): Promise<Negotiated> {
    const remote = this.#parse(answer);
    this.#follow(remote, peer);
    return agreement(remote, true);
  }

  async answerOffer(offer: string, peer?: string): Promise<{ answer: string; negotiated: Negotiated }> {
    const remote = this.#parse(offer);
    this.#follow(remote, peer);
    // One that only refreshes the session changes nothing.
    if (offer !== this.#lastOffer) this.#source.reopen();
    this.#lastOffer = offer;
    const answer = buildDescription({
      ...this.#local(),
      // One codec in the answer: what the far side sends is then what we agreed on.
      formats: remote.formats.slice(0, 1),
      telephoneEvent: remote.telephoneEvent,
      direction: answerDirection(remote),
      protocol: remote.protocol,
      rtcpPort: remote.rtcpMux ? null : this.#ports.rtcpPort,
      attributes: remote.rtcpMux ? ['rtcp-mux'] : [],
      mid: remote.lines[remote.index]?.mid ?? null,
      bundled: remote.bundled,
      lines: remote.lines,
      index: remote.index,
    });
    return { answer, negotiated: agreement(remote, true) };
  }

  sendRtp(packet: Buffer): boolean {
    const { target } = this.#source;
    if (target === null || this.#closed) return false;
    this.#ports.rtp.send(packet, target.port, target.address);
    return true;
  }

  sendRtcp(packet: Buffer): void {
    if (this.#closed) return;
    if (this.#remote?.rtcpMux === true) {
      this.sendRtp(packet);
    } else if (this.#rtcpTarget !== null) {
      this.#ports.rtcp.send(packet, this.#rtcpTarget.port, this.#rtcpTarget.address);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ports.rtp.close();
    this.#ports.rtcp.close();
  }

  #local(): Pick<LocalAudio, 'sessionId' | 'version' | 'address' | 'port' | 'rtcpPort' | 'attributes'> {
    this.#version += 1;
    return {
      sessionId: this.#sessionId,
      version: this.#version,
      address: this.#announced,
      port: this.#ports.rtpPort,
      rtcpPort: this.#ports.rtcpPort,
      attributes: [],
    };
  }

  /** The sockets are of one family, and so is the far side. */
  #parse(sdp: string): RemoteAudio {
    const family = isIP(this.#announced);
    const remote = parseAudio(sdp, 'rtp', family === 6);
    // A hold of RFC 2543 names no address of any.
    if (remote.held || isIP(remote.address) === family) return remote;
    throw new DescriptionError(301, `the media address ${remote.address} is of another family than this leg`);
  }

  #follow(remote: RemoteAudio, peer: string | undefined): void {
    this.#remote = remote;
    if (remote.held) return;
    const before = this.#source.target;
    this.#source.signalled(remote, peer);
    const { target } = this.#source;
    if (target !== null && target !== before) {
      this.#rtcpTarget = { address: target.address, port: remote.rtcpPort };
    }
  }

  #received(packet: Buffer, from: RemoteInfo): void {
    if (isRtcp(packet)) {
      if (this.#isOurs(packet, from)) this.#listener.rtcp(packet);
      return;
    }
    if (!readRtp(packet, header)) return;
    if (!this.#source.accept(header, from, this.#isAgreed(header.payloadType), performance.now())) return;
    if (!this.#connected) {
      this.#connected = true;
      this.#listener.connected();
    }
    this.#listener.rtp(packet);
  }

  #isOurs(packet: Buffer, from: RemoteInfo): boolean {
    if (!isRtcp(packet) || packet.length < RTCP_SSRC_AT + 4) return false;
    return this.#source.acceptControl(packet.readUInt32BE(RTCP_SSRC_AT), from);
  }

  /** What a far side may send to us, by its description or by ours. */
  #isAgreed(payloadType: number): boolean {
    const remote = this.#remote;
    return (
      payloadType === COMFORT_NOISE ||
      payloadType === OUR_EVENT ||
      payloadType === remote?.telephoneEvent ||
      OUR_FORMATS.some((format) => format.payloadType === payloadType) ||
      (remote?.formats.some((format) => format.payloadType === payloadType) ?? false)
    );
  }
}
