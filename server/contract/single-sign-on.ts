import * as z from 'zod/mini';
import { SIGN_ON_MATCHES, UNKNOWN_USERS } from '../vocabulary/sign-on.ts';
import { atMost, lineOfText } from './wire.ts';

// Logging in with the provider of a team (OpenID Connect), on pages of this server itself.

const Team = z.string().check(z.trim(), z.minLength(1), z.maxLength(64));

/** GET /login-ways */
export const LoginWaysQuery = z.object({ team: z.optional(Team) });

/** How people of a team may log in on pages of this server, beside their password. */
export const LoginWays = z.object({
  /** Where these ways lead: pages under other addresses cannot use them. */
  origin: z.string(),
  /** Null: the team has no provider. */
  singleSignOn: z.nullable(z.object({ label: z.string() })),
  /** Whether this server can have passkeys. */
  passkeys: z.boolean(),
});
export type LoginWays = z.infer<typeof LoginWays>;

/** POST /single-sign-on */
export const SignOnRequest = z.object({ team: Team });
export type SignOnRequest = z.infer<typeof SignOnRequest>;

/** 201 of POST /single-sign-on */
export const SignOnBegun = z.object({
  /** Where the page has to go. */
  url: z.string(),
  /** Comes again with what the provider answers: the page keeps it for so long, and shows it to nobody. */
  secret: z.string(),
});
export type SignOnBegun = z.infer<typeof SignOnBegun>;

/** GET /sessions/current/provider-logout */
export const ProviderLogout = z.object({
  /** Where the page has to go after logging out here; null: nowhere. */
  url: z.nullable(z.string()),
});

const Issuer = z
  .string()
  .check(
    z.trim(),
    atMost(500),
    z.refine(isIssuer, 'Must be an address without query, as in https://login.example.com/realms/staff'),
  );

function isIssuer(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { search, hash, username, password } = new URL(text);
  return [search, hash, username, password].every((part) => part === '');
}

const Domain = z.string().check(
  z.trim(),
  atMost(253),
  z.regex(/^[\p{L}\d-]+(\.[\p{L}\d-]+)+$/u, 'Must be a domain, as in example.com'),
  z.overwrite((text) => text.toLowerCase()),
);

const Settings = z.object({
  /** Whether people may log in with it. */
  active: z.boolean(),
  /** As the button says it: Log in with … */
  label: lineOfText(60, 1),
  issuer: Issuer,
  clientId: z.string().check(z.trim(), z.minLength(1), z.maxLength(300)),
  /** Which claim names the user. It has to be one that nobody can change for themselves at the provider. */
  claim: z.string().check(z.trim(), atMost(100), z.regex(/^[\w:/.-]+$/)),
  matches: z.enum(SIGN_ON_MATCHES),
  unknownUsers: z.enum(UNKNOWN_USERS),
  /** Only addresses of these domains, and none that the provider calls unverified; empty: whichever. */
  domains: z.array(Domain).check(z.maxLength(50)),
  /** Whether a second factor of the provider takes the place of one of ours. */
  trustsFactor: z.boolean(),
  /** Whether logging out on a page of ours also logs out at the provider. */
  endsSession: z.boolean(),
});

/** GET /set-up/single-sign-on */
export const SignOnSetUp = z.extend(Settings, {
  issuer: z.string(),
  clientId: z.string(),
  label: z.string(),
  hasSecret: z.boolean(),
  /** What the provider has to know as the address to which it leads people back. */
  redirectUri: z.string(),
  /** Whether the operator has set it up (TELEBAR_OIDC_ISSUER): it cannot be changed here. */
  fixed: z.boolean(),
  /** 0: nobody has set it up yet. */
  version: z.number(),
});
export type SignOnSetUp = z.infer<typeof SignOnSetUp>;

/** PATCH /set-up/single-sign-on. The secret is kept unless another one is told; null: the provider wants none. */
export const SignOnPatch = z.partial(
  z.extend(Settings, { clientSecret: z.nullable(z.string().check(z.minLength(1), z.maxLength(1000))) }),
);
export type SignOnPatch = z.infer<typeof SignOnPatch>;
