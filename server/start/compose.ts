import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import manifest from '../../package.json' with { type: 'json' };
import { createCallCentre, type CallCentre } from '../live/call-centre.ts';
import { TeamCallRecords } from '../features/call-records/call-records.ts';
import { CustomerCards } from '../features/customers/customers.ts';
import { Demo } from '../features/demo/demo.ts';
import { verifyPassword } from '../features/sessions/password.ts';
import { routesOf } from './routes.ts';
import { tables, type Repositories } from './tables.ts';
import { TokenSessions } from '../features/sessions/sessions.ts';
import type { Config } from './config/config.ts';
import { Numbers } from '../core/kernel/number/numbers.ts';
import { holds } from '../core/model/rights.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import type { Switch } from '../core/ports/switch.ts';
import { seedDemo } from './demo/demo-data.ts';
import { demoSecret, knownDemoSecret } from './demo/demo-secret.ts';
import { embeddedSwitch, sipAccounts } from './embedded-parts.ts';
import { asteriskSwitch } from './asterisk-parts.ts';
import { prepareTeams } from './first-team.ts';
import { FOREIGN_HOST, namesThisMachine } from '../http/demo-host.ts';
import { createHttpApp, type HttpLogger } from '../http/http-app.ts';
import { MemoryLoginAttempts } from '../features/sessions/memory-login-attempts.ts';
import { clientAddress } from '../http/client-address.ts';
import { networkOf } from '../core/kernel/network-of.ts';
import { patientServer } from '../http/slow-clients.ts';
import { ServerMetrics } from './metrics.ts';
import { numberPlanOf } from './config/number-plan.ts';
import { RealtimeServer } from '../realtime/realtime-server.ts';
import { SortableIds } from './sortable-ids.ts';
import { StartError, codeOf } from './start-error.ts';
import { DataFolderUnusable } from '../store/data-folder.ts';
import { Secrets, UnreadableSecret } from '../store/secrets.ts';
import { openStore, type Store } from '../store/store.ts';
import { AsteriskUnusable } from '../switch/asterisk/ari-error.ts';
import { refuseUpgrade } from '../switch/embedded/sip/refuse-upgrade.ts';
import { SwitchWatch } from './switch-watch.ts';
import { systemClock } from './system-clock.ts';

export interface ServerParts {
  readonly logger: HttpLogger;
  /** Folder that holds `dist/public`. */
  readonly root: string;
  readonly clock?: Clock;
  readonly ids?: IdSource;
  /** In place of the embedded one. Its web sockets at /sip are refused. */
  readonly switch?: Switch;
}

export interface RunningServer {
  /** Where it listens: `http://host:port`. */
  readonly url: string;
  readonly port: number;
  /** Port of SIP over UDP; null with a foreign switch. */
  readonly sipPort: number | null;
  /** Ends calls, sockets, the media child and the database. */
  stop(): Promise<void>;
}

/** Time for clients to close by themselves when the server stops, ms. */
const GOODBYE_MS = 500;

/**
 * Puts everything together and starts it; resolves when calls can be taken. What was started is stopped again when
 * something fails on the way.
 * @throws StartError with a sentence for the operator
 */
export async function startServer(config: Config, parts: ServerParts): Promise<RunningServer> {
  const undo: Array<() => Promise<void>> = [];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) {
      try {
        await step();
      } catch (error) {
        parts.logger.error({ err: error }, 'stopping failed; going on');
      }
    }
  };
  try {
    return { ...(await start(config, parts, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  config: Config,
  { logger, root, clock = systemClock, ids = new SortableIds(), ...parts }: ServerParts,
  undo: Array<() => Promise<void>>,
): Promise<Omit<RunningServer, 'stop'>> {
  const secret = await secretOf(config);
  const numbers = new Numbers(numberPlanOf(config.numbers.country), config.numbers.outsideDigit);
  const store = await open(config, { secret, numbers, logger });
  undo.push(() => store.close());
  const sip = sipAccounts(config);
  if (config.bootstrap === null)
    await seedDemo({ unitOfWork: store, logger, numbers, now: clock.now(), sip });
  else await prepareTeams(config.bootstrap, { unitOfWork: store, ids, logger });

  const attempts = new MemoryLoginAttempts((ms, then) => void clock.after(ms, then));
  const sessions = new TokenSessions({ unitOfWork: store, clock, ids, attempts, logger, secret });
  const isAllowedOrigin = (origin: string) => sessions.isAllowedOrigin(origin);
  const foreign =
    parts.switch ??
    (config.asterisk === null
      ? null
      : asteriskSwitch(config.asterisk, config.trunk, { clock, ids, log: logger }));
  const embedded = foreign === null ? embeddedSwitch(config, { clock, ids, logger, isAllowedOrigin }) : null;
  const telephony = foreign ?? embedded;
  if (telephony === null) throw new Error('there is no switch');
  const watch = new SwitchWatch(telephony);
  let ready = false;

  const centre = createCallCentre({
    unitOfWork: store,
    switch: telephony,
    clock,
    ids,
    numbers,
    logger,
    sip,
    checkPassword: (who, password) => sessions.checkPassword(who, password),
    checkPin: (pin, hash) => attempts.pin(() => verifyPassword(pin, hash)),
  });
  const unwatch = sessions.onEnded((ended) => centre.sessionEnded(ended));
  undo.push(async () => unwatch());
  const metrics = new ServerMetrics({
    centre,
    pages: () => realtime.connected,
    switchUp: () => telephony.up,
    isReady: () => ready && centre.ready,
    clock,
    version: manifest.version,
  });
  undo.push(async () => metrics.stop());
  const app = createHttpApp({
    features: routesOf({
      centre,
      sessions,
      customers: new CustomerCards({ unitOfWork: store, clock, ids, numbers }),
      records: new TeamCallRecords(store, numbers),
      demo: config.demo ? new Demo({ unitOfWork: store, clock, numbers, switch: telephony, sip }) : null,
    }),
    doorkeeper: {
      authenticate: (token, origin) => sessions.authenticate(token, origin),
      holds,
      isLocked: (who) => centre.agents.isLocked(who),
      isAllowedOrigin,
    },
    demo: config.demo,
    health: { reasons: () => reasonsOf(store, watch, centre), notes: () => notesOf(centre) },
    metrics: { token: config.metricsToken, read: () => metrics.read() },
    isReady: () => ready,
    logger,
    trustProxy: config.http.trustProxy,
    publicFolder: resolve(root, 'dist/public'),
    sockets: (config.asterisk?.nodes ?? []).map(({ webSocketUrl }) => new URL(webSocketUrl).origin),
    version: manifest.version,
    hosts: config.http.hosts,
  });
  const server = patientServer(app, { proxied: config.http.trustProxy > 0 });
  const realtime = new RealtimeServer({ services: { sessions, desks: centre.desks }, clock, logger });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => logger.debug({ err: error }, 'a socket broke while it was upgraded'));
    upgrade(request, socket, head, config.http.trustProxy > 0).catch((error: unknown) => {
      logger.error({ err: error }, 'an upgrade failed');
      socket.destroy();
    });
  });
  const port = await listen(server, config);
  undo.push(() => closeHttp(server));

  undo.push(() => telephony.stop());
  await startSwitch(telephony, config);
  undo.push(() => centre.stop());
  await centre.start();
  ready = true;
  // First to go: pages are told before their calls end.
  undo.push(async () => {
    ready = false;
    server.close();
    realtime.close();
    await new Promise((done) => setTimeout(done, realtime.connected === 0 ? 0 : GOODBYE_MS));
    realtime.terminate();
  });
  logger.info(
    { host: config.http.host, port, demo: config.demo, database: store.kind },
    'calls can be taken',
  );
  const host = config.http.host.includes(':') ? `[${config.http.host}]` : config.http.host;
  return { url: `http://${host}:${port}`, port, sipPort: embedded?.sipPort ?? null };

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, proxied: boolean) {
    const refuse = (status: string) => refuseUpgrade(socket, status);
    if (!ready) {
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
    if (path === '/sip' && embedded !== null) {
      // The switch judges by this header; our own pages need no permission.
      if (origin === null) delete request.headers.origin;
      embedded.handleUpgrade(request, socket, head);
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

async function secretOf({ secret, dataFolder }: Config): Promise<string> {
  if (secret !== null) return secret;
  try {
    return await demoSecret(dataFolder);
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    if (cause instanceof DataFolderUnusable) throw unusable(dataFolder, cause);
    throw new StartError(
      `The demo's secret cannot be kept in TELEBAR_DATA ${dataFolder} (${codeOf(cause)}).`,
      {
        cause,
      },
    );
  }
}

async function open(
  config: Config,
  { secret, numbers, logger }: { secret: string; numbers: Numbers; logger: HttpLogger },
): Promise<Store<Repositories>> {
  const { dataFolder, databaseUrl, demo } = config;
  const earlier = [config.previousSecret, demo ? await knownDemoSecret(dataFolder) : null];
  const secrets = new Secrets(
    secret,
    earlier.filter((each) => each !== null),
  );
  try {
    return await openStore({ dataFolder, databaseUrl, secrets, numbers, logger }, tables);
  } catch (cause) {
    if (cause instanceof DataFolderUnusable) throw unusable(dataFolder, cause);
    if (cause instanceof UnreadableSecret) {
      throw new StartError(
        'The secrets in the database were encrypted with another TELEBAR_SECRET: start with that one, or set TELEBAR_PREVIOUS_SECRET to it as well to change over to the new one. A demo’s database has another secret, too, and is not for real use: set TELEBAR_DATA (or TELEBAR_DATABASE_URL) to a new one.',
        { cause },
      );
    }
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    const message =
      databaseUrl === null
        ? `The database cannot be opened in TELEBAR_DATA ${dataFolder}: ${why}`
        : `The database of TELEBAR_DATABASE_URL cannot be opened (${why}): is it running, and are name and password right?`;
    throw new StartError(message, { cause });
  }
}

function unusable(dataFolder: string, cause: DataFolderUnusable): StartError {
  return new StartError(`TELEBAR_DATA ${dataFolder} cannot be used: ${cause.message}`, { cause });
}

async function listen(server: Server, { http: { host, port } }: Config): Promise<number> {
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

async function startSwitch(telephony: Switch, { sip, media, ipv6Host }: Config): Promise<void> {
  try {
    await telephony.start();
  } catch (cause) {
    if (cause instanceof AsteriskUnusable) throw new StartError(cause.message, { cause });
    const code = codeOf(cause);
    if (code === 'EADDRINUSE') {
      throw new StartError(
        `UDP port ${sip.port} of ${sip.host} is in use: set TELEBAR_SIP_PORT to another one (0 for any).`,
        { cause },
      );
    }
    if (code === 'EADDRNOTAVAIL') {
      const isIpv6 = ipv6Host !== null && (cause as { address?: string }).address === ipv6Host;
      const setting = isIpv6 ? `TELEBAR_IPV6_HOST ${ipv6Host}` : `TELEBAR_SIP_HOST ${sip.host}`;
      throw new StartError(`${setting} is no address of this machine.`, { cause });
    }
    if (code === 'no-ports') {
      throw new StartError(
        `UDP port ${media.port} of ${media.host} is in use: set TELEBAR_MEDIA_PORT to another one (0 for any).`,
        { cause },
      );
    }
    throw cause;
  }
}

async function reasonsOf(
  store: Pick<Store<unknown>, 'ping'>,
  watch: SwitchWatch,
  centre: CallCentre,
): Promise<string[]> {
  const reasons: string[] = [];
  try {
    await store.ping();
  } catch (error) {
    reasons.push(error instanceof Error ? error.message : 'The database does not answer.');
  }
  if (watch.reason !== null) reasons.push(watch.reason);
  if (!centre.ready) reasons.push('Call control is not running.');
  return reasons;
}

function notesOf({ setAside }: CallCentre): string[] {
  if (setAside === 0) return [];
  const rows = setAside === 1 ? '1 row' : `${setAside} rows`;
  return [
    `${rows} of live teams could not be stored since the start and were set aside in the table set_aside: see there why, and tell us.`,
  ];
}

async function closeHttp(server: Server): Promise<void> {
  const closed = server.listening ? once(server, 'close') : Promise.resolve();
  server.close();
  server.closeAllConnections();
  await closed;
}
