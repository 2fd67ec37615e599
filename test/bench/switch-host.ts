import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { Switch, SwitchEvent } from '../../server/core/ports/switch.ts';
import type { AsteriskConfig } from '../../server/switch/asterisk/asterisk-config.ts';
import { AsteriskSwitch } from '../../server/switch/asterisk/asterisk-switch.ts';
import { EmbeddedSwitch } from '../../server/switch/embedded/embedded-switch.ts';
import { MediaChild } from '../../server/switch/embedded/media/media-child-process.ts';
import { UniqueIds } from '../support/asterisk/switch-on-node.ts';
import { realClock } from '../support/switch-bed.ts';
import { systemClock } from '../../server/start/system-clock.ts';

/**
 * A process that has a switch in it and nothing else of the server: what a call costs there can be told from what its
 * user and its far ends cost. Whoever has forked it uses the port over IPC.
 */

export type ToHost =
  | { type: 'start'; carrierPort: number; asterisk: AsteriskConfig | null }
  | { type: 'call'; id: number; method: PortMethod; args: unknown[] };

export type PortMethod = Exclude<keyof Switch, 'capabilities' | 'subscribe' | 'start'>;

export type FromHost =
  | { type: 'started'; sipPort: number; webSocketUrl: string }
  | { type: 'done'; id: number; value: unknown; error: string | null }
  | { type: 'event'; event: SwitchEvent };

const MEDIA_CHILD = resolve(import.meta.dirname, '../../dist/server/media-child.js');
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: say,
  error: say,
};

let telephone: Switch | null = null;

function send(message: FromHost): void {
  process.send?.(message);
}

function say(details: object, message: string): void {
  process.stderr.write(`${message} ${JSON.stringify(details)}\n`);
}

async function start({ carrierPort, asterisk }: Extract<ToHost, { type: 'start' }>): Promise<void> {
  const ids = new UniqueIds();
  const http = createServer((_request, response) => response.writeHead(404).end());
  let started: Omit<Extract<FromHost, { type: 'started' }>, 'type'> = { sipPort: 0, webSocketUrl: '' };
  if (asterisk === null) {
    if (!existsSync(MEDIA_CHILD)) throw new Error('the media child is not built: npm run build');
    const embedded = new EmbeddedSwitch({
      config: {
        bindAddress: '127.0.0.1',
        sipPort: 0,
        trunk: { allowedAddresses: ['127.0.0.1'], target: { host: '127.0.0.1', port: carrierPort } },
      },
      engine: new MediaChild({
        config: {
          bindAddress: '127.0.0.1',
          webrtcPort: 0,
          rtpPorts: [42_000, 42_399],
          iceServers: [],
          silenceMs: 60_000,
        },
        childPath: MEDIA_CHILD,
        logger: log,
        clock: systemClock,
      }),
      clock: realClock,
      ids,
      log,
      isAllowedOrigin: async () => true,
    });
    http.on('upgrade', (request, socket, head) => embedded.handleUpgrade(request, socket, head));
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    telephone = embedded;
    await embedded.start();
    const { port } = http.address() as AddressInfo;
    started = { sipPort: embedded.sipPort, webSocketUrl: `ws://127.0.0.1:${port}/sip` };
  } else {
    telephone = new AsteriskSwitch({ config: asterisk, clock: realClock, ids, log });
    await telephone.start();
  }
  telephone.subscribe((event) => {
    // Nobody waits for these, and they would only cost.
    if (event.type !== 'quality' && event.type !== 'endpoint-latency') send({ type: 'event', event });
  });
  send({ type: 'started', ...started });
}

async function use({ id, method, args }: Extract<ToHost, { type: 'call' }>): Promise<void> {
  try {
    if (telephone === null) throw new Error('the switch is not started');
    const port = telephone as unknown as Record<PortMethod, (...args: unknown[]) => Promise<unknown>>;
    send({ type: 'done', id, value: (await port[method](...args)) ?? null, error: null });
  } catch (error) {
    send({ type: 'done', id, value: null, error: String(error) });
  }
}

process.on('message', (raw) => {
  const message = raw as ToHost;
  void (message.type === 'start' ? start(message) : use(message));
});
process.on('disconnect', () => process.exit(0));
