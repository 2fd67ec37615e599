import type { RemoteInfo } from 'node:dgram';
import { agreement, type LegTransport, type Negotiated, type TransportListener } from './leg-transport.ts';
import type { PortPair } from './port-pool.ts';
import { isRtcp } from './rtp-packet.ts';
import {
  answerDirection,
  buildDescription,
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
/** Packets of another port of the signalled host that make us follow it (a phone behind NAT, a phone that restarted its media). */
const RELATCH_AFTER_MS = 1000;

/**
 * Plain RTP of a desk phone or trunk. Symmetric (RFC 4961): we answer to where the first packet of the signalled host
 * comes from, because behind NAT its port is not the one in its SDP. Strangers are ignored.
 */
export class RtpLegTransport implements LegTransport {
  #ports: PortPair;
  #announced: string;
  #listener: TransportListener;
  #remote: RemoteAudio | null = null;
  #target: { address: string; port: number } | null = null;
  #latched = false;
  #heardAt = 0;
  #rtcpTarget: { address: string; port: number } | null = null;
  #sessionId = Math.floor(Math.random() * 0x7fffffff);
  #version = 0;
  #connected = false;
  #closed = false;

  constructor(ports: PortPair, announced: string, listener: TransportListener) {
    this.#ports = ports;
    this.#announced = announced;
    this.#listener = listener;
    ports.rtp.on('message', (packet, from) => this.#received(packet, from));
    ports.rtcp.on('message', (packet, from) => {
      if (from.address !== this.#remote?.address && from.address !== this.#target?.address) return;
      this.#rtcpTarget = { address: from.address, port: from.port };
      if (isRtcp(packet)) listener.rtcp(packet);
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
        mid: null,
        bundled: false,
      }),
    );
  }

  async acceptAnswer(answer: string): Promise<Negotiated> {
    const remote = parseAudio(answer, 'rtp');
    this.#follow(remote);
    return agreement(remote, true);
  }

  async answerOffer(offer: string): Promise<{ answer: string; negotiated: Negotiated }> {
    const remote = parseAudio(offer, 'rtp');
    this.#follow(remote);
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
    const target = this.#target;
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

  /** A new address in the far side's SDP ends the latch; the same one (a hold, a repeated answer) keeps it. */
  #follow(remote: RemoteAudio): void {
    const before = this.#remote;
    this.#remote = remote;
    if (remote.held) return;
    if (before !== null && before.address === remote.address && before.port === remote.port && this.#target) {
      return;
    }
    this.#latched = false;
    this.#target = { address: remote.address, port: remote.port };
    this.#rtcpTarget = { address: remote.address, port: remote.rtcpPort };
  }

  #received(packet: Buffer, from: RemoteInfo): void {
    const target = this.#target;
    // Before the far side's SDP is known nobody can be trusted to be it.
    if (target === null || this.#remote === null) return;
    const now = performance.now();
    if (from.address !== target.address || from.port !== target.port) {
      const signalledHost = from.address === this.#remote.address;
      // The address that was signalled is believed at any time: what came first may be a stream of the port's last user.
      const signalled = signalledHost && from.port === this.#remote.port;
      // Behind NAT the signalled address is a private one that nothing will ever come from: then the first sender counts.
      const unreachable = isPrivate(this.#remote.address) && !isPrivate(from.address);
      const free = !this.#latched || now - this.#heardAt > RELATCH_AFTER_MS;
      if (!signalled && (!free || !(signalledHost || (unreachable && !this.#latched)))) return;
      target.address = from.address;
      target.port = from.port;
    }
    this.#heardAt = now;
    if (isRtcp(packet)) {
      this.#listener.rtcp(packet);
      return;
    }
    this.#latched = true;
    if (!this.#connected) {
      this.#connected = true;
      this.#listener.connected();
    }
    this.#listener.rtp(packet);
  }
}

/** Addresses of RFC 1918 and RFC 6598, which nobody outside their own network can send from. */
function isPrivate(address: string): boolean {
  const [first = 0, second = 0] = address.split('.').map(Number);
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second <= 127)
  );
}
