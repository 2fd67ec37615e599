import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A wire that can be cut: what lies behind it lives on. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #near: Set<Socket>;
  readonly #far: Set<Socket>;
  readonly #state: { open: boolean; tellsFar: boolean };

  private constructor(
    server: Server,
    port: number,
    near: Set<Socket>,
    far: Set<Socket>,
    state: { open: boolean; tellsFar: boolean },
  ) {
    this.#server = server;
    this.port = port;
    this.#near = near;
    this.#far = far;
    this.#state = state;
  }

  static async to(target: number): Promise<TcpProxy> {
    const nears = new Set<Socket>();
    const fars = new Set<Socket>();
    const state = { open: true, tellsFar: true };
    const server = createServer((near) => {
      if (!state.open) return near.destroy();
      const far = connect(target, '127.0.0.1');
      nears.add(near);
      fars.add(far);
      near.pipe(far, { end: false });
      far.pipe(near);
      near
        .on('error', () => undefined)
        .on('close', () => {
          nears.delete(near);
          if (state.tellsFar) far.destroy();
          // What Asterisk says goes nowhere.
          else far.resume();
        });
      far
        .on('error', () => undefined)
        .on('close', () => {
          fars.delete(far);
          near.destroy();
        });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new TcpProxy(server, address.port, nears, fars, state);
  }

  /** Connections break, and new ones break at once. */
  cut(): void {
    this.#state.open = false;
    for (const socket of [...this.#near, ...this.#far]) socket.destroy();
  }

  /** As `cut`, but the far side does not notice: to it the line is only silent. */
  cutUnnoticed(): void {
    this.#state.open = false;
    this.#state.tellsFar = false;
    for (const socket of this.#near) socket.destroy();
  }

  /** Connections break, and new ones are refused, as when the process behind the port is gone. */
  async refuse(): Promise<void> {
    this.cut();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  async mend(): Promise<void> {
    this.#state.open = true;
    this.#state.tellsFar = true;
    if (this.#server.listening) return;
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  close(): void {
    this.cut();
    if (this.#server.listening) this.#server.close();
  }
}
