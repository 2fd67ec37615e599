/** Where somebody is in a call: in the conversation itself, in a talk aside that the others do not hear, or in neither. */
export const PARTY_PLACES = ['main', 'consult', 'apart'] as const;
export type PartyPlace = (typeof PARTY_PLACES)[number];
