/** What a leader can do to an agent's state or call. */
export const FORCED_ACTIONS = ['pause', 'idle', 'sign-out', 'hangup', 'take-over'] as const;
export type ForcedAction = (typeof FORCED_ACTIONS)[number];
