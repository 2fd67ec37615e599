import * as z from 'zod/mini';
import { AgentSetUpInput } from './people.ts';
import { Locale, atMost, lineOfText } from './wire.ts';

/** POST /setup: makes the first team and its administrator, with the token of the link that the server has printed; once. */
export const FirstSetUpRequest = z.object({
  token: z.string().check(z.minLength(1), z.maxLength(200)),
  team: z.object({
    /** What people log in with. */
    slug: z.string().check(atMost(32), z.regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/)),
    name: lineOfText(100, 1),
    locale: Locale,
    /** IANA name. */
    timeZone: z.string().check(atMost(64)),
  }),
  administrator: z.pick(AgentSetUpInput, { number: true, username: true, name: true, password: true }),
});
export type FirstSetUpRequest = z.infer<typeof FirstSetUpRequest>;
