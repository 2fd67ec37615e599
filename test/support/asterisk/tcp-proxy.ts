import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A wire that can be cut: what lies behind it lives on. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #state: { open: boolean };

  private constructor(server: Server, port: number, sockets: Set<Socket>, state: { open: boolean }) {
    this.#server = server;
    this.port = port;
    this.#sockets = sockets;
    this.#state = state;
  }

  static async to(target: number): Promise<TcpProxy> {
    const sockets = new Set<Socket>();
    const state = { open: true };
    const server = createServer((near) => {
      if (!state.open) return near.destroy();
      const far = connect(target, '127.0.0.1');
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(socket);
        socket.pipe(other);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new TcpProxy(server, address.port, sockets, state);
  }

  cut(): void {
    this.#state.open = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#state.open = true;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
