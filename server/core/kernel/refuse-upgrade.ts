/** The part of a socket that is used. */
interface UpgradedSocket {
  end(text: string, done: () => void): unknown;
  destroy(): unknown;
}

/** Answers a request to upgrade and lets go of the socket, whether the peer closes its side or not. */
export function refuseUpgrade(socket: UpgradedSocket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
