/**
 * Who of those who are free gets a call. Ring all: everybody who is free is rung, and whoever answers first has it. Skill level: the most
 * skilled first, of those who have the level that the call asks for.
 */
export const STRATEGIES = ['longest-idle', 'least-calls', 'round-robin', 'ring-all', 'skill-level'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** What becomes of a caller for whom nobody is there: waits all the same, overflows at once, or is sent away. */
export const ABSENCE_RULES = ['wait', 'overflow', 'end'] as const;
export type AbsenceRule = (typeof ABSENCE_RULES)[number];

/** The most that a priority, and a level of skill, can be. */
export const MOST_PRIORITY = 10;
export const MOST_SKILL = 10;
