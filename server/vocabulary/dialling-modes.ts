/** What members of a group may dial outside: anything, only numbers of their history, nothing. */
export const DIALLING_MODES = ['free', 'history', 'off'] as const;
export type DiallingMode = (typeof DIALLING_MODES)[number];
