/** Calls that pop: of a group's line, straight to an agent, dialled outside. */
export const POP_DIRECTIONS = ['queue', 'direct', 'outbound'] as const;
export type PopDirection = (typeof POP_DIRECTIONS)[number];

/** What pops: Telebar's own panel, only the event that the host page hears, or an address. */
export const POP_MODES = ['panel', 'event', 'url'] as const;
export type PopMode = (typeof POP_MODES)[number];
