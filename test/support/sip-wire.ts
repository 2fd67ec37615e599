import { createSocket } from 'node:dgram';
import { type AddressInfo, createConnection, createServer, isIPv6, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { TcpFraming } from '../../server/switch/embedded/sip/tcp-framing.ts';

/** How messages leave; UDP or one WebSocket. */
export interface Wire {
  readonly sentBy: string;
  readonly contactHost: string;
  readonly protocol: 'UDP' | 'TCP' | 'WS';
  send(text: string | Buffer): void;
  close(): Promise<void>;
}

/** Where the switch is, and our address towards it; 127.0.0.1 when not given. */
interface UdpEnds {
  readonly switchPort: number;
  readonly switchHost?: string;
  readonly address?: string;
}

export async function udpWire(options: UdpEnds, onData: (data: Buffer) => void): Promise<Wire> {
  const { address = '127.0.0.1', switchHost = '127.0.0.1' } = options;
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  // A carrier is there before the switch that calls it: it answers to where it was called from.
  let port: number | null = null;
  socket.on('message', (data, from) => {
    port = from.port;
    onData(data);
  });
  const host = isIPv6(address) ? `[${address}]` : address;
  const sentBy = `${host}:${socket.address().port}`;
  return {
    protocol: 'UDP',
    sentBy,
    contactHost: sentBy,
    send: (text) => socket.send(text, port ?? options.switchPort, switchHost),
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

/** A connection to the switch, and a port at which it may open others. Bytes come as they come: one message or more. */
export async function tcpWire(options: UdpEnds, onData: (data: Buffer) => void): Promise<Wire> {
  const { address = '127.0.0.1', switchHost = '127.0.0.1' } = options;
  const sockets = new Set<Socket>();
  let way: Socket | null = null;
  const follow = (socket: Socket): void => {
    const framing = new TcpFraming();
    sockets.add(socket);
    way = socket;
    socket.on('data', (piece) => {
      framing.add(piece);
      for (let message = framing.next(); message !== null; message = framing.next()) onData(message);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      if (way === socket) way = null;
    });
  };
  const server = createServer(follow);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const sentBy = `${address}:${(server.address() as AddressInfo).port}`;
  return {
    protocol: 'TCP',
    sentBy,
    contactHost: `${sentBy};transport=tcp`,
    send: (text) => {
      if (way === null) follow(createConnection({ host: switchHost, port: options.switchPort }));
      way?.write(text);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** How to open a WebSocket. */
export interface WebSocketEnds {
  /** PEM of who signed the certificate of a `wss:` address. */
  readonly authority?: string;
  /** As a reverse proxy in front of the switch would tell our address. */
  readonly forwardedFor?: string;
}

export async function webSocketWire(
  url: string,
  { authority, forwardedFor }: WebSocketEnds,
  onData: (data: Buffer) => void,
): Promise<Wire> {
  const socket = new WebSocket(url, 'sip', {
    ...(authority === undefined ? {} : { ca: authority }),
    ...(forwardedFor === undefined ? {} : { headers: { 'X-Forwarded-For': forwardedFor } }),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('message', (data) => onData(Buffer.from(data as Buffer)));
  return {
    protocol: 'WS',
    sentBy: 'peer.invalid',
    contactHost: 'peer.invalid;transport=ws',
    send: (text) => socket.send(text),
    close: async () => {
      if (socket.readyState === socket.CLOSED) return;
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.terminate();
      });
    },
  };
}
