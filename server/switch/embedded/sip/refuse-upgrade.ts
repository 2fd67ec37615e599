import type { Duplex } from 'node:stream';

/** Answers a request to upgrade and lets go of the socket, whether the peer closes its side or not. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
