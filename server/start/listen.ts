import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Config } from './config/config.ts';
import { StartError, codeOf } from './start-error.ts';

/**
 * Opens the port.
 * @returns which one, when any would do
 * @throws StartError with a sentence for the operator
 */
export async function listen(server: Server, { http: { host, port } }: Config): Promise<number> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'EADDRINUSE') {
      throw new StartError(`Port ${port} of ${host} is in use: set PORT to another one.`, { cause });
    }
    if (code === 'EACCES') {
      throw new StartError(`Port ${port} may not be opened by this user: set PORT to one above 1023.`, {
        cause,
      });
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartError(`TELEBAR_HOST ${host} is no address of this machine.`, { cause });
    }
    throw cause;
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Closes the port and what is connected to it. */
export async function closeHttp(server: Server): Promise<void> {
  const closed = server.listening ? once(server, 'close') : Promise.resolve();
  server.close();
  server.closeAllConnections();
  await closed;
}

/**
 * Where browsers of this machine find a server that listens there; null: only under its address. They give the microphone to
 * localhost without HTTPS, and to no other address.
 */
export function urlHere(host: string, port: number): string | null {
  return ['127.0.0.1', '0.0.0.0', '::1', '::'].includes(host) ? `http://localhost:${port}` : null;
}
