/** Whose outside number can be the agent's telephone: nobody's; that which an administrator has entered; also one of the agent's own choice. */
export const OUTSIDE_PHONES = ['off', 'assigned', 'own'] as const;
export type OutsidePhones = (typeof OUTSIDE_PHONES)[number];

/** At which calls who answers at an outside number has to key 1 first, because it may be a machine. */
export const OUTSIDE_CONFIRMS = ['never', 'queue-calls', 'always'] as const;
export type OutsideConfirm = (typeof OUTSIDE_CONFIRMS)[number];
