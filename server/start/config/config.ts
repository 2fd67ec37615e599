import { isIP } from 'node:net';
import { resolve } from 'node:path';
import * as z from 'zod';
import { type IceServer, wantsCredential } from '../relay-credentials.ts';
import { isCountry } from './number-plan.ts';
import { asteriskSettings, asteriskVariables, type AsteriskSettings } from './asterisk-environment.ts';

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
   * administrator; `origins`, when set, are the pages that may use it from this start on.
   */
  bootstrap: { team: string; password: string | null; origins: string[] | null } | null;
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
/** 256 bits in base64url are 43 characters; 32 is the least that is accepted. */
const MIN_SECRET_LENGTH = 32;

const port = (lowest: 0 | 1) =>
  z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number')
    .transform(Number)
    .refine((value) => value >= lowest && value <= 65_535, `must be a port number from ${lowest} to 65535`);

const flag = z
  .string()
  .toLowerCase()
  .pipe(
    z
      .enum(['0', '1', 'true', 'false', 'yes', 'no'], 'must be 1 or 0')
      .transform((v) => ['1', 'true', 'yes'].includes(v)),
  );

const country = z
  .string()
  .toUpperCase()
  .refine(isCountry, 'must be the two letters of a country (ISO 3166), as in CN or GB');

const hostPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, 'must be host:port, as in 192.0.2.10:5060')
  .transform((value) => {
    const colon = value.lastIndexOf(':');
    return { host: value.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(value.slice(colon + 1)) };
  })
  .refine((target) => target.port >= 1 && target.port <= 65_535, 'must have a port from 1 to 65535');

const portRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'must be a range of ports, as in 20000-20999')
  .transform((value) => {
    const [from = 0, to = 0] = value.split('-').map(Number);
    return { from, to };
  })
  .refine(
    (range) => range.from >= 1024 && range.to <= 65_535 && range.to - range.from >= 1,
    'must be a range of at least two ports between 1024 and 65535, the lower first',
  );

const IceServers = z.array(
  z.object({
    urls: z
      .union([z.string(), z.array(z.string())])
      .transform((urls) => (Array.isArray(urls) ? urls : [urls])),
    username: z.string().optional(),
    credential: z.string().optional(),
  }),
);

const iceServerList = z.string().transform((value, context) => {
  try {
    return IceServers.parse(JSON.parse(value));
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'must be a JSON list of ICE servers, as in [{"urls":["stun:stun.example:3478"]}]',
    });
    return z.NEVER;
  }
});

const address = z.string().refine((text) => isIP(text) !== 0, 'must be an IP address');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const addresses = list.refine(
  (parts) => parts.every((part) => isIP(part) !== 0),
  'must be IP addresses, separated by commas',
);

const digests = list.pipe(
  z
    .array(
      z.enum(
        ['MD5', 'SHA-256'],
        'must be MD5, SHA-256, or both in the order of preference, as in SHA-256,MD5',
      ),
    )
    .min(1, 'must be MD5, SHA-256, or both in the order of preference, as in SHA-256,MD5')
    .transform((names) => [...new Set(names)]),
);
const hostNames = list
  .transform((names) => names.map((name) => name.toLowerCase()))
  .refine(
    (names) => names.every((name) => /^[a-z0-9.-]{1,253}$/.test(name) || isIP(name) !== 0),
    'must be names of hosts without port, separated by commas, as in telebar.test,192.0.2.7',
  );

/** As `isOriginAllowed` reads them: an exact origin, or one with any port. */
function isOriginPattern(text: string): boolean {
  const origin = text.replace(/:\*$/, '');
  return /^https?:\/\/[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;
}
const origins = list.refine(
  (patterns) => patterns.every(isOriginPattern),
  'must be origins of pages, separated by commas, as in https://crm.example,http://localhost:*',
);

const Environment = z.object({
  PORT: port(0).optional(),
  TELEBAR_HOST: z.string().optional(),
  TELEBAR_HOSTS: hostNames.optional(),
  TELEBAR_DATA: z.string().optional(),
  TELEBAR_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a PostgreSQL address, as in postgres://user:password@host/name')
    .optional(),
  TELEBAR_SECRET: z
    .string()
    .min(
      MIN_SECRET_LENGTH,
      `must have at least ${MIN_SECRET_LENGTH} characters (openssl rand -base64 48 makes one)`,
    )
    .optional(),
  TELEBAR_PREVIOUS_SECRET: z.string().optional(),
  TELEBAR_DEMO: flag.optional(),
  TELEBAR_SIP_HOST: z.string().optional(),
  TELEBAR_SIP_PORT: port(0).optional(),
  TELEBAR_SIP_DIGEST: digests.optional(),
  TELEBAR_SIP_TCP: flag.optional(),
  TELEBAR_TRUNK: hostPort.optional(),
  TELEBAR_TRUNK_TRANSPORT: z.enum(['udp', 'tcp'], 'must be udp or tcp').optional(),
  TELEBAR_TRUNK_USER: z.string().optional(),
  TELEBAR_TRUNK_PASSWORD: z.string().optional(),
  TELEBAR_TRUNK_ALLOW: addresses.optional(),
  TELEBAR_TRUNK_PREFIX: z
    .string()
    .regex(/^[\d*#]{1,8}$/, 'must be one to eight digits, as in 9')
    .optional(),
  TELEBAR_COUNTRY: country.optional(),
  TELEBAR_OUTSIDE_DIGIT: z
    .string()
    .regex(/^\d{1,4}$/, 'must be one to four digits, as in 9')
    .optional(),
  TELEBAR_ANNOUNCED_ADDRESS: address.optional(),
  TELEBAR_IPV6_HOST: z
    .string()
    .refine((text) => isIP(text) === 6, 'must be an IPv6 address of this machine, or :: for all of them')
    .optional(),
  TELEBAR_MEDIA_HOST: z.string().optional(),
  TELEBAR_MEDIA_PORT: port(0).optional(),
  TELEBAR_RTP_PORTS: portRange.optional(),
  TELEBAR_ICE_SERVERS: iceServerList.optional(),
  TELEBAR_TURN_SECRET: z.string().min(16, 'must be at least 16 characters').optional(),
  TELEBAR_TRUST_PROXY: z
    .string()
    .regex(/^\d$/, 'must be the number of reverse proxies in front, 0 to 9')
    .transform(Number)
    .optional(),
  TELEBAR_METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'must be at least 16 characters without spaces')
    .optional(),
  TELEBAR_LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be one of fatal, error, warn, info, debug, trace, silent',
    )
    .optional(),
  TELEBAR_TEAM: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be small letters, digits and hyphens')
    .optional(),
  TELEBAR_ORIGINS: origins.optional(),
  TELEBAR_ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),
  ...asteriskVariables,
});

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
  let asterisk: AsteriskSettings | null;
  try {
    asterisk = asteriskSettings(env);
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : String(error)]);
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
        },
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
