import * as z from 'zod/mini';
import { FIELD_TYPES } from '../vocabulary/field-types.ts';
import { LOGIN_WAYS } from '../vocabulary/login-ways.ts';
import { RIGHTS } from '../vocabulary/rights.ts';
import { ROLES } from '../vocabulary/roles.ts';
import { Id, Locale, LocalizedText, PageQuery, Timestamp, atMost, pageOf } from './wire.ts';

export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** 201 of POST /sessions and 200 of GET /sessions/current (there with the same token). */
export const Session = z.object({
  /** Bearer token for REST and realtime; opaque to the client. */
  token: z.string(),
  /** Ends this session and can do nothing else: a page may keep it where the token must not be. */
  endTicket: z.string(),
  expiresAt: Timestamp,
  serverTime: Timestamp,
  agent: z.object({ id: Id, number: z.string(), username: z.string(), name: z.string(), role: Role }),
  /** What the agent's role allows; on whom, the server knows. */
  rights: z._default(z.array(z.enum(RIGHTS)), []),
  team: z.object({ id: Id, slug: z.string(), name: z.string() }),
});
export type Session = z.infer<typeof Session>;

/** A session that has not ended. */
export const OpenSession = z.object({
  id: Id,
  via: z.enum(LOGIN_WAYS),
  since: Timestamp,
  /** The last request, or sign of life of its page. */
  seenAt: Timestamp,
  expiresAt: Timestamp,
  address: z.string(),
  userAgent: z.string(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export type OpenSession = z.infer<typeof OpenSession>;

/** GET /sessions, GET /set-up/agents/:id/sessions: the newest first. */
export const SessionListQuery = PageQuery;
export type SessionListQuery = z.infer<typeof SessionListQuery>;
export const SessionPage = pageOf(OpenSession);

/** POST /demo/token (demo mode only): what the demo CRM's own back end would mint. */
export const DemoTokenRequest = z.object({ username: z.string().check(z.maxLength(64)) });
/** POST /demo/line (demo mode only): an outside line for the customer's phone. */
export const DemoLineRequest = z.object({
  number: z.string().check(atMost(21), z.regex(/^\+?[0-9]{3,20}$/)),
});

/** 201 of POST /devices/browser: one registration for the agent's browser phone; the previous one is displaced. */
export const SipCredential = z.object({
  endpointId: Id,
  /** sip:user@domain */
  uri: z.string(),
  username: z.string(),
  password: z.string(),
  realm: z.string(),
  /** Absolute or path-only address of SIP over WebSocket (RFC 7118). */
  server: z.string(),
  expiresAt: Timestamp,
  iceServers: z.array(
    z.object({
      urls: z.array(z.string()),
      username: z.optional(z.string()),
      credential: z.optional(z.string()),
    }),
  ),
});
export type SipCredential = z.infer<typeof SipCredential>;

/** GET /devices: the team's desk phones, for choosing one at sign-in. */
export const DeskPhone = z.object({
  endpointId: Id,
  username: z.string(),
  name: z.string(),
  online: z.boolean(),
  address: z.nullable(z.string()),
  inUseBy: z.nullable(z.object({ id: Id, number: z.string(), name: z.string() })),
});
export type DeskPhone = z.infer<typeof DeskPhone>;

/** One of a choice. `value`: what cards have of it, whatever it is called now. */
export const FieldOption = z.extend(LocalizedText, { value: z.string() });

export const CustomField = z.object({
  key: z.string(),
  label: LocalizedText,
  type: z.enum(FIELD_TYPES),
  required: z.boolean(),
  readOnly: z.boolean(),
  options: z.array(FieldOption),
});
export type CustomField = z.infer<typeof CustomField>;

/** Each stands before those below it. */
export const Reason = z.object({
  id: Id,
  label: LocalizedText,
  /** 0: it stands below none. */
  level: z.optional(z.number()),
  /** Whether others stand below it: then it cannot be chosen itself. */
  heading: z.optional(z.boolean()),
  colour: z.optional(z.nullable(z.string())),
  /** How long a pause with it should last at most, ms; null: nobody says. */
  limitMs: z.optional(z.nullable(z.number())),
});
export type Reason = z.infer<typeof Reason>;

/** What a team has set up and a desk needs to draw itself; part of the snapshot. */
export const TeamSettings = z.object({
  id: Id,
  slug: z.string(),
  name: z.string(),
  locale: Locale,
  pauseReasons: z.array(Reason),
  /** What a call can have been about, chosen in after-call work; empty: the team has none. */
  wrapUpReasons: z.array(Reason),
  /** What can have come of a call, chosen beside; empty: the team has none. */
  callResults: z.array(Reason),
  customerFields: z.array(CustomField),
});
export type TeamSettings = z.infer<typeof TeamSettings>;
