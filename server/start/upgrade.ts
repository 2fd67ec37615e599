import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { networkOf } from '../core/kernel/network-of.ts';
import { clientAddress } from '../http/client-address.ts';
import { FOREIGN_HOST, namesThisMachine } from '../http/demo-host.ts';
import type { HttpLogger } from '../http/http-app.ts';
import type { RealtimeServer } from '../realtime/realtime-server.ts';
import { refuseUpgrade } from '../core/kernel/refuse-upgrade.ts';
import type { Config } from './config/config.ts';

interface Sockets {
  readonly config: Pick<Config, 'demo' | 'http'>;
  readonly isReady: () => boolean;
  readonly realtime: Pick<RealtimeServer, 'handleUpgrade'>;
  /** SIP over WebSocket, when the switch is our own. */
  readonly sip: { handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void } | null;
  readonly logger: HttpLogger;
}

/** Leads each WebSocket to whom it is for, or refuses it. */
export function upgrader({ config, isReady, realtime, sip, logger }: Sockets) {
  const proxied = config.http.trustProxy > 0;
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', (error) => logger.debug({ err: error }, 'a socket broke while it was upgraded'));
    upgrade(request, socket, head).catch((error: unknown) => {
      logger.error({ err: error }, 'an upgrade failed');
      socket.destroy();
    });
  };

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const refuse = (status: string) => refuseUpgrade(socket, status);
    if (!isReady()) {
      refuse('503 Service Unavailable');
      return;
    }
    if (config.demo && !namesThisMachine(request.headers.host, config.http.hosts)) {
      logger.warn({ host: request.headers.host }, FOREIGN_HOST);
      refuse('403 Forbidden');
      return;
    }
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    const origin = foreignOrigin(request, proxied);
    if (path === '/realtime') {
      const network = networkOf(clientAddress(request, config.http.trustProxy));
      return realtime.handleUpgrade(request, socket, head, { origin, network, refuse });
    }
    if (path === '/sip' && sip !== null) {
      // The switch judges by this header; our own pages need no permission.
      if (origin === null) delete request.headers.origin;
      sip.handleUpgrade(request, socket, head);
      return;
    }
    refuse('404 Not Found');
  }
}

/** The page's origin when the page is not one of this server's own. */
function foreignOrigin({ headers }: IncomingMessage, proxied: boolean): string | null {
  const { origin } = headers;
  if (origin === undefined) return null;
  const forwarded = headers['x-forwarded-proto'];
  const scheme = proxied && typeof forwarded === 'string' ? forwarded : 'http';
  return origin === `${scheme}://${headers.host ?? ''}` ? null : origin;
}
