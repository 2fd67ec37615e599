/** What a person may do in a team: take calls, lead groups, judge how calls were held, set the team up. Teams may have roles of their own. */
export const ROLES = ['agent', 'leader', 'quality', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** On whom a role's rights are used: on oneself, also on the groups that one leads, or on the whole team. */
export const REACHES = ['own', 'groups', 'team'] as const;
export type Reach = (typeof REACHES)[number];
