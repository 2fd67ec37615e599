import { isIP } from 'node:net';
import * as z from 'zod';
import { isTimeZone } from '../../core/kernel/time-zone.ts';
import { asteriskVariables } from './asterisk-environment.ts';
import { signOnVariables } from './sign-on-environment.ts';
import {
  port,
  flag,
  days,
  country,
  hostPort,
  portRange,
  iceServerList,
  address,
  list,
  addresses,
  digests,
  hostNames,
  origins,
} from './variables.ts';

/** 256 bits in base64url are 43 characters; 32 is the least that is accepted. */
export const MIN_SECRET_LENGTH = 32;

/** The variables of the environment, each by itself. */
export const Environment = z.object({
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
  ...signOnVariables,
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
  TELEBAR_KEEP_JOURNAL: days.optional(),
  TELEBAR_KEEP_SNAPSHOTS: days.optional(),
  TELEBAR_KEEP_SESSIONS: days.optional(),
  TELEBAR_KEEP_JOBS: days.optional(),
  TELEBAR_API_KEY_RATE: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'must be a number of requests a minute, 1 to 999999')
    .transform(Number)
    .optional(),
  TELEBAR_WEBHOOK_PRIVATE: flag.optional(),
  TELEBAR_METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'must be at least 16 characters without spaces')
    .optional(),
  TELEBAR_SERVER_URL: z
    .string()
    .regex(
      /^https?:\/\/[^/]+\/?$/,
      'must be the address of this server for others, as in http://10.0.0.5:8080',
    )
    .optional(),
  TELEBAR_PUBLIC_URL: z
    .string()
    .regex(
      /^https?:\/\/[^/]+\/?$/,
      'must be the address under which people reach it, as in https://telebar.example',
    )
    .optional(),
  TELEBAR_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^/]+\/?(\?.*)?$/, 'must be a mail server, as in smtps://user:password@mail.example')
    .optional(),
  TELEBAR_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/, 'must be an address, as in Telebar <telebar@example.com>')
    .optional(),
  TELEBAR_TEAMS: list
    .refine(
      (slugs) => slugs.every((slug) => /^[a-z0-9-]{1,64}$/.test(slug)),
      'must be short names of teams, separated by commas',
    )
    .optional(),
  TELEBAR_TAKE_OVER: flag.optional(),
  TELEBAR_LEASE_SECONDS: z
    .string()
    .regex(/^\d{1,2}$/, 'must be a number of seconds from 3 to 60')
    .transform(Number)
    .refine((value) => value >= 3 && value <= 60, 'must be a number of seconds from 3 to 60')
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
  TELEBAR_TIME_ZONE: z.string().refine(isTimeZone, 'must be a time zone as in Asia/Shanghai').optional(),
  TELEBAR_ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),
  ...asteriskVariables,
});
