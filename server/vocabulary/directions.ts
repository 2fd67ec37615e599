/** How a call came about: through a group, straight to an agent, dialled outside, between two agents. */
export const CALL_DIRECTIONS = ['queue', 'direct', 'outbound', 'internal'] as const;
export type CallDirection = (typeof CALL_DIRECTIONS)[number];

/** The same as the agent sees it. */
export const CALL_SIDES = ['inbound', 'outbound'] as const;
export type CallSide = (typeof CALL_SIDES)[number];
