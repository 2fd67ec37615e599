import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { MediaError } from './media-engine.ts';

export interface PortPair {
  rtp: Socket;
  rtcp: Socket;
  rtpPort: number;
  rtcpPort: number;
}

/** Hands out bound socket pairs from a range: RTP on an even port, RTCP on the next (RFC 3550 §11). */
export class PortPool {
  #address: string;
  #first: number;
  #last: number;
  #next: number;

  /** @param range first and last port; `[0, 0]` lets the system choose (the pair may then be uneven) */
  constructor(address: string, range: readonly [number, number]) {
    this.#address = address;
    this.#first = range[0] + (range[0] % 2);
    this.#last = range[1];
    // Peers of a child that died still send to its ports until they hear the BYE: its successor begins elsewhere.
    this.#next = this.#first + 2 * Math.floor(Math.random() * this.#pairs);
  }

  get #pairs(): number {
    return Math.floor((this.#last - this.#first + 1) / 2);
  }

  /** @throws MediaError `no-ports` when every pair of the range is taken */
  async take(): Promise<PortPair> {
    if (this.#first === 0) return this.#pair(0, 0);
    for (let attempt = 0; attempt < this.#pairs; attempt += 1) {
      const port = this.#next;
      // Round robin: a port that was just freed may still get late packets of the call before.
      this.#next = port + 3 > this.#last ? this.#first : port + 2;
      try {
        return await this.#pair(port, port + 1);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
          throw new MediaError('no-ports', `cannot open UDP port ${port}`, { cause: error });
        }
      }
    }
    throw new MediaError('no-ports', `all RTP ports from ${this.#first} to ${this.#last} are in use`);
  }

  async #pair(rtpPort: number, rtcpPort: number): Promise<PortPair> {
    const rtp = await bound(this.#address, rtpPort);
    try {
      const rtcp = await bound(this.#address, rtcpPort);
      return { rtp, rtcp, rtpPort: rtp.address().port, rtcpPort: rtcp.address().port };
    } catch (error) {
      rtp.close();
      throw error;
    }
  }
}

function bound(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      ...(isIPv6(address) ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' }),
      // Addresses are always literals here; without this every send would go through the resolver.
      lookup: (host, _options, callback) => callback(null, host, isIPv6(host) ? 6 : 4),
    });
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(port, address, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

/** A free UDP port of this moment, for configurations that leave the choice to us. */
export async function freeUdpPort(address: string): Promise<number> {
  const socket = await bound(address, 0);
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** Fails with a clear message when a UDP port cannot be bound. */
export async function checkUdpPort(address: string, port: number): Promise<void> {
  try {
    const socket = await bound(address, port);
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  } catch (error) {
    throw new MediaError('no-ports', `UDP port ${port} for WebRTC cannot be opened on ${address}`, {
      cause: error,
    });
  }
}
