import { join, resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { soundsIn } from './sounds.ts';
import { createCallCentre, type CallCentre } from '../live/call-centre.ts';
import { StoredAnswers } from '../features/answers/answers.ts';
import { MemoryAnswers } from '../features/answers/memory-answers.ts';
import { ApiKeys } from '../features/api-keys/api-keys.ts';
import { isKey } from '../features/api-keys/key-secret.ts';
import { AuditTrail } from '../features/audit/audit.ts';
import { ReportFacts } from '../features/reports/facts.ts';
import { TeamCallRecords } from '../features/call-records/call-records.ts';
import { PhoneBook } from '../features/contacts/contacts.ts';
import { CustomerCards } from '../features/customers/customers.ts';
import { Demo } from '../features/demo/demo.ts';
import { FirstSetUp } from '../features/first-set-up/first-set-up.ts';
import { PeopleFiles } from '../features/people-file/people-file.ts';
import { setUpFeature } from '../features/set-up/set-up.ts';
import type { SetUpDeps } from '../features/set-up/set-up-changes.ts';
import { WebhookOutbox } from '../features/webhooks/webhook-outbox.ts';
import { WebhookSending } from '../features/webhooks/webhook-sending.ts';
import { Webhooks } from '../features/webhooks/webhooks.ts';
import { hashPassword, verifyPassword } from '../features/sessions/password.ts';
import { PasswordResets } from '../features/password-resets/password-resets.ts';
import { SecondFactors } from '../features/second-factors/second-factors.ts';
import { Passkeys } from '../features/passkeys/passkeys.ts';
import { Providers } from '../features/single-sign-on/provider.ts';
import { SetUpSignOn } from '../features/single-sign-on/set-up-sign-on.ts';
import { SingleSignOn } from '../features/single-sign-on/single-sign-on.ts';
import { FactorCodes } from '../features/sessions/factor-codes.ts';
import { guardedFetch } from '../http/guarded-fetch.ts';
import { smtpMailer } from './smtp-mailer.ts';
import { OpenSessions } from '../features/sessions/open-sessions.ts';
import { Passwords } from '../features/sessions/passwords.ts';
import { SeenSessions } from '../features/sessions/seen-sessions.ts';
import { routesOf } from './routes.ts';
import { TokenSessions } from '../features/sessions/sessions.ts';
import type { Config } from './config/config.ts';
import { Numbers } from '../core/kernel/number/numbers.ts';
import { Tally } from '../core/kernel/meters.ts';
import { holds } from '../core/model/rights.ts';
import type { Requester } from '../core/kernel/actor.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import type { Switch } from '../core/ports/switch.ts';
import { seedDemo } from './demo/demo-data.ts';
import { embeddedSwitch, sipAccounts } from './embedded-parts.ts';
import { AsteriskApplications } from './asterisk-parts.ts';
import { readAccess } from './place-access.ts';
import { prepareTeams } from './first-team.ts';
import { createHttpApp, type HttpLogger } from '../http/http-app.ts';
import { MemoryLoginAttempts } from '../features/sessions/memory-login-attempts.ts';
import { checkedUrl } from '../http/hook-address.ts';
import { WebSender } from '../http/web-sender.ts';
import { patientServer } from '../http/slow-clients.ts';
import { JobWorker } from '../jobs/worker.ts';
import { ServerMetrics } from './metrics.ts';
import { numberPlanOf } from './config/number-plan.ts';
import { RealtimeServer } from '../realtime/realtime-server.ts';
import { SortableIds } from './sortable-ids.ts';
import { closeHttp, listen, urlHere } from './listen.ts';
import type { Ownership } from '../live/ownership/ownership.ts';
import { openDatabase, secretOf } from './open-database.ts';
import { backgroundJobs } from './background-jobs.ts';
import { startSwitch } from './start-switch.ts';
import { ownershipOf } from './owner.ts';
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
  /** Resolves with the reason when this server cannot go on: it has to be stopped and started anew. */
  readonly over: Promise<string>;
  /** Ends calls, sockets, the media child and the database. */
  stop(): Promise<void>;
}

/** Time for clients to close by themselves when the server stops, ms. */
const GOODBYE_MS = 500;

/**
 * Puts everything together and starts it; resolves when calls can be taken, or when another server has the teams of this
 * one: it then waits in the background until that has gone. What was started is stopped again when something fails on the way.
 * @throws StartError with a sentence for the operator
 */
export async function startServer(config: Config, parts: ServerParts): Promise<RunningServer> {
  const undo: Array<() => Promise<void>> = [];
  const undoAll = async () => {
    for (const step of undo.splice(0).toReversed()) {
      try {
        await step();
      } catch (error) {
        parts.logger.error({ err: error }, 'stopping failed; going on');
      }
    }
  };
  try {
    const { entering, leave, ...running } = await start(config, parts, undo);
    const stop = async () => {
      leave();
      await entering;
      await undoAll();
    };
    return { ...running, stop };
  } catch (error) {
    await undoAll();
    throw error;
  }
}

interface Starting extends Omit<RunningServer, 'stop'> {
  /** Resolves when it takes calls, or has given up waiting for that. */
  readonly entering: Promise<void>;
  /** Waits no longer. */
  readonly leave: () => void;
}

async function start(
  config: Config,
  { logger, root, clock = systemClock, ids = new SortableIds(), ...parts }: ServerParts,
  undo: Array<() => Promise<void>>,
): Promise<Starting> {
  const secret = await secretOf(config);
  const numbers = new Numbers(numberPlanOf(config.numbers.country), config.numbers.outsideDigit);
  const store = await openDatabase(config, { secret, numbers, logger });
  undo.push(() => store.close());
  const sip = sipAccounts(config);
  if (config.bootstrap === null)
    await seedDemo({ unitOfWork: store, logger, numbers, now: clock.now(), sip });
  else await prepareTeams(config.bootstrap, { unitOfWork: store, ids, logger });

  const attempts = new MemoryLoginAttempts((ms, then) => void clock.after(ms, then));
  const seen = new SeenSessions((id, at) => {
    store
      .run((rows) => rows.sessions.saw(id, at))
      .catch((error: unknown) => logger.debug({ err: error }, 'the use of a session was not written down'));
  });
  const factors = new SecondFactors({ unitOfWork: store, clock, ids, secret, logger });
  const publicUrl = () =>
    config.publicUrl ??
    config.servers.url ??
    urlHere(config.http.host, Number(new URL(self.url).port)) ??
    self.url;
  const { inside: providersInside } = config.singleSignOn;
  const providers = new Providers({
    fetch: guardedFetch({ inside: providersInside }),
    inside: providersInside,
    clock,
  });
  const passkeys = new Passkeys({ unitOfWork: store, clock, ids, logger, secret, publicUrl });
  const signOn = new SingleSignOn({
    ...{ unitOfWork: store, clock, ids, logger, secret, providers, publicUrl },
    codes: new FactorCodes(factors, attempts, passkeys),
    fixed: (slug) => (slug === config.singleSignOn.team ? config.singleSignOn.provider : null),
    changed: (teamId) => centre.setUpChanged(teamId),
  });
  const sessions = new TokenSessions({
    signOn,
    passkeys,
    unitOfWork: store,
    clock,
    ids,
    attempts,
    passwords: new Passwords({ unitOfWork: store, clock, ids }),
    seen,
    factors,
    logger,
    secret,
    mayFinish: (agent) => centre.agents.hasCall(agent),
  });
  const first = new FirstSetUp({
    ...{ unitOfWork: store, clock, ids, secret, hashPassword, sessions },
    made: () => centre.teamMade(),
  });
  const resets = new PasswordResets({
    unitOfWork: store,
    clock,
    ids,
    secret,
    mailer: config.mail && smtpMailer(config.mail),
    publicUrl,
    sessions,
  });
  const isAllowedOrigin = (origin: string) => sessions.isAllowedOrigin(origin);
  const { ownership, self } = ownershipOf(config, { unitOfWork: store, logger });
  const applications =
    config.asterisk === null
      ? null
      : new AsteriskApplications(config.asterisk, config.trunk, { clock, ids, log: logger });
  const permitFor = (place: string) => () => ownership.confirm(place);
  const foreign = parts.switch ?? applications?.own(permitFor(ownership.home)) ?? null;
  const embedded = foreign === null ? embeddedSwitch(config, { clock, ids, logger, isAllowedOrigin }) : null;
  const telephony = foreign ?? embedded;
  if (telephony === null) throw new Error('there is no switch');
  const watch = new SwitchWatch(telephony);
  let ready = false;
  let waiting = false;

  const elsewhere = async ({ teamId }: Requester) => {
    const place = await ownership.whereIs(teamId);
    return place === null || place === 'here' ? null : place.url;
  };
  /** A server that waits for its teams passes on what concerns them. */
  const isOpen = () => ready || waiting;

  const answers = new StoredAnswers({ unitOfWork: store, clock, ids });
  const contacts = new PhoneBook({ unitOfWork: answers.unitOfWork, clock, ids });
  const centre = createCallCentre({
    unitOfWork: store,
    switch: telephony,
    switchAt: (place) => {
      const access = readAccess(ownership.accessOf(place));
      if (applications === null || access === null) throw new Error(`it is not known how to serve ${place}`);
      return applications.of(access, permitFor(place));
    },
    clock,
    ids,
    numbers,
    logger,
    sip,
    ownership,
    checkPassword: (who, password) => sessions.checkPassword(who, password),
    agentDeparted: (agent) => sessions.endAll(agent),
    contactNumber: (who, contactId) => contacts.numberOf(who, contactId),
    sounds: soundsIn(join(config.dataFolder, 'sounds')),
    checkPin: (pin, hash) => attempts.pin(() => verifyPassword(pin, hash)),
  });
  const unwatch = sessions.onEnded((ended) => centre.sessionEnded(ended));
  undo.push(async () => unwatch());
  const { perMinute } = config.apiKeys;
  const apiKeys = new ApiKeys({ unitOfWork: store, clock, ids, logger, perMinute });
  const audit = new AuditTrail(store);
  const inside = config.webhooks.private;
  const sender = new WebSender({ inside });
  undo.push(async () => sender.close());
  const sending = new WebhookSending({
    unitOfWork: store,
    clock,
    ids,
    logger,
    sender,
    waitMs: config.keep.jobsMs,
  });
  const told = new WebhookOutbox(store);
  const forgotten = new Tally();
  const worker = new JobWorker(
    backgroundJobs({
      ...{ store, clock, logger, audit, webhooks: told, sending },
      ...{ keep: config.keep, forgotten, passwordResets: resets },
    }),
    {
      unitOfWork: store,
      clock,
      ids,
      logger,
    },
  );
  const metrics = new ServerMetrics({
    centre,
    jobs: worker.meters,
    forgotten,
    pages: () => realtime.connected,
    switchUp: () => telephony.up,
    isReady: () => ready && centre.ready,
    clock,
    version: manifest.version,
  });
  undo.push(async () => metrics.stop());
  const setUpDeps: SetUpDeps = {
    unitOfWork: answers.unitOfWork,
    clock,
    ids,
    numbers,
    hashPassword,
    sip,
    endSessions: (agent, except) => sessions.endAll(agent, except),
    meets: (teamId, changed) => centre.meets(teamId, changed),
    outsidePhones: () => centre.outsidePhones(),
    changed: (teamId) => centre.setUpChanged(teamId),
    originsFixed: (slug) => config.bootstrap?.team === slug && config.bootstrap.origins !== null,
    originsChanged: () => sessions.originsChanged(),
  };
  const app = createHttpApp({
    features: routesOf({
      centre,
      sessions,
      openSessions: new OpenSessions({ unitOfWork: store, clock, seen, sessions }),
      first,
      customers: new CustomerCards({ unitOfWork: answers.unitOfWork, clock, ids, numbers }),
      contacts,
      records: new TeamCallRecords(store, numbers),
      apiKeys,
      webhooks: new Webhooks({
        unitOfWork: store,
        clock,
        ids,
        checkedUrl: (url) => checkedUrl(url, inside),
        changed: (teamId) => centre.setUpChanged(teamId),
      }),
      audit,
      memory: new MemoryAnswers(clock),
      facts: new ReportFacts(store),
      setUp: setUpFeature(setUpDeps),
      resets,
      factors,
      signOn,
      passkeys,
      setUpSignOn: new SetUpSignOn({
        ...{ unitOfWork: store, clock, ids, providers, signOn, inside: providersInside },
        fixed: (slug) => (slug === config.singleSignOn.team ? config.singleSignOn.provider : null),
      }),
      people: new PeopleFiles(setUpDeps),
      demo: config.demo ? new Demo({ unitOfWork: store, clock, numbers, switch: telephony, sip }) : null,
    }),
    doorkeeper: {
      answers,
      authenticate: (token, origin) =>
        isKey(token) ? apiKeys.authenticate(token, origin) : sessions.authenticate(token, origin),
      holds,
      elsewhere,
      isLocked: (who) => centre.agents.isLocked(who),
      isAllowedOrigin,
    },
    demo: config.demo,
    health: {
      reasons: () => reasonsOf(store, ownership, watch, centre),
      notes: () => notesOf(centre, ownership),
    },
    metrics: { token: config.metricsToken, read: () => metrics.read() },
    isReady: isOpen,
    logger,
    trustProxy: config.http.trustProxy,
    publicFolder: resolve(root, 'dist/public'),
    sockets: (config.asterisk?.nodes ?? []).map(({ webSocketUrl }) => new URL(webSocketUrl).origin),
    version: manifest.version,
    hosts: config.http.hosts,
  });
  const server = patientServer(app, { proxied: config.http.trustProxy > 0 });
  const realtime = new RealtimeServer({
    services: { sessions, desks: centre.desks },
    elsewhere,
    clock,
    logger,
  });
  server.on('upgrade', upgrader({ config, isReady: isOpen, realtime, sip: embedded, logger }));
  const port = await listen(server, config);
  undo.push(() => closeHttp(server));
  const host = config.http.host.includes(':') ? `[${config.http.host}]` : config.http.host;
  const url = `http://${host}:${port}`;
  self.url = config.servers.url ?? url;
  const setupToken = config.bootstrap === null ? null : await first.newToken();
  if (setupToken !== null) {
    logger.warn(
      { link: `${config.servers.url ?? urlHere(config.http.host, port) ?? url}/admin/#setup=${setupToken}` },
      'nobody can log in, for the database has no team: open this link within 24 hours to make the first, or set TELEBAR_ADMIN_PASSWORD',
    );
  }
  undo.push(() => ownership.stop());
  const unfollow = centre.onLeft((teams) => realtime.endTeams(teams));
  undo.push(async () => unfollow());

  const sayGoodbye = async (): Promise<void> => {
    ready = false;
    waiting = false;
    server.close();
    realtime.close();
    await new Promise((done) => setTimeout(done, realtime.connected === 0 ? 0 : GOODBYE_MS));
    realtime.terminate();
  };
  const takeCalls = async (): Promise<void> => {
    undo.push(() => telephony.stop());
    await startSwitch(telephony, config);
    undo.push(() => centre.stop());
    await centre.start();
    undo.push(() => worker.stop());
    await worker.start();
    ready = true;
    waiting = false;
    // First to go: pages are told before their calls end.
    undo.push(sayGoodbye);
    logger.info(
      { host: config.http.host, port, demo: config.demo, database: store.kind },
      'calls can be taken',
    );
  };
  let entering = Promise.resolve();
  let fail: (reason: string) => void = () => undefined;
  const over = new Promise<string>((resolve) => (fail = resolve));
  void ownership.deposed.then(() => fail('Another server has taken over the teams of this one.'));
  if (await ownership.tryToEnter()) await takeCalls();
  else {
    waiting = true;
    undo.push(sayGoodbye);
    entering = ownership
      .enter()
      .then((entered) => (entered ? takeCalls() : undefined))
      .catch((error: unknown) => {
        logger.error({ err: error }, 'the teams of another server could not be taken over');
        fail(error instanceof Error ? error.message : String(error));
      });
  }
  return {
    url,
    port,
    sipPort: embedded?.sipPort ?? null,
    over,
    entering,
    leave: () => ownership.leave(),
  };
}

/** Anybody may ask for the health, and each look at the database is a write; whoever fails to write tells the store at once. */
const STORE_LOOKED_AT_MS = 10_000;

async function reasonsOf(
  store: Pick<Store<unknown>, 'ping'>,
  ownership: Pick<Ownership, 'waits'>,
  watch: SwitchWatch,
  centre: CallCentre,
): Promise<string[]> {
  const reasons: string[] = [];
  try {
    await store.ping(STORE_LOOKED_AT_MS);
  } catch (error) {
    reasons.push(error instanceof Error ? error.message : 'The database does not answer.');
  }
  if (ownership.waits !== null) return [...reasons, ownership.waits];
  if (watch.reason !== null) reasons.push(watch.reason);
  if (!centre.ready) reasons.push('Call control is not running.');
  return reasons;
}

function notesOf({ setAside }: CallCentre, { guests }: Pick<Ownership, 'guests'>): string[] {
  const notes = guests.map(
    (place) =>
      `The server of "${place}" has gone; its teams are served here as well, until this server is started again.`,
  );
  const rows = setAside === 1 ? '1 row' : `${setAside} rows`;
  if (setAside > 0) {
    notes.push(
      `${rows} of live teams could not be stored since the start and were set aside in the table set_aside: see there why, and tell us.`,
    );
  }
  return notes;
}
