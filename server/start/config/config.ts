import { resolve } from 'node:path';
import { type IceServer, wantsCredential } from '../relay-credentials.ts';
import { asteriskSettings, type AsteriskSettings } from './asterisk-environment.ts';
import { signOnSettings, type SignOnSettings } from './sign-on-environment.ts';
import { Environment, MIN_SECRET_LENGTH } from './environment.ts';
import { DAY_MS } from './variables.ts';

/** Everything that can be set from outside, parsed once. Times in ms, sizes in bytes. */
export interface Config {
  /** Demo mode: seeded team with known passwords; only for trying out. */
  demo: boolean;
  /** Key of what is kept of bearer tokens, and of the secrets in the database; another one ends every session. Null in a demo that was given none. */
  secret: string | null;
  /** The one of before, with which the secrets in the database may still be encrypted. */
  previousSecret: string | null;
  /** HTTP, realtime and SIP over WebSocket. Port 0: any free one. */
  http: {
    host: string;
    port: number;
    /** Hops of reverse proxies whose `X-Forwarded-*` are believed; 0: none. */
    trustProxy: number;
    /** Names under which a demo answers beside `localhost` and the addresses of its machine. */
    hosts: string[];
  };
  /** Folder of database and recordings. */
  dataFolder: string;
  /** PostgreSQL when set, otherwise SQLite in `dataFolder`. */
  databaseUrl: string | null;
  /** SIP over UDP, and over TCP at the same port (`try`: if that is free). Port 0: any free one. `digests`: what desk phones are challenged with, best first. */
  sip: { host: string; port: number; tcp: 'on' | 'try' | 'off'; digests: Array<'MD5' | 'SHA-256'> };
  /** SIP and plain RTP over IPv6 as well, on this address; null: over IPv4 only. */
  ipv6Host: string | null;
  media: {
    /** Local address of all media sockets. */
    host: string;
    /** Address that is put into SDP instead of the local one (containers, NAT). */
    announcedAddress: string | null;
    /** The one UDP port of all WebRTC legs. 0: any free one. */
    port: number;
    /** UDP ports of plain RTP legs (desk phones, trunk), inclusive. */
    rtpPorts: { from: number; to: number };
    iceServers: IceServer[];
    /** Shared with the TURN servers that have no credential in `iceServers`; null: there are none. */
    turnSecret: string | null;
  };
  trunk: {
    /** Where calls to outside numbers go; null: only the demo's customer phones can be called. */
    target: { host: string; port: number } | null;
    transport: 'UDP' | 'TCP';
    user: string | null;
    password: string | null;
    /** Addresses from which the trunk may call in. */
    allow: string[];
    /** Put before every number that leaves, as a private exchange wants it; ''. */
    prefix: string;
  };
  /** How numbers are read: ISO 3166 country, and what is keyed before one outside ('' for nothing). */
  numbers: { country: string; outsideDigit: string };
  /** In place of the embedded switch; then `sip`, `media` and `trunk` are not used but for the ICE servers. */
  asterisk: AsteriskSettings | null;
  /**
   * Outside demo mode only: the team that the environment looks after. With a password the first start makes it and its
   * administrator, with `timeZone` for its reports; `origins`, when set, are the pages that may use it from this start on.
   */
  bootstrap: {
    team: string;
    password: string | null;
    origins: string[] | null;
    timeZone: string | null;
  } | null;
  /** Several servers on one database. */
  servers: {
    /** Where the others reach this one; null: under the address that it listens on. */
    url: string | null;
    /** Short names of the teams that are to live here; null: all that live nowhere yet. */
    teams: string[] | null;
    /** A server that has not been heard of for so long has lost its teams, ms. */
    leaseMs: number;
    /** Whether this one takes the teams of others that have died. */
    takesOver: boolean;
  };
  /** Where people reach this server, for links in mails; null: as `servers.url`, or where it listens. */
  publicUrl: string | null;
  /** Null: it sends no mail. */
  mail: { smtpUrl: string; from: string } | null;
  /** For how long what is written all the time is kept, ms. */
  keep: { journalMs: number; snapshotsMs: number; sessionsMs: number; jobsMs: number };
  /** How often one key of the API may ask this server. */
  apiKeys: { perMinute: number };
  /** Whether webhooks may lead into the own network, and go without TLS. */
  webhooks: { private: boolean };
  /** Logging in with a provider of OpenID Connect: of which team the operator has set it up, and whether providers may be in the own network, without TLS. */
  singleSignOn: SignOnSettings;
  /** Opens `/metrics`; null: to nobody, but in a demo to this machine. */
  metricsToken: string | null;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

/** The environment is not usable. `problems` has one sentence for each variable that is wrong. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const DEFAULT_SIP_PORT = 5060;
const LEASE_S = 8;

/**
 * Reads the environment; an empty variable counts as not set. Without `TELEBAR_SECRET` and `TELEBAR_DEMO` the server
 * is a demo, so that a fresh machine needs no answers; that mode binds to the loopback interface only.
 * @throws ConfigError
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(set);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}.`));
  }
  const env = parsed.data;
  const demo = env.TELEBAR_DEMO ?? env.TELEBAR_SECRET === undefined;
  if (!demo && env.TELEBAR_SECRET === undefined) {
    throw new ConfigError([
      'TELEBAR_SECRET is not set. Outside demo mode it must be a random text of at least ' +
        `${MIN_SECRET_LENGTH} characters (openssl rand -base64 48 makes one); for trying out set TELEBAR_DEMO=1.`,
    ]);
  }
  if ((env.TELEBAR_TRUNK_USER === undefined) !== (env.TELEBAR_TRUNK_PASSWORD === undefined)) {
    throw new ConfigError(['TELEBAR_TRUNK_USER and TELEBAR_TRUNK_PASSWORD must be set together.']);
  }
  if (env.TELEBAR_TRUNK_TRANSPORT === 'tcp' && env.TELEBAR_SIP_TCP === false) {
    throw new ConfigError([
      'TELEBAR_TRUNK_TRANSPORT is tcp, but TELEBAR_SIP_TCP=0 switches SIP over TCP off.',
    ]);
  }
  const iceServers = (env.TELEBAR_ICE_SERVERS ?? []).map(({ urls, username, credential }) => ({
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  }));
  if (env.TELEBAR_TURN_SECRET !== undefined && !iceServers.some(wantsCredential)) {
    throw new ConfigError([
      'TELEBAR_TURN_SECRET is set, but TELEBAR_ICE_SERVERS has no turn: server without a credential.',
    ]);
  }
  if ((env.TELEBAR_SMTP_URL === undefined) !== (env.TELEBAR_MAIL_FROM === undefined)) {
    throw new ConfigError(['TELEBAR_SMTP_URL and TELEBAR_MAIL_FROM must be set together.']);
  }
  let asterisk: AsteriskSettings | null;
  let singleSignOn: SignOnSettings;
  try {
    singleSignOn = signOnSettings(env, demo ? 'demo' : (env.TELEBAR_TEAM ?? 'main'));
    asterisk = asteriskSettings(env);
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : String(error)]);
  }
  if (env.TELEBAR_TEAMS !== undefined && asterisk === null) {
    throw new ConfigError([
      'TELEBAR_TEAMS needs TELEBAR_SWITCH=asterisk: the embedded switch of a database has all teams in one process.',
    ]);
  }
  return {
    demo,
    secret: env.TELEBAR_SECRET ?? null,
    previousSecret: env.TELEBAR_PREVIOUS_SECRET ?? null,
    http: {
      host: env.TELEBAR_HOST ?? (demo ? '127.0.0.1' : '0.0.0.0'),
      port: env.PORT ?? 8080,
      trustProxy: env.TELEBAR_TRUST_PROXY ?? 0,
      hosts: env.TELEBAR_HOSTS ?? [],
    },
    dataFolder: resolve(env.TELEBAR_DATA ?? './data'),
    databaseUrl: env.TELEBAR_DATABASE_URL ?? null,
    sip: {
      host: env.TELEBAR_SIP_HOST ?? '127.0.0.1',
      port: env.TELEBAR_SIP_PORT ?? DEFAULT_SIP_PORT,
      tcp: tcpOf(env.TELEBAR_SIP_TCP, env.TELEBAR_TRUNK_TRANSPORT),
      digests: env.TELEBAR_SIP_DIGEST ?? ['MD5'],
    },
    ipv6Host: env.TELEBAR_IPV6_HOST ?? null,
    media: {
      host: env.TELEBAR_MEDIA_HOST ?? (demo ? '127.0.0.1' : '0.0.0.0'),
      announcedAddress: env.TELEBAR_ANNOUNCED_ADDRESS ?? null,
      port: env.TELEBAR_MEDIA_PORT ?? 40_000,
      rtpPorts: env.TELEBAR_RTP_PORTS ?? { from: 20_000, to: 29_999 },
      iceServers,
      turnSecret: env.TELEBAR_TURN_SECRET ?? null,
    },
    trunk: {
      target: env.TELEBAR_TRUNK ?? null,
      transport: env.TELEBAR_TRUNK_TRANSPORT === 'tcp' ? 'TCP' : 'UDP',
      user: env.TELEBAR_TRUNK_USER ?? null,
      password: env.TELEBAR_TRUNK_PASSWORD ?? null,
      allow: env.TELEBAR_TRUNK_ALLOW ?? (demo ? ['127.0.0.1'] : []),
      prefix: env.TELEBAR_TRUNK_PREFIX ?? '',
    },
    numbers: { country: env.TELEBAR_COUNTRY ?? 'CN', outsideDigit: env.TELEBAR_OUTSIDE_DIGIT ?? '' },
    asterisk,
    bootstrap: demo
      ? null
      : {
          team: env.TELEBAR_TEAM ?? 'main',
          password: env.TELEBAR_ADMIN_PASSWORD ?? null,
          origins: env.TELEBAR_ORIGINS ?? null,
          timeZone: env.TELEBAR_TIME_ZONE ?? null,
        },
    servers: {
      url: env.TELEBAR_SERVER_URL?.replace(/\/$/, '') ?? null,
      teams: env.TELEBAR_TEAMS ?? null,
      leaseMs: (env.TELEBAR_LEASE_SECONDS ?? LEASE_S) * 1_000,
      takesOver: env.TELEBAR_TAKE_OVER ?? true,
    },
    publicUrl: env.TELEBAR_PUBLIC_URL?.replace(/\/$/, '') ?? null,
    mail:
      env.TELEBAR_SMTP_URL !== undefined && env.TELEBAR_MAIL_FROM !== undefined
        ? { smtpUrl: env.TELEBAR_SMTP_URL, from: env.TELEBAR_MAIL_FROM }
        : null,
    keep: {
      journalMs: env.TELEBAR_KEEP_JOURNAL ?? 90 * DAY_MS,
      snapshotsMs: env.TELEBAR_KEEP_SNAPSHOTS ?? 30 * DAY_MS,
      sessionsMs: env.TELEBAR_KEEP_SESSIONS ?? 7 * DAY_MS,
      jobsMs: env.TELEBAR_KEEP_JOBS ?? 7 * DAY_MS,
    },
    apiKeys: { perMinute: env.TELEBAR_API_KEY_RATE ?? 600 },
    webhooks: { private: env.TELEBAR_WEBHOOK_PRIVATE ?? false },
    singleSignOn,
    metricsToken: env.TELEBAR_METRICS_TOKEN ?? null,
    // The demo's terminal is for its addresses.
    logLevel: env.TELEBAR_LOG_LEVEL ?? (demo ? 'warn' : 'info'),
  };
}

/** What depends on TCP does not do without it. */
function tcpOf(wanted: boolean | undefined, trunk: 'udp' | 'tcp' | undefined): Config['sip']['tcp'] {
  if (wanted === false) return 'off';
  return wanted === true || trunk === 'tcp' ? 'on' : 'try';
}
