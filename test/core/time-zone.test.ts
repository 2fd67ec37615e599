import { expect, it } from 'vitest';
import { DEFAULT_TIME_ZONE, isTimeZone } from '../../server/core/kernel/time-zone.ts';

it.each([DEFAULT_TIME_ZONE, 'UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Ushuaia'])(
  '%s is a time zone',
  (name) => expect(isTimeZone(name)).toBe(true),
);

it.each(['', '+08:00', 'Mars/Olympus', 'Asia/Shanghai ', 'undefined'])('%s is none', (name) =>
  expect(isTimeZone(name)).toBe(false),
);
