/** What a person may do in a team: take calls, lead groups, set the team up. */
export const ROLES = ['agent', 'leader', 'admin'] as const;
export type Role = (typeof ROLES)[number];
