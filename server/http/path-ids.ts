import * as z from 'zod/mini';
import { Id, atMost } from '../contract/wire.ts';
import {
  asId,
  type AgentId,
  type ApiKeyId,
  type BindingId,
  type CallId,
  type ContactId,
  type CustomerId,
  type DeliveryId,
  type EndpointId,
  type FieldId,
  type GroupId,
  type LegId,
  type LinkId,
  type PartyId,
  type ReasonId,
  type RoleId,
  type SessionId,
  type WebhookId,
} from '../core/kernel/ids.ts';

/** A path with one id in it. */
export type PathOf<Id> = z.ZodMiniType<{ id: Id }>;

/** Ids in paths: the wire's plain strings, marked for what they are once they are parsed. */
export const CallPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<CallId>(id)),
  ),
});
export const CallLegPath = z.extend(CallPath, {
  legId: z.pipe(
    Id,
    z.transform((id: string) => asId<LegId>(id)),
  ),
});
export const CallPartyPath = z.extend(CallPath, {
  partyId: z.pipe(
    Id,
    z.transform((id: string) => asId<PartyId>(id)),
  ),
});
export const ContactPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<ContactId>(id)),
  ),
});
export const CustomerPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<CustomerId>(id)),
  ),
});
export const AgentPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<AgentId>(id)),
  ),
});
export const SessionPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<SessionId>(id)),
  ),
});
export const AgentSessionPath = z.extend(AgentPath, {
  sessionId: z.pipe(
    Id,
    z.transform((id: string) => asId<SessionId>(id)),
  ),
});
/** An agent by id or number. */
export const AgentKeyPath = z.object({ id: Id });
export const GroupPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<GroupId>(id)),
  ),
});
export const GroupAgentPath = z.extend(GroupPath, {
  agentId: z.pipe(
    Id,
    z.transform((id: string) => asId<AgentId>(id)),
  ),
});
export const PhonePath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<EndpointId>(id)),
  ),
});
export const RolePath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<RoleId>(id)),
  ),
});
export const ApiKeyPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<ApiKeyId>(id)),
  ),
});
export const WebhookPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<WebhookId>(id)),
  ),
});
/** It holds the id of the webhook and of what has happened. */
export const DeliveryPath = z.extend(WebhookPath, {
  deliveryId: z.pipe(
    z.string().check(z.minLength(1), atMost(200), z.regex(/^[A-Za-z0-9_.:-]+$/)),
    z.transform((id: string) => asId<DeliveryId>(id)),
  ),
});
export const FieldPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<FieldId>(id)),
  ),
});
export const LinkPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<LinkId>(id)),
  ),
});
export const BindingPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<BindingId>(id)),
  ),
});
export const ReasonPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<ReasonId>(id)),
  ),
});
