/** What a leg's party is in the call; `peer` is the called agent of an internal call. */
export const LEG_ROLES = ['agent', 'customer', 'peer'] as const;
export type LegRole = (typeof LEG_ROLES)[number];
