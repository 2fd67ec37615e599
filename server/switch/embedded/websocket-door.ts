import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseUpgrade } from '../../core/kernel/refuse-upgrade.ts';
import type { SipStack } from './sip/sip-stack.ts';
import type { SwitchLog } from './sip/switch-log.ts';

export interface WebSocketDoorParts {
  readonly stack: SipStack;
  readonly log: SwitchLog;
  /** Whether pages of this origin may open SIP over WebSocket. */
  readonly isAllowedOrigin: (origin: string) => Promise<boolean>;
  /** Where a request comes from, as the reverse proxies in front tell it. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly isOpen: () => boolean;
}

/** Lets browsers in: takes HTTP upgrades for SIP over WebSocket from pages that may. */
export class WebSocketDoor {
  readonly #parts: WebSocketDoorParts;

  constructor(parts: WebSocketDoorParts) {
    this.#parts = parts;
  }

  /** Pages must be of an allowed origin; a client that sends no Origin is no browser and is held by its password alone. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { stack, log, isAllowedOrigin, addressOf, isOpen } = this.#parts;
    const refuse = (status: string): void => refuseUpgrade(socket, status);
    const { origin } = request.headers;
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    if (!isOpen()) {
      refuse('503 Service Unavailable');
      return;
    }
    const allowed = origin === undefined ? Promise.resolve(true) : isAllowedOrigin(origin);
    allowed.then(
      (yes) => {
        if (!yes) {
          log.warn({ origin }, 'a page of an origin that is not allowed tried to open SIP');
          refuse('403 Forbidden');
          return;
        }
        socket.off('error', onError);
        stack.acceptWebSocket(request, socket, head, addressOf(request));
      },
      (error: unknown) => {
        log.error({ err: error }, 'the origin of a WebSocket could not be checked');
        refuse('500 Internal Server Error');
      },
    );
  }
}
