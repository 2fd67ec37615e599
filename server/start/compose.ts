import { resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { createCallCentre, type CallCentre } from '../live/call-centre.ts';
import { TeamCallRecords } from '../features/call-records/call-records.ts';
import { CustomerCards } from '../features/customers/customers.ts';
import { Demo } from '../features/demo/demo.ts';
import { verifyPassword } from '../features/sessions/password.ts';
import { routesOf } from './routes.ts';
import { TokenSessions } from '../features/sessions/sessions.ts';
import type { Config } from './config/config.ts';
import { Numbers } from '../core/kernel/number/numbers.ts';
import { holds } from '../core/model/rights.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import type { Switch } from '../core/ports/switch.ts';
import { seedDemo } from './demo/demo-data.ts';
import { embeddedSwitch, sipAccounts } from './embedded-parts.ts';
import { asteriskSwitch } from './asterisk-parts.ts';
import { prepareTeams } from './first-team.ts';
import { createHttpApp, type HttpLogger } from '../http/http-app.ts';
import { MemoryLoginAttempts } from '../features/sessions/memory-login-attempts.ts';
import { patientServer } from '../http/slow-clients.ts';
import { ServerMetrics } from './metrics.ts';
import { numberPlanOf } from './config/number-plan.ts';
import { RealtimeServer } from '../realtime/realtime-server.ts';
import { SortableIds } from './sortable-ids.ts';
import { closeHttp, listen } from './listen.ts';
import { openDatabase, secretOf } from './open-database.ts';
import { startSwitch } from './start-switch.ts';
import { upgrader } from './upgrade.ts';
import type { Store } from '../store/store.ts';
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
  const store = await openDatabase(config, { secret, numbers, logger });
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
  server.on('upgrade', upgrader({ config, isReady: () => ready, realtime, sip: embedded, logger }));
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
