/** What happens to calls and agents at work, that other programs may be told. */
export const LIVE_HOOK_EVENTS = [
  /** Into the line of a group, for the first time or from another group's. */
  'call.queued',
  /** At an agent, or at several. */
  'call.ringing',
  'call.answered',
  /** Somebody has called, and nobody has answered before the end. */
  'call.missed',
  'call.ended',
  /** Another state, or another reason of a pause. */
  'agent.state-changed',
] as const;
export type LiveHookEvent = (typeof LIVE_HOOK_EVENTS)[number];

/** The same of what people and programs write down. */
export const RECORD_HOOK_EVENTS = ['customer.created', 'customer.updated', 'set-up.changed'] as const;

export const HOOK_EVENTS = [...LIVE_HOOK_EVENTS, ...RECORD_HOOK_EVENTS] as const;
export type HookEvent = (typeof HOOK_EVENTS)[number];

/** What an administrator sends to see whether it arrives. */
export const TEST_EVENT = 'webhook.test';

/** Why Telebar itself has switched a webhook off: it has failed for days, or its address has said that it is gone for good. */
export const HOOK_FAULTS = ['failing', 'gone'] as const;
export type HookFault = (typeof HOOK_FAULTS)[number];
