import { isIP } from 'node:net';
import * as z from 'zod';
import { isOriginPattern } from '../../contract/embedding.ts';
import { isCountry } from './number-plan.ts';

// How the text of a variable is read, and what it must be.

export const port = (lowest: 0 | 1) =>
  z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number')
    .transform(Number)
    .refine((value) => value >= lowest && value <= 65_535, `must be a port number from ${lowest} to 65535`);

export const flag = z
  .string()
  .toLowerCase()
  .pipe(
    z
      .enum(['0', '1', 'true', 'false', 'yes', 'no'], 'must be 1 or 0')
      .transform((v) => ['1', 'true', 'yes'].includes(v)),
  );

export const DAY_MS = 86_400_000;
export const days = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, 'must be a number of days, 1 to 9999')
  .transform((value) => Number(value) * DAY_MS);

export const country = z
  .string()
  .toUpperCase()
  .refine(isCountry, 'must be the two letters of a country (ISO 3166), as in CN or GB');

export const hostPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, 'must be host:port, as in 192.0.2.10:5060')
  .transform((value) => {
    const colon = value.lastIndexOf(':');
    return { host: value.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(value.slice(colon + 1)) };
  })
  .refine((target) => target.port >= 1 && target.port <= 65_535, 'must have a port from 1 to 65535');

export const portRange = z
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

export const iceServerList = z.string().transform((value, context) => {
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

export const address = z.string().refine((text) => isIP(text) !== 0, 'must be an IP address');
export const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
export const addresses = list.refine(
  (parts) => parts.every((part) => isIP(part) !== 0),
  'must be IP addresses, separated by commas',
);

export const digests = list.pipe(
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
export const hostNames = list
  .transform((names) => names.map((name) => name.toLowerCase()))
  .refine(
    (names) => names.every((name) => /^[a-z0-9.-]{1,253}$/.test(name) || isIP(name) !== 0),
    'must be names of hosts without port, separated by commas, as in telebar.test,192.0.2.7',
  );

export const origins = list.refine(
  (patterns) => patterns.every(isOriginPattern),
  'must be origins of pages, separated by commas, as in https://crm.example,http://localhost:*',
);
