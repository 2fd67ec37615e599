import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { decodeG711, encodeG711, type Codec } from '../../server/switch/embedded/media/g711.ts';
import {
  emptyHeader,
  FRAME_MS,
  FRAME_SAMPLES,
  readRtp,
  RTP_HEADER_BYTES,
  writeRtp,
} from '../../server/switch/embedded/media/rtp-packet.ts';

import { hasTone } from './goertzel.ts';

/** One packet as it arrived. */
export interface ReceivedPacket {
  sequence: number;
  timestamp: number;
  ssrc: number;
  marker: boolean;
  payloadType: number;
  payload: Buffer;
  /** `performance.now()` at arrival. */
  at: number;
}

export interface RtpEndpointOptions {
  codec?: Codec;
  /** Payload type of telephone-event, or null for a phone without RFC 4733. */
  telephoneEvent?: number | null;
  address?: string;
}

/** Voice that is later than that is left out. */
const LATE_MS = 200;

const STATIC_PAYLOAD: Record<Codec, number> = { pcmu: 0, pcma: 8 };

/**
 * A scripted plain RTP phone: sends tones in 20 ms packets, keeps what it hears, speaks enough SDP for offer and answer.
 * Media only; its user brings the signalling. Sends silence until told otherwise.
 */
export class RtpEndpoint {
  /** Everything that arrived on the RTP port, RTCP excluded. */
  readonly received: ReceivedPacket[] = [];
  /** RTCP packets that arrived on either port. */
  readonly receivedRtcp: Buffer[] = [];
  readonly codec: Codec;
  readonly telephoneEvent: number | null;
  readonly address: string;

  #rtp: Socket;
  #rtcp: Socket;
  #remote: { address: string; port: number } | null = null;
  #ssrc = Math.floor(Math.random() * 0xffffffff);
  #sequence = Math.floor(Math.random() * 0xffff);
  #timestamp = Math.floor(Math.random() * 0xffffffff);
  #hz: number | null = null;
  #amplitude = 8000;
  #phase = 0;
  #timer: NodeJS.Timeout | null = null;
  #nextAt = 0;
  #version = 0;

  private constructor(rtp: Socket, rtcp: Socket, options: RtpEndpointOptions) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.codec = options.codec ?? 'pcmu';
    this.telephoneEvent = options.telephoneEvent === undefined ? 101 : options.telephoneEvent;
    this.address = options.address ?? '127.0.0.1';
    const header = emptyHeader();
    rtp.on('message', (packet) => {
      const second = packet[1] ?? 0;
      if (second >= 192 && second <= 223) {
        this.receivedRtcp.push(packet);
        return;
      }
      if (!readRtp(packet, header)) return;
      this.received.push({
        sequence: header.sequence,
        timestamp: header.timestamp,
        ssrc: header.ssrc,
        marker: header.marker,
        payloadType: header.payloadType,
        payload: packet.subarray(header.payloadOffset, header.payloadOffset + header.payloadLength),
        at: performance.now(),
      });
    });
    rtcp.on('message', (packet) => this.receivedRtcp.push(packet));
  }

  static async open(options: RtpEndpointOptions = {}): Promise<RtpEndpoint> {
    const address = options.address ?? '127.0.0.1';
    return new RtpEndpoint(await bound(address), await bound(address), options);
  }

  get port(): number {
    return this.#rtp.address().port;
  }

  get rtcpPort(): number {
    return this.#rtcp.address().port;
  }

  /** Our description, as offer or as answer. @param direction of our media */
  description(direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' = 'sendrecv'): string {
    const audio = STATIC_PAYLOAD[this.codec];
    const name = this.codec.toUpperCase();
    this.#version += 1;
    const event = this.telephoneEvent;
    const family = isIPv6(this.address) ? 'IP6' : 'IP4';
    return [
      'v=0',
      `o=test 4711 ${this.#version} IN ${family} ${this.address}`,
      's=-',
      `c=IN ${family} ${this.address}`,
      't=0 0',
      `m=audio ${this.port} RTP/AVP ${audio}${event === null ? '' : ` ${event}`}`,
      `a=rtpmap:${audio} ${name}/8000`,
      ...(event === null ? [] : [`a=rtpmap:${event} telephone-event/8000`, `a=fmtp:${event} 0-15`]),
      `a=rtcp:${this.rtcpPort}`,
      'a=ptime:20',
      `a=${direction}`,
      '',
    ].join('\r\n');
  }

  /** Takes the other side's description and starts sending there. */
  connect(sdp: string): void {
    const address = /^c=IN IP[46] (\S+)/m.exec(sdp)?.[1];
    const port = /^m=audio (\d+)/m.exec(sdp)?.[1];
    if (address === undefined || port === undefined) throw new Error(`no audio in ${sdp}`);
    // Port 0: the stream is switched off.
    this.#remote = Number(port) === 0 ? null : { address, port: Number(port) };
    this.start();
  }

  /** Where packets go; set by `connect`. */
  get remote(): { address: string; port: number } | null {
    return this.#remote;
  }

  start(): void {
    if (this.#timer !== null) return;
    this.#nextAt = performance.now();
    this.#tick();
  }

  /** Stops sending altogether (not even silence): the phone has died. */
  pause(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Sends a tone from now on; null: silence. @param amplitude peak, sample units */
  say(hz: number | null, amplitude = 8000): void {
    this.#hz = hz;
    this.#amplitude = amplitude;
  }

  /** Sends one digit as RFC 4733 events, and resolves when its last packet is out. */
  async sendDigit(digit: string, durationMs = 100): Promise<void> {
    const event = '0123456789*#ABCD'.indexOf(digit);
    const payloadType = this.telephoneEvent;
    if (event < 0 || payloadType === null) throw new Error(`cannot send ${digit}`);
    this.pause();
    const timestamp = this.#timestamp;
    const steps = Math.max(1, Math.round(durationMs / FRAME_MS));
    for (let step = 1; step <= steps + 2; step += 1) {
      const packet = Buffer.alloc(RTP_HEADER_BYTES + 4);
      writeRtp(packet, payloadType, step === 1, this.#sequence++, timestamp, this.#ssrc);
      packet[RTP_HEADER_BYTES] = event;
      packet[RTP_HEADER_BYTES + 1] = (step >= steps ? 0x80 : 0) | 10;
      packet.writeUInt16BE(Math.min(step, steps) * FRAME_SAMPLES, RTP_HEADER_BYTES + 2);
      this.#send(packet);
      await delay(FRAME_MS);
    }
    this.#timestamp += (steps + 2) * FRAME_SAMPLES;
    this.start();
  }

  /** Sends any bytes to the far side from the RTP port (bad input, RTCP on a multiplexed port). */
  sendRaw(packet: Buffer): void {
    this.#send(packet);
  }

  /** Sends RTCP from the RTCP port to the port above the far side's RTP. */
  sendRtcp(packet: Buffer): void {
    if (this.#remote === null) return;
    this.#rtcp.send(packet, this.#remote.port + 1, this.#remote.address);
  }

  /** The number of the next packet. */
  get sequence(): number {
    return this.#sequence & 0xffff;
  }

  get ssrc(): number {
    return this.#ssrc;
  }

  /** Waits for `ms` and returns what was heard in that time, in order of arrival. */
  async listen(ms: number): Promise<Int16Array> {
    const from = this.received.length;
    await delay(ms);
    return this.#decode(from);
  }

  /** What has come in the last second, by payload type, and what is sent where: for the text of a failure. */
  traffic(): string {
    const last = this.received.filter(({ at }) => at > performance.now() - 1_000);
    const types = [...new Set(last.map(({ payloadType }) => payloadType))];
    const count = (type: number): number => last.filter(({ payloadType }) => payloadType === type).length;
    const heard = types.map((type) => `${count(type)} of type ${type}`).join(', ');
    const to = this.#remote === null ? 'nowhere' : `${this.#remote.address}:${this.#remote.port}`;
    const tone = this.#timer === null ? 'nothing' : `${this.#hz ?? 0} Hz`;
    return `port ${this.port} heard ${heard || 'nothing'} in the last second (${this.received.length} in all), says ${tone} to ${to}`;
  }

  /** When packets arrived, since a moment on the clock of `performance`, that have this tone in them. */
  tonesSince(from: number, hz: number): number[] {
    const samples = new Int16Array(FRAME_SAMPLES);
    return this.received.flatMap(({ at, payload, payloadType }) => {
      if (at < from || payloadType > 8 || payload.length !== FRAME_SAMPLES) return [];
      decodeG711(payloadType === 8 ? 'pcma' : 'pcmu', payload, 0, payload.length, samples);
      return hasTone(samples, hz) ? [at] : [];
    });
  }

  /** Events (RFC 4733) that arrived: one digit per event timestamp. */
  digits(): string {
    return this.keys()
      .map(({ digit }) => digit)
      .join('');
  }

  /** The same with the time at which each was first heard, of `performance.now()`. */
  keys(): Array<{ digit: string; at: number }> {
    const seen = new Map<number, { digit: string; at: number }>();
    for (const { payloadType, timestamp, payload, at } of this.received) {
      if (payloadType !== this.telephoneEvent || seen.has(timestamp)) continue;
      seen.set(timestamp, { digit: '0123456789*#ABCD'[payload[0] ?? 99] ?? '?', at });
    }
    return [...seen.values()];
  }

  close(): void {
    this.pause();
    this.#rtp.close();
    this.#rtcp.close();
  }

  #decode(from: number): Int16Array {
    const packets = this.received.slice(from).filter(({ payloadType }) => payloadType <= 8);
    const samples = new Int16Array(packets.reduce((sum, { payload }) => sum + payload.length, 0));
    let at = 0;
    for (const { payload, payloadType } of packets) {
      const codec = payloadType === 8 ? 'pcma' : 'pcmu';
      decodeG711(codec, payload, 0, payload.length, samples.subarray(at));
      at += payload.length;
    }
    return samples;
  }

  /** Sends what is due. On a busy machine it wakes late, and what was due meanwhile goes out at once, within bounds. */
  #tick(): void {
    const now = performance.now();
    if (this.#nextAt < now - LATE_MS) this.#nextAt = now - LATE_MS;
    do {
      this.#sendFrame();
      this.#nextAt += FRAME_MS;
    } while (this.#nextAt <= now);
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, this.#nextAt - performance.now()));
  }

  #sendFrame(): void {
    const samples = new Int16Array(FRAME_SAMPLES);
    if (this.#hz !== null) {
      for (let index = 0; index < FRAME_SAMPLES; index += 1) {
        samples[index] = Math.round(this.#amplitude * Math.sin(this.#phase));
        this.#phase += (2 * Math.PI * this.#hz) / 8000;
      }
    }
    const packet = Buffer.alloc(RTP_HEADER_BYTES + FRAME_SAMPLES);
    writeRtp(packet, STATIC_PAYLOAD[this.codec], false, this.#sequence++, this.#timestamp, this.#ssrc);
    encodeG711(this.codec, samples, FRAME_SAMPLES, packet, RTP_HEADER_BYTES);
    this.#timestamp += FRAME_SAMPLES;
    this.#send(packet);
  }

  #send(packet: Buffer): void {
    if (this.#remote === null) return;
    this.#rtp.send(packet, this.#remote.port, this.#remote.address);
  }
}

function bound(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    socket.once('error', reject);
    socket.bind(0, address, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
