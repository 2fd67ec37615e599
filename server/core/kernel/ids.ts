/** Branded ids: a plain string at run time, a distinct type at compile time. */
declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type TeamId = Id<'Team'>;
export type AgentId = Id<'Agent'>;
export type GroupId = Id<'Group'>;
export type CustomerId = Id<'Customer'>;
export type CallId = Id<'Call'>;
export type LegId = Id<'Leg'>;
export type PartyId = Id<'Party'>;
export type RoomId = Id<'Room'>;
export type EndpointId = Id<'Endpoint'>;
export type PlaybackId = Id<'Playback'>;
export type RecordingId = Id<'Recording'>;
export type RoleId = Id<'Role'>;
export type ReasonId = Id<'Reason'>;
export type FieldId = Id<'Field'>;
export type LinkId = Id<'Link'>;
export type BindingId = Id<'Binding'>;
export type ContactId = Id<'Contact'>;
export type SessionId = Id<'Session'>;
export type ApiKeyId = Id<'ApiKey'>;
export type WebhookId = Id<'Webhook'>;
export type DeliveryId = Id<'Delivery'>;

/** Marks a string that is known to be such an id (from the database, the wire or the id port). */
export function asId<T extends Id<string>>(value: string): T {
  return value as T;
}
