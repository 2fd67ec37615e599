import * as z from 'zod/mini';
import { HOOK_EVENTS, HOOK_FAULTS } from '../vocabulary/hook-events.ts';
import { Id, PageQuery, Timestamp, atMost, lineOfText, listQuery, pageOf } from './wire.ts';

// Addresses that are told of what happens in a team. What they are sent is signed with a secret that is told once.

const WebhookFields = z.object({
  name: lineOfText(100, 1),
  /** Where it is sent, over HTTPS. */
  url: z.string().check(z.trim(), atMost(2_000), z.regex(/^https?:\/\/\S+$/i, 'Must be an https:// address')),
  events: z.array(z.enum(HOOK_EVENTS)).check(z.minLength(1), z.maxLength(HOOK_EVENTS.length)),
  /** Whether it is sent anything. What waits meanwhile is sent when it is switched on again. */
  active: z.boolean(),
});

/** POST /set-up/webhooks */
export const WebhookInput = z.extend(WebhookFields, { active: z._default(z.boolean(), true) });
export type WebhookInput = z.infer<typeof WebhookInput>;

/** PATCH /set-up/webhooks/:id */
export const WebhookPatch = z.partial(WebhookFields);
export type WebhookPatch = z.infer<typeof WebhookPatch>;

export const WebhookSetUp = z.object({
  id: Id,
  name: z.string(),
  url: z.string(),
  events: z.array(z.enum(HOOK_EVENTS)),
  active: z.boolean(),
  /** Why Telebar itself has switched it off; null: it has not. */
  fault: z.nullable(z.enum(HOOK_FAULTS)),
  /** Nothing has arrived there since; null: what was sent last has. */
  failingSince: z.nullable(Timestamp),
  /** Until then the secret of before signs as well; null: there is none. */
  previousSecretUntil: z.nullable(Timestamp),
  createdAt: Timestamp,
  version: z.number(),
});
export type WebhookSetUp = z.infer<typeof WebhookSetUp>;

/** GET /set-up/webhooks */
export const WebhookListQuery = listQuery('name', 'createdAt');
export type WebhookListQuery = z.infer<typeof WebhookListQuery>;
export const WebhookPage = pageOf(WebhookSetUp);

export const WebhookMade = z.extend(WebhookSetUp, {
  /** `whsec_…`, with which the receiver verifies. It is told this once. */
  secret: z.string(),
});
export type WebhookMade = z.infer<typeof WebhookMade>;

/** POST /set-up/webhooks/:id/secret */
export const NewSecretRequest = z.object({
  /** So long the secret of before signs as well, ms; a day by default. */
  keepPreviousMs: z._default(z.number().check(z.int(), z.minimum(0), z.maximum(604_800_000)), 86_400_000),
});
export type NewSecretRequest = z.infer<typeof NewSecretRequest>;

const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;

/** One event on its way to one address. */
export const Delivery = z.object({
  id: z.string(),
  /** `webhook-id`: the same each time that it is sent. */
  eventId: z.string(),
  type: z.string(),
  state: z.enum(DELIVERY_STATES),
  createdAt: Timestamp,
  /** When it is sent next, while it waits. */
  dueAt: Timestamp,
  attempts: z.number(),
  lastAttemptAt: z.nullable(Timestamp),
  /** What the address has answered last; null: nothing. */
  lastStatus: z.nullable(z.number()),
  lastError: z.nullable(z.string()),
  /** How long the last answer took, ms. */
  lastMs: z.nullable(z.number()),
});
export type Delivery = z.infer<typeof Delivery>;

/** GET /set-up/webhooks/:id/deliveries, the newest first */
export const DeliveryQuery = z.extend(PageQuery, { state: z.optional(z.enum(DELIVERY_STATES)) });
export type DeliveryQuery = z.infer<typeof DeliveryQuery>;
export const DeliveryPage = pageOf(Delivery);
