/**
 * What somebody is in a call. `peer`: the called agent of an internal call. `consulted`: asked aside, or called in by an agent.
 * `supervisor`: listens, and is seen by nobody of the others.
 */
export const PARTY_ROLES = ['agent', 'customer', 'peer', 'consulted', 'supervisor'] as const;
export type PartyRole = (typeof PARTY_ROLES)[number];
